#include "fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cstring>
#include <new>

// A sanitizer has to be told of every change of stacks. GCC names it by a macro, Clang by a feature.
#if defined(__has_feature)
#define DECAPOD_FEATURE(name) __has_feature(name)
#else
#define DECAPOD_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || DECAPOD_FEATURE(address_sanitizer)
#define DECAPOD_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__) || DECAPOD_FEATURE(thread_sanitizer)
#define DECAPOD_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace decapod::sim {
namespace {

// What the C++ runtime keeps for each thread: exceptions that are being handled belong to the stack that handles them.
struct Handling {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

void exchange(Handling& one) {
  auto* const globals = reinterpret_cast<char*>(abi::__cxa_get_globals());
  Handling now;
  std::memcpy(&now.caught, globals, sizeof now.caught);
  std::memcpy(&now.uncaught, globals + sizeof now.caught, sizeof now.uncaught);
  std::memcpy(globals, &one.caught, sizeof one.caught);
  std::memcpy(globals + sizeof one.caught, &one.uncaught, sizeof one.uncaught);
  one = now;
}

}  // namespace

Stacks::~Stacks() {
  for (auto* stack : free_) munmap(stack, kBytes);
}

char* Stacks::take() {
  if (!free_.empty()) {
    auto* const stack = free_.back();
    free_.pop_back();
    return stack;
  }
  void* const memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(memory);
}

struct Fiber::Contexts {
  ucontext_t inside{};
  ucontext_t outside{};
  Handling handling;
  void* fake_inside = nullptr;
  void* fake_outside = nullptr;
  void const* outer_stack = nullptr;
  std::size_t outer_size = 0;
  void* tsan_inside = nullptr;
  void* tsan_outside = nullptr;
};

Fiber::Fiber(Stacks& stacks, std::function<void()> body)
    : stacks_(stacks), body_(std::move(body)), stack_(stacks.take()), contexts_(std::make_unique<Contexts>()) {
  auto& inside = contexts_->inside;
  getcontext(&inside);
  inside.uc_stack.ss_sp = stack_;
  inside.uc_stack.ss_size = Stacks::kBytes;
  inside.uc_link = nullptr;
  auto const self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&inside, reinterpret_cast<void (*)()>(&Fiber::enter), 2, static_cast<unsigned>(self >> 32),
              static_cast<unsigned>(self));
#if defined(DECAPOD_THREAD_SANITIZER)
  contexts_->tsan_inside = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
#if defined(DECAPOD_THREAD_SANITIZER)
  __tsan_destroy_fiber(contexts_->tsan_inside);
#endif
  stacks_.give_back(stack_);
}

void Fiber::enter(unsigned high, unsigned low) {
  reinterpret_cast<Fiber*>(static_cast<std::uintptr_t>(high) << 32 | low)->run();
}

void Fiber::run() {
#if defined(DECAPOD_ADDRESS_SANITIZER)
  __sanitizer_finish_switch_fiber(nullptr, &contexts_->outer_stack, &contexts_->outer_size);
#endif
  body_();
  ended_ = true;
#if defined(DECAPOD_ADDRESS_SANITIZER)
  __sanitizer_start_switch_fiber(nullptr, contexts_->outer_stack, contexts_->outer_size);
#endif
#if defined(DECAPOD_THREAD_SANITIZER)
  __tsan_switch_to_fiber(contexts_->tsan_outside, 0);
#endif
  setcontext(&contexts_->outside);
}

void Fiber::resume() {
  exchange(contexts_->handling);
#if defined(DECAPOD_ADDRESS_SANITIZER)
  __sanitizer_start_switch_fiber(&contexts_->fake_outside, stack_, Stacks::kBytes);
#endif
#if defined(DECAPOD_THREAD_SANITIZER)
  contexts_->tsan_outside = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(contexts_->tsan_inside, 0);
#endif
  swapcontext(&contexts_->outside, &contexts_->inside);
#if defined(DECAPOD_ADDRESS_SANITIZER)
  __sanitizer_finish_switch_fiber(contexts_->fake_outside, nullptr, nullptr);
#endif
  exchange(contexts_->handling);
}

void Fiber::suspend() {
#if defined(DECAPOD_ADDRESS_SANITIZER)
  __sanitizer_start_switch_fiber(&contexts_->fake_inside, contexts_->outer_stack, contexts_->outer_size);
#endif
#if defined(DECAPOD_THREAD_SANITIZER)
  __tsan_switch_to_fiber(contexts_->tsan_outside, 0);
#endif
  swapcontext(&contexts_->inside, &contexts_->outside);
#if defined(DECAPOD_ADDRESS_SANITIZER)
  __sanitizer_finish_switch_fiber(contexts_->fake_inside, &contexts_->outer_stack, &contexts_->outer_size);
#endif
}

}  // namespace decapod::sim
