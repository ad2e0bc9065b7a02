#pragma once
// The right to hold the process's one Database.

#include <atomic>
#include <utility>

namespace decapod::storage {

// POSIX locks belong to the process, so "one connection" is a fact about the process. That is why this is one too.
class ProcessSlot {
 public:
  ProcessSlot() : taken_(!in_use().test_and_set()) {}
  ProcessSlot(ProcessSlot&& other) noexcept : taken_(std::exchange(other.taken_, false)) {}
  ProcessSlot& operator=(ProcessSlot&&) = delete;
  ~ProcessSlot() { give_up(); }
  void give_up() {
    if (std::exchange(taken_, false)) in_use().clear();
  }
  bool taken() const { return taken_; }

 private:
  static std::atomic_flag& in_use() {
    static std::atomic_flag flag;
    return flag;
  }
  bool taken_;
};

}  // namespace decapod::storage
