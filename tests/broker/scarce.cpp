#include "scarce.h"

#include <cstdlib>
#include <new>

namespace {

// Of this thread: how many allocations succeed before one fails (-1: all of them), and how many fail in a row then.
thread_local std::int64_t allocations_left = -1;
thread_local std::int64_t failures_left = 0;

bool fails_now() {
  if (allocations_left < 0) return false;
  if (allocations_left > 0) {
    --allocations_left;
    return false;
  }
  if (--failures_left <= 0) allocations_left = -1;
  return true;
}

}  // namespace

// The one that does not throw, too: what either of them gives is taken back by the same operator.
void* operator new(std::size_t size, std::nothrow_t const& /*unused*/) noexcept {
  return fails_now() ? nullptr : std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size) {
  void* const memory = ::operator new(size, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace decapod::test {

Scarce::Scarce(std::int64_t succeed, std::int64_t fail) {
  failures_left = fail;
  allocations_left = succeed;
}

Scarce::~Scarce() {
  allocations_left = -1;
}

bool Scarce::has_failed() {
  return allocations_left <= 0;
}

}  // namespace decapod::test
