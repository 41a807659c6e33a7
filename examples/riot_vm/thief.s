; SPDX-License-Identifier: MIT
; Tries what it has no right to: each word there is as a handle, a line that is not in its memory,
; and at last the memory itself.

	set  r4, 0
	set  r5, 0                   ; how many handles it got hold of
next:	mov  r0, r4
	sys  close
	bnz  r0, refused
	add  r5, 1
refused:
	add  r4, 1
	bnz  r4, next
	bnz  r5, got
	set  r0, none
	set  r1, none_end - none
	sys  puts

	set  r0, 0xfff0              ; a line that would wrap to address 0
	set  r1, 0x20
	sys  puts
	set  r1, error_bad_address
	bne  r0, r1, got
	set  r0, outside
	set  r1, outside_end - outside
	sys  puts

	get  r0, 0x4000              ; that is the end of it
got:	halt 1

none:	.text "none of 65536 words is a handle of mine"
none_end:
outside: .text "no line begins outside my memory"
outside_end:
