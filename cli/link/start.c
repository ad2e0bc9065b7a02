// What the C library does between _start and main, without asking what the processor can do.
//
// The library's own asks with the instruction `cpuid`, 41 times on an AMD processor: for the fastest memcpy, and for
// the sizes of caches. In a virtual machine each of them leaves the machine: 4.4 us were measured, 180 us in all, where
// a whole command takes 600. What is chosen without is plain x86-64 (SSE2), which is fast enough for texts of some
// hundred bytes; digests ask for themselves (ipc/base/sha256_blocks.cpp). Nor are GLIBC_TUNABLES read.
//
// The steps and their order are those of glibc 2.36, of which they use inner names: CMake takes this file for that
// version alone, and the library's own everywhere else. In a static program only; nothing of the library is changed.
#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// What the library's string functions go by; its own values before it has asked. All of them have to be here, or the
// linker takes the library's start for their sake.
long __x86_data_cache_size_half = 32 * 1024 / 2;
long __x86_data_cache_size = 32 * 1024;
long __x86_shared_cache_size_half = 1024 * 1024 / 2;
long __x86_shared_cache_size = 1024 * 1024;
long __x86_shared_non_temporal_threshold = 1024 * 1024 * 3 / 4;
long __x86_rep_movsb_threshold = 2048;
long __x86_rep_stosb_threshold = 2048;
long __x86_rep_movsb_stop_threshold = 1024 * 1024 * 3 / 4;
int __x86_string_control = 0;

typedef void Step(int, char**, char**);
typedef int Main(int, char**, char**);

extern char** __environ;
extern void* __libc_stack_end;
extern void* _dl_random;
extern size_t _dl_minsigstacksize;
extern int __libc_enable_secure;
extern Elf64_Rela const __rela_iplt_start[];
extern Elf64_Rela const __rela_iplt_end[];
extern Step* const __preinit_array_start[];
extern Step* const __preinit_array_end[];
extern Step* const __init_array_start[];
extern Step* const __init_array_end[];
extern void (*const __fini_array_start[])(void);
extern void (*const __fini_array_end[])(void);

void _dl_aux_init(Elf64_auxv_t*);
void __libc_setup_tls(void);
void __libc_early_init(_Bool);
void __libc_init_first(int, char**, char**);
void __libc_check_standard_fds(void);
int __cxa_atexit(void (*)(void*), void*, void*);
void _init(void);
void _fini(void);
_Noreturn void __libc_start_main(Main*, int, char**, void (*)(void), void (*)(void), void (*)(void), void*);

// Where the program lies, for a loader of libraries that a static program has not. Of every process the first look into
// /proc/self costs the kernel ten microseconds; the library takes this answer as it does where /proc is not mounted.
char const* __wrap__dl_get_origin(void);
char const* __wrap__dl_get_origin(void) {
  return (char const*)-1;
}

static void end(void* unused) {
  (void)unused;
  for (size_t i = (size_t)(__fini_array_end - __fini_array_start); i > 0; --i) __fini_array_start[i - 1]();
  _fini();
}

// The addresses of functions of which the library has several.
static inline void choose_functions(void) {
  for (Elf64_Rela const* entry = __rela_iplt_start; entry < __rela_iplt_end; ++entry) {
    uintptr_t (*const choice)(void) = (uintptr_t(*)(void))(uintptr_t)entry->r_addend;
    *(uintptr_t*)entry->r_offset = choice();
  }
}

// Where the compiler and the library look for their secrets: beside the thread's own memory.
static inline void keep_secrets(void) {
  uintptr_t const* random = _dl_random;
  uintptr_t const stack = random[0] & ~(uintptr_t)0xff;
  uintptr_t const pointers = random[1];
  __asm__ volatile("movq %0, %%fs:0x28" : : "r"(stack));
  __asm__ volatile("movq %0, %%fs:0x30" : : "r"(pointers));
}

static inline void run_all(Step* const* from, Step* const* to, int argc, char** argv) {
  for (; from < to; ++from) (*from)(argc, argv, __environ);
}

// No function of several, and no protected stack, before both are there.
__attribute__((no_stack_protector, noinline)) void __libc_start_main(Main* main, int argc, char** argv,
                                                                     void (*init)(void), void (*fini)(void),
                                                                     void (*loader_fini)(void), void* stack_end) {
  (void)init;
  (void)fini;
  (void)loader_fini;
  __environ = argv + argc + 1;
  __libc_stack_end = stack_end;
  char** after = __environ;
  while (*after != NULL) ++after;
  _dl_aux_init((Elf64_auxv_t*)(after + 1));
  // A kernel before 5.14 does not say it.
  if (_dl_minsigstacksize == 0) _dl_minsigstacksize = 4096;
  choose_functions();
  __libc_setup_tls();
  keep_secrets();
  __libc_early_init(true);
  __libc_init_first(argc, argv, __environ);
  __cxa_atexit(end, NULL, NULL);
  if (__libc_enable_secure) __libc_check_standard_fds();
  run_all(__preinit_array_start, __preinit_array_end, argc, argv);
  _init();
  run_all(__init_array_start, __init_array_end, argc, argv);
  exit(main(argc, argv, __environ));
}
