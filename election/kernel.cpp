#include <decapod/base/os_error.h>
#include <decapod/base/same_file.h>
#include <decapod/election/kernel.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

namespace decapod::election {
namespace {

class DescribedFile final : public LockFile {
 public:
  explicit DescribedFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  int lock(Hold hold) override {
    int const operation = hold == Hold::exclusive ? LOCK_EX : hold == Hold::shared ? LOCK_SH : LOCK_UN;
    int result = 0;
    do {
      result = flock(descriptor_.get(), operation | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
  }

  bool is_at(std::string const& path) const override {
    struct stat held {};
    return fstat(descriptor_.get(), &held) == 0 && held.st_nlink > 0 && decapod::is_at(path, held);
  }

  int descriptor() const override { return descriptor_.get(); }

 private:
  Descriptor descriptor_;
};

class SystemKernel final : public Kernel {
 public:
  // Read-only is enough to lock: a store on a read-only mount can still be read under its lock.
  Result<OpenedLock> open_lock(std::string const& path) override {
    int fd = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    auto access = LockAccess::read_write;
    if (fd < 0 && (errno == EROFS || errno == EACCES || errno == EPERM)) {
      fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
      access = LockAccess::read_only;
    }
    if (fd >= 0) return OpenedLock{lock_file(Descriptor(fd)), access};
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorCode::store_not_found, "there is no store at " + path);
    return os_error("open", path, errno, ErrorCode::unreachable);
  }
  SteadyTime steady() override { return std::chrono::steady_clock::now(); }
  void rest(std::chrono::microseconds time) override { std::this_thread::sleep_for(time); }
};

}  // namespace

std::unique_ptr<LockFile> lock_file(Descriptor descriptor) {
  return std::make_unique<DescribedFile>(std::move(descriptor));
}

Kernel& system_kernel() {
  static SystemKernel kernel;
  return kernel;
}

}  // namespace decapod::election
