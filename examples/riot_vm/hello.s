; SPDX-License-Identifier: MIT
; The program of the sketch: it asks for the board's name, and greets from it.

	set  r0, name
	set  r1, end - name
	sys  get_board_name      ; r0: the status, r1: how many bytes there are
	bnz  r0, failed

	set  r2, name
	add  r2, r1
	set  r3, '!'
	storeb r3, r2, 0
	set  r0, hello
	add  r1, name + 1 - hello
	sys  puts
	bnz  r0, failed
	halt 0
failed:	halt 1

hello:	.text "Hello, this is RIOT on "
name:	.space 20
end:	.space 1                 ; for the '!'
