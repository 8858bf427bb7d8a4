/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * setjmp.S - lunatik_setjmp() and lunatik_longjmp()
 *
 * Saves what a C function must preserve, and where it was called from; see
 * struct lunatik_jmpbuf in vm.h. Any context; nothing fails. Both leave by the
 * architecture's ordinary return, so that neither retpolines nor return thunks,
 * IBT, BTI or the shadow call stack see anything unusual.
 */

#include <linux/linkage.h>

#if defined(__x86_64__)

#ifndef CONFIG_UML
#include <asm/asm.h>
#include <asm/ibt.h>
#define LUNATIK_RET	RET
/* exported functions must have one; that of SYM_FUNC_START is gone from newer kernels */
#define LUNATIK_LANDING	ENDBR
#else
#define LUNATIK_RET	ret
#define LUNATIK_LANDING
#endif

	.text

SYM_FUNC_START(lunatik_setjmp)
	LUNATIK_LANDING
	movq	%rbx, 0(%rdi)
	movq	%rbp, 8(%rdi)
	movq	%r12, 16(%rdi)
	movq	%r13, 24(%rdi)
	movq	%r14, 32(%rdi)
	movq	%r15, 40(%rdi)
	movq	%rsp, 48(%rdi)
	movq	(%rsp), %rax
	movq	%rax, 56(%rdi)
	xorl	%eax, %eax
	LUNATIK_RET
SYM_FUNC_END(lunatik_setjmp)

/* the word that held the return address of lunatik_setjmp() may be in use */
SYM_FUNC_START(lunatik_longjmp)
	LUNATIK_LANDING
	movl	%esi, %eax
	movq	56(%rdi), %rdx
	movq	0(%rdi), %rbx
	movq	8(%rdi), %rbp
	movq	16(%rdi), %r12
	movq	24(%rdi), %r13
	movq	32(%rdi), %r14
	movq	40(%rdi), %r15
	movq	48(%rdi), %rsp
	movq	%rdx, (%rsp)
	LUNATIK_RET
SYM_FUNC_END(lunatik_longjmp)

#elif defined(__aarch64__)

	.text

SYM_FUNC_START(lunatik_setjmp)
	stp	x19, x20, [x0, #0]
	stp	x21, x22, [x0, #16]
	stp	x23, x24, [x0, #32]
	stp	x25, x26, [x0, #48]
	stp	x27, x28, [x0, #64]
	stp	x29, x30, [x0, #80]
	mov	x2, sp
	str	x2, [x0, #96]
#ifdef CONFIG_SHADOW_CALL_STACK
	str	x18, [x0, #104]
#endif
	mov	w0, #0
	ret
SYM_FUNC_END(lunatik_setjmp)

SYM_FUNC_START(lunatik_longjmp)
	ldp	x19, x20, [x0, #0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldp	x29, x30, [x0, #80]
	ldr	x2, [x0, #96]
	mov	sp, x2
#ifdef CONFIG_SHADOW_CALL_STACK
	ldr	x18, [x0, #104]
#endif
	mov	w0, w1
	ret
SYM_FUNC_END(lunatik_longjmp)

#else
#error "lunatik: setjmp is not written for this architecture"
#endif
