#pragma once
// This program's own flock and statfs, in front of the kernel's: file systems that lie, and files that are replaced
// between two system calls.

#include <cstdint>
#include <functional>
#include <optional>

namespace decapod::test {

// What the calls do while this object lives; afterwards they are the kernel's again. One at a time.
class KernelSeam {
 public:
  KernelSeam();
  ~KernelSeam();
  KernelSeam(KernelSeam const&) = delete;
  KernelSeam& operator=(KernelSeam const&) = delete;

  // flock says yes and does nothing, or fails with this error.
  void ignore_locks() { flock_result_ = 0; }
  void refuse_locks(int error) { flock_result_ = error; }
  // Runs before each real flock.
  void before_lock(std::function<void()> action) { before_lock_ = std::move(action); }
  void set_filesystem(std::uint32_t magic) { magic_ = magic; }
  // Locks that were tried on descriptors, and those of them that a started program would have inherited.
  int tried() const { return tried_; }
  int inherited() const { return inherited_; }

  int lock(int fd, int operation) const;
  std::optional<std::uint32_t> filesystem() const { return magic_; }

 private:
  std::optional<int> flock_result_;
  std::function<void()> before_lock_;
  std::optional<std::uint32_t> magic_;
  mutable int tried_ = 0;
  mutable int inherited_ = 0;
};

}  // namespace decapod::test
