; SPDX-License-Identifier: MIT
; Has something: a directory, a word in its memory.  Takes its time, and looks whether both are
; there yet.

	.equ SECRET, 0x5ec7

	sys  vfs_root
	bnz  r0, lost
	put  r1, root
	set  r4, 60000
wait:	sub  r4, 1
	add  r5, 1
	xor  r5, r4
	bnz  r4, wait

	get  r0, root
	sys  readdir
	bnz  r0, lost
	get  r0, secret
	set  r1, SECRET
	bne  r0, r1, lost
	set  r0, kept
	set  r1, kept_end - kept
	sys  puts
	halt 0
lost:	halt 1

root:	.space 2
secret:	.word SECRET
kept:	.text "nobody has been at my directory and my memory"
kept_end:
