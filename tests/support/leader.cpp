#include <support/leader.h>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace decapod::test {
namespace fs = std::filesystem;
namespace {

std::vector<pid_t> numbered_entries() {
  std::vector<pid_t> pids;
  for (auto const& entry : fs::directory_iterator("/proc")) {
    auto const name = entry.path().filename().string();
    if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) pids.push_back(std::stoi(name));
  }
  return pids;
}

// A process that ends between the opening of its file and the reading makes the read fail (ESRCH), which a stream's
// own iterators throw: here it is an empty text, as if it had ended before.
std::string slurp(fs::path const& path) {
  std::ifstream const file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool is_zombie(pid_t pid) {
  auto const state = state_of(pid);
  return state == 'Z' || state == '?';
}

bool same_file(fs::path const& descriptor, struct stat const& wanted) {
  struct stat found {};
  return stat(descriptor.c_str(), &found) == 0 && found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino;
}

// Opening the file proves nothing, since every contender does: the kernel lists the lock under the descriptor.
bool holds_lock(pid_t pid, struct stat const& lock) {
  auto const process = fs::path("/proc") / std::to_string(pid);
  std::error_code gone;
  for (fs::directory_iterator entry(process / "fd", gone), end; !gone && entry != end; entry.increment(gone)) {
    if (!same_file(entry->path(), lock)) continue;
    if (slurp(process / "fdinfo" / entry->path().filename()).find("FLOCK") != std::string::npos) return true;
  }
  return false;
}

// Far more than the kernel needs to take a process apart, even one that waits for a slow disk.
constexpr int kDeathPatienceMs = 60'000;

// A process by descriptor, so that a reused number is never hit.
class Pinned {
 public:
  explicit Pinned(pid_t pid) : pid_(pid), fd_(pidfd_open(pid, 0)) {}
  ~Pinned() {
    if (fd_ >= 0) close(fd_);
  }
  Pinned(Pinned const&) = delete;
  Pinned& operator=(Pinned const&) = delete;

  bool running() const { return fd_ >= 0; }

  // False if it could not be signalled. A signal is only asked for when this call returns: the descriptors, and with
  // them the lock, are let go of later, in the kernel's own time, and before the process counts as ended.
  bool kill_and_wait() const {
    if (pidfd_send_signal(fd_, SIGKILL, nullptr, 0) != 0) return false;
    pollfd ended{.fd = fd_, .events = POLLIN, .revents = 0};
    if (poll(&ended, 1, kDeathPatienceMs) != 1)
      throw std::runtime_error("process " + std::to_string(pid_) + " outlives its SIGKILL");
    return true;
  }

 private:
  pid_t pid_;
  int fd_;
};

}  // namespace

char state_of(pid_t pid) {
  auto const stat = slurp("/proc/" + std::to_string(pid) + "/stat");
  auto const after_name = stat.rfind(')');
  return after_name == std::string::npos ? '?' : stat.at(after_name + 2);
}

std::vector<Holder> lock_holders(fs::path const& leader_lock) {
  struct stat lock {};
  std::vector<Holder> holders;
  if (stat(leader_lock.c_str(), &lock) != 0) return holders;
  for (auto const pid : numbered_entries()) {
    if (!holds_lock(pid, lock) || is_zombie(pid)) continue;
    holders.push_back({.pid = pid, .role = getsid(pid) == pid ? Role::broker : Role::command});
  }
  return holders;
}

std::vector<pid_t> processes_of(fs::path const& binary, fs::path const& directory) {
  std::vector<pid_t> found;
  for (auto const pid : numbered_entries()) {
    auto const process = fs::path("/proc") / std::to_string(pid);
    std::error_code gone;
    if (fs::read_symlink(process / "exe", gone) != binary || gone || is_zombie(pid)) continue;
    bool ours = slurp(process / "cmdline").find(directory.string()) != std::string::npos;
    for (fs::directory_iterator entry(process / "fd", gone), end; !gone && !ours && entry != end;
         entry.increment(gone)) {
      std::error_code unreadable;
      ours = fs::read_symlink(entry->path(), unreadable).string().starts_with(directory.string());
    }
    if (ours) found.push_back(pid);
  }
  return found;
}

void kill_and_wait(pid_t pid) {
  Pinned const process(pid);
  if (process.running()) process.kill_and_wait();
}

std::optional<pid_t> kill_serving_broker(fs::path const& leader_lock) {
  struct stat lock {};
  if (stat(leader_lock.c_str(), &lock) != 0) return std::nullopt;
  for (auto const pid : numbered_entries()) {
    Pinned const process(pid);
    if (!process.running() || getsid(pid) != pid || !holds_lock(pid, lock) || is_zombie(pid)) continue;
    if (process.kill_and_wait()) return pid;
  }
  return std::nullopt;
}

}  // namespace decapod::test
