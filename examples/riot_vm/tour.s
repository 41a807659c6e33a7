; SPDX-License-Identifier: MIT
; A tour of the board: every call, and what there is to see behind it.
;
; What a call gives begins at result+2 once "stm result" has put the registers there: result
; has the status.  Arguments of calls with records or options stand in memory as the call wants
; them, byte behind byte, and get into the registers by "ldm"; what does not fit is
; spilled: r3 then has the address of the seventh byte.

	call board
	call random
	call devices
	call timers
	call files
	call messages
	halt 0

; Something that should not be has been: status 1, and a line that says which status it was.
failed:	push r0
	set  r0, t_failed
	set  r1, t_failed_end - t_failed
	call begin
	pop  r0
	call number
	call print
	halt 1

t_failed: .text "failed: "
t_failed_end:

; -- The board -------------------------------------------------------------------

board:	set  r0, t_board
	set  r1, t_board_end - t_board
	call begin
	mov  r0, r6
	set  r1, 20
	sys  get_board_name
	bnz  r0, failed
	add  r6, r1
	call print
	ret

t_board: .text "board: "
t_board_end:

; -- Random numbers: these calls do not fail, or do not come back -------------------

random:	set  r0, bytes
	set  r1, 8
	sys  fill_random_buffer
	sys  random_u16
	put  r1, bytes + 8
	sys  random_u32              ; r1 and r2
	put  r1, bytes + 10
	put  r2, bytes + 12
	set  r2, bytes
	set  r3, bytes + 14
	set  r4, 0                   ; is any of them not 0?
random_next:
	loadb r5, r2, 0
	or   r4, r5
	add  r2, 1
	blt  r2, r3, random_next
	mov  r0, r4
	bz   r4, failed
	set  r0, t_random
	set  r1, t_random_end - t_random
	sys  puts
	ret

t_random: .text "random: 14 bytes"
t_random_end:

; -- Sensors and actuators -----------------------------------------------------------

devices:
	sys  saul_iter_init
	bnz  r0, failed
	put  r1, iter
device:	get  r0, iter
	sys  saul_iter_next
	bnz  r0, failed
	stm  result
	getb r0, result + 2          ; is there one?
	bz   r0, no_device
	get  r4, result + 3          ; the device's handle
	set  r0, line
	mov  r6, r0
	mov  r0, r4
	mov  r1, r6
	set  r2, 16
	sys  saul_read_name
	bnz  r0, failed
	add  r6, r1
	call colon
	mov  r0, r4
	sys  saul_get_type
	bnz  r0, failed
	and  r1, 0x80
	bz   r1, actuator

	mov  r0, r4                  ; a sensor: three words, and a spill of three bytes
	set  r3, spilled
	sys  saul_read
	bnz  r0, no_reading
	mov  r0, r1
	call signed
	getb r0, spilled + 1         ; its scale: a power of ten, -3 to 0
	bz   r0, told
	set  r0, 'e'
	call letter
	getb r0, spilled + 1
	or   r0, 0xff00
	call signed
	jmp  told
no_reading:
	push r0
	set  r0, t_error
	set  r1, t_error_end - t_error
	call text
	pop  r0
	call number
	jmp  told

actuator:
	put  r4, write_args
	ldm  write_args
	set  r3, write_args + 6
	sys  saul_write
	bnz  r0, failed
	mov  r0, r1
	call number
	set  r0, t_set
	set  r1, t_set_end - t_set
	call text

told:	call print
	mov  r0, r4
	sys  handler_is_valid        ; it is a device's, as long as it is not closed
	bz   r1, failed
	mov  r0, r4
	sys  close
	bnz  r0, failed
	mov  r0, r4
	sys  handler_is_valid
	bnz  r1, failed
	jmp  device
no_device:
	get  r0, iter
	sys  close
	bnz  r0, failed
	ret

iter:	.space 2
write_args:
	.space 2                     ; the handle
	.word 1, 0, 0                ; struct phydat: values,
	.byte 1, 0                   ; unit, scale
t_error: .text "error "
t_error_end:
t_set:	.text " dimensions set"
t_set_end:

; -- Timers --------------------------------------------------------------------------

timers:	set  r0, 20                  ; 20 ms: the low half, the high half
	set  r1, 0
	sys  timer_set_ms
	bnz  r0, failed
	put  r1, events
	set  r0, 10
	set  r1, 0
	sys  timer_set_ms
	bnz  r0, failed
	put  r1, events + 2
	set  r0, 5                   ; a call back after 5 ms, with the argument 7
	set  r1, 0
	set  r2, called
	set  r3, 7
	sys  timer_set_cb
	bnz  r0, failed
	put  r1, callback

	ldm  wait                    ; for as long as it takes
	set  r3, wait + 6
	sys  pause_vm
	bnz  r0, failed
	get  r2, events + 2          ; the second one comes first
	mov  r0, r1
	bne  r1, r2, failed
	set  r0, t_timer
	set  r1, t_timer_end - t_timer
	sys  puts

	get  r0, events              ; the other one has not come yet:
	put  r0, events + 2
	ldm  poll                    ; a limit of 0 is not none
	set  r3, poll + 6
	sys  pause_vm
	set  r1, error_try_again
	bne  r0, r1, failed
	get  r0, events
	sys  timer_cancel
	bnz  r0, failed
	ldm  wait                    ; now it is gone
	set  r3, wait + 6
	sys  pause_vm
	set  r1, error_stale
	bne  r0, r1, failed
	get  r0, callback
	sys  close
	bnz  r0, failed
	set  r0, 0                   ; nothing will ever come
	put  r0, wait + 2
	ldm  wait
	set  r3, wait + 6
	sys  pause_vm
	set  r1, error_would_hang
	bne  r0, r1, failed
	ret

; Called back while the machine waits, with the argument in r0.
called:	set  r6, line
	call number
	set  r0, t_called
	set  r1, t_called_end - t_called
	call text
	call print
	resume

	.align 2                     ; handles are words, and stand where words may stand
events:	.space 4
callback: .space 2
wait:	.word events, 2              ; a slice,
	.byte 0, 0, 0, 0, 0          ; and an option: none
poll:	.word events, 2
	.byte 1, 0, 0, 0, 0          ; 0 ms
	.space 1
t_timer: .text "the timer of 10 ms"
t_timer_end:
t_called: .text " was given to the call back"
t_called_end:

; -- Files ---------------------------------------------------------------------------

files:	sys  vfs_root
	bnz  r0, failed
	put  r1, root
	mov  r0, r1
	sys  readdir
	bnz  r0, failed
	put  r1, iter
entry:	set  r6, line
	get  r0, iter
	mov  r1, r6
	set  r2, 16
	sys  next
	bnz  r0, failed
	stm  result
	getb r0, result + 2
	bz   r0, no_entry
	get  r0, result + 3          ; how long its name is
	add  r6, r0
	getb r0, result + 5          ; what it is: 2 is a directory
	sub  r0, 2
	bnz  r0, is_file
	set  r0, '/'
	call letter
is_file:
	call print
	jmp  entry
no_entry:
	get  r0, iter
	sys  close

	get  r0, root
	set  r1, p_home
	set  r2, p_home_end - p_home
	sys  opendir_at
	bnz  r0, failed
	put  r1, home
	mov  r0, r1
	set  r1, p_notes
	set  r2, p_notes_end - p_notes
	sys  openfile_at
	bnz  r0, failed
	put  r1, file
	mov  r0, r1
	set  r1, t_mine
	set  r2, t_mine_end - t_mine
	sys  replace
	bnz  r0, failed
	set  r6, line
	get  r0, file
	set  r1, 6                   ; from its byte 6 on: the low half, the high half
	set  r2, 0
	call slice
	call print

	get  r0, home                ; a file that is empty is not one that is not there
	set  r1, p_empty
	set  r2, p_empty_end - p_empty
	sys  openfile_at
	bnz  r0, failed
	mov  r0, r1
	set  r1, 0
	set  r2, 0
	call slice
	set  r0, line
	bne  r6, r0, failed
	get  r0, home
	set  r1, p_empty
	set  r2, 3
	sys  openfile_at
	set  r1, error_no_entry
	bne  r0, r1, failed
	ret

; Adds to the line what a file (r0) has from r1 and r2 on: of six bytes of arguments four are
; in registers here, and a buffer in the other two.
slice:	put  r0, slice_args
	put  r1, slice_args + 2
	put  r2, slice_args + 4
	set  r6, line
	put  r6, slice_args + 6
	ldm  slice_args
	set  r3, slice_args + 6
	sys  readslice
	bnz  r0, failed
	add  r6, r1
	ret

root:	.space 2
home:	.space 2
file:	.space 2
slice_args:
	.space 8
	.word 40
p_home:	.text "home/a"
p_home_end:
p_notes: .text "notes"
p_notes_end:
p_empty: .text "empty"
p_empty_end:
t_mine:	.text "These are mine now"
t_mine_end:

; -- What else there is --------------------------------------------------------------

	.include "messages.s"
	.include "lines.s"

result:	.space 8
spilled: .space 8
bytes:	.space 64
