; SPDX-License-Identifier: MIT
; Lines, put together in the memory at "line" and said by "print"; r6 is the end of what there
; is of one.  A program includes it behind its code, and has a "failed".

begin:	set  r6, line
; Adds r1 bytes at r0.
text:	bz   r1, text_end
text_next:
	loadb r2, r0, 0
	storeb r2, r6, 0
	add  r0, 1
	add  r6, 1
	sub  r1, 1
	bnz  r1, text_next
text_end:
	ret

colon:	set  r0, ':'
	call letter
	set  r0, ' '
letter:	storeb r0, r6, 0
	add  r6, 1
	ret

; Adds the number r0, in two's complement.
signed:	mov  r1, r0
	and  r1, 0x8000
	bz   r1, number
	set  r1, '-'
	storeb r1, r6, 0
	add  r6, 1
	set  r1, 0
	sub  r1, r0
	mov  r0, r1
number:	set  r1, 0                   ; digits on the stack
digit:	mov  r2, r0
	mod  r2, 10
	push r2
	add  r1, 1
	div  r0, 10
	bnz  r0, digit
digit_out:
	pop  r2
	add  r2, '0'
	storeb r2, r6, 0
	add  r6, 1
	sub  r1, 1
	bnz  r1, digit_out
	ret

print:	set  r0, line
	mov  r1, r6
	sub  r1, r0
	sys  puts
	bnz  r0, failed
	ret

line:	.space 80
