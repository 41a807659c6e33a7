; SPDX-License-Identifier: MIT
; Rolls dice, one in a line.  A call for random bytes has no error to look at: where there
; are none left, this machine is ended, and no die falls on zero.

	set  r4, 4
roll:	sys  random_u16
	mod  r1, 6
	add  r1, '1'
	putb r1, die
	set  r0, line
	set  r1, end - line
	sys  puts
	sub  r4, 1
	bnz  r4, roll
	halt 0

line:	.text "a die: "
die:	.byte 0
end:
