/* SPDX-License-Identifier: MIT */
/*
 * Makes the rows' calls without effect: each is a real system call instruction, so strace prints it,
 * at an address for which a seccomp filter gives the answer, so the kernel does not do it.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "rows.h"

typedef long call_fn(const encase_word *words, long number);
call_fn stub_fails, stub_gives;
extern const char stub_failed[], stub_gave[];

#define STUB(name, after)                                                    \
	__asm__(".text\n" #name ":\n"                                        \
		"mov %rsi, %rax; mov %rdi, %rcx\n"                           \
		"mov (%rcx), %rdi; mov 8(%rcx), %rsi; mov 16(%rcx), %rdx\n"  \
		"mov 24(%rcx), %r10; mov 32(%rcx), %r8; mov 40(%rcx), %r9\n" \
		"syscall\n" #after ": ret\n")
STUB(stub_fails, stub_failed);
STUB(stub_gives, stub_gave);

#define AT(field) offsetof(struct seccomp_data, field)

static int answer(void)
{
	const uintptr_t fails = (uintptr_t) stub_failed, gives = (uintptr_t) stub_gave;
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(instruction_pointer) + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) (fails >> 32), 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(instruction_pointer)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) fails, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOTDOT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) gives, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	if (fails >> 32 != gives >> 32 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int stub_rows(FILE *file)
{
	static struct row row;
	unsigned char *memory = mmap((void *) (uintptr_t) MEMORY_AT, MEMORY, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (memory != (void *) (uintptr_t) MEMORY_AT || answer())
		return 77;
	while (row_next(file, &row, memory))
		(row.fails ? stub_fails : stub_gives)(row.words, encase_text(row.desc)->number);
	return 0;
}
