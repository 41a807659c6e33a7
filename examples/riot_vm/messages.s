; SPDX-License-Identifier: MIT
; CoAP messages, a part of tour.s: built in the memory at "bytes", and taken apart again.

messages:
	ldm  with_token              ; an empty token, and none: then the host finds one
	sys  coap_new
	bnz  r0, failed
	call built
	ldm  no_token
	sys  coap_new
	bnz  r0, failed
	put  r1, message
	call built

	get  r0, message
	set  r1, 11                  ; Uri-Path
	set  r2, t_path
	set  r3, t_path_end - t_path
	sys  coap_add_option
	bnz  r0, failed
	get  r0, message
	set  r1, 60                  ; Size1; an empty one is not none
	set  r2, 0
	set  r3, 0
	sys  coap_add_option
	bnz  r0, failed
	get  r0, message
	set  r1, t_mine
	set  r2, t_mine_end - t_mine
	sys  coap_set_payload
	bnz  r0, failed
	get  r0, message
	call built

	set  r0, bytes               ; and what was built is taken apart
	sys  coap_parse
	bnz  r0, failed
	put  r1, message
	mov  r0, r1
	sys  coap_get_code
	bnz  r0, failed
	sub  r1, 2                   ; POST
	mov  r0, r1
	bnz  r0, failed
	set  r5, 0                   ; the option's place
option:	get  r0, message
	mov  r1, r5
	set  r2, bytes
	set  r3, 40
	sys  coap_next_option
	bnz  r0, failed
	stm  result
	getb r0, result + 2
	bz   r0, no_option
	set  r0, t_option
	set  r1, t_option_end - t_option
	call begin
	get  r0, result + 3          ; its number
	call number
	call colon
	set  r0, '"'
	call letter
	set  r0, bytes
	get  r1, result + 5          ; how long its value is
	call text
	set  r0, '"'
	call letter
	call print
	add  r5, 1
	jmp  option
no_option:
	set  r0, t_payload
	set  r1, t_payload_end - t_payload
	call begin
	get  r0, message
	mov  r1, r6
	set  r2, 40
	sys  coap_get_payload
	bnz  r0, failed
	add  r6, r1
	call print
	ret

; Builds a message (r0 or r1) in bytes, and says how long it is; that is in r1 then.
built:	bnz  r0, built_0
	mov  r0, r1
built_0:
	set  r1, bytes
	set  r2, 64
	sys  coap_build
	bnz  r0, failed
	push r1
	set  r0, t_built
	set  r1, t_built_end - t_built
	call begin
	pop  r0
	push r0
	call number
	call print
	pop  r1
	ret

message: .space 2
with_token:
	.byte 0, 2, 1                ; confirmable, POST, and an option that is there:
	.word bytes, 0               ; an empty slice
	.space 1
no_token:
	.byte 0, 2, 0
	.word 0, 0
	.space 1
t_path:	.text "temp"
t_path_end:
t_option: .text "option "
t_option_end:
t_payload: .text "payload: "
t_payload_end:
t_built: .text "bytes of the message: "
t_built_end:
