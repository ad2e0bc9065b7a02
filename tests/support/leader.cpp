#include <support/leader.h>

// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
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

std::string slurp(fs::path const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_zombie(pid_t pid) {
  auto const stat = slurp("/proc/" + std::to_string(pid) + "/stat");
  auto const after_name = stat.rfind(')');
  return after_name == std::string::npos || stat.substr(after_name + 2, 1) == "Z";
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

}  // namespace

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

std::optional<pid_t> kill_serving_broker(fs::path const& leader_lock) {
  struct stat lock {};
  if (stat(leader_lock.c_str(), &lock) != 0) return std::nullopt;
  for (auto const pid : numbered_entries()) {
    int const pinned = pidfd_open(pid, 0);
    if (pinned < 0) continue;
    bool const serving = getsid(pid) == pid && holds_lock(pid, lock) && !is_zombie(pid) &&
                         pidfd_send_signal(pinned, SIGKILL, nullptr, 0) == 0;
    close(pinned);
    if (serving) return pid;
  }
  return std::nullopt;
}

}  // namespace decapod::test
