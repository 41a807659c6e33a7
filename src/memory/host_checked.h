/* SPDX-License-Identifier: MIT */
/*
 * Copying to and from addresses that may be bad, in this process.
 *
 * Where the thread is armed (struct enc_thread), by plain copying: who arms it handles SIGSEGV and SIGBUS, of
 * which neither is blocked, and asks enc_checked_fault() where to
 * go on. Else by process_vm_readv(2) of the process itself, which needs nobody's help.
 */
#ifndef ENC_HOST_CHECKED_H
#define ENC_HOST_CHECKED_H

#include "enc.h"

/* 0 or -EFAULT: then what stands before the first bad byte may have been copied. */
int enc_checked_read(void *to, encase_word from, size_t n);
int enc_checked_write(encase_word to, const void *from, size_t n);
/* As struct encase_memory's read_string(). */
long enc_checked_string(char *to, encase_word from, size_t room);

/*
 * The first for a thread that is armed, or has no signal blocked that tells of a fault; from is in user
 * space.  Uses nothing that is thread-local, and no vector registers.
 */
int enc_checked_copy(void *to, const void *from, size_t n) __attribute__((visibility("hidden")));

/* Where a thread that has faulted at rip goes on; 0: that was none of these. */
uint64_t enc_checked_fault(uint64_t rip);

#endif
