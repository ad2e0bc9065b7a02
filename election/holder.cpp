#include <decapod/base/same_file.h>
#include <decapod/election/holder.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>

namespace decapod::election {
namespace {

namespace fs = std::filesystem;

bool is_locked(fs::path const& fdinfo) {
  std::ifstream lines(fdinfo);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("lock:") && line.find("FLOCK") != std::string::npos &&
        line.find("WRITE") != std::string::npos) {
      return true;
    }
  }
  return false;
}

bool holds(fs::path const& process, struct stat const& lock) {
  std::error_code unreadable;
  for (auto entry = fs::directory_iterator(process / "fd", unreadable);
       !unreadable && entry != fs::directory_iterator(); entry.increment(unreadable)) {
    struct stat facts {};
    if (stat(entry->path().c_str(), &facts) != 0) continue;
    if (same_file(facts, lock) && is_locked(process / "fdinfo" / entry->path().filename())) return true;
  }
  return false;
}

}  // namespace

std::optional<pid_t> lock_holder(std::string const& path) {
  struct stat lock {};
  if (stat(path.c_str(), &lock) != 0) return std::nullopt;
  std::error_code unreadable;
  for (auto entry = fs::directory_iterator("/proc", unreadable); !unreadable && entry != fs::directory_iterator();
       entry.increment(unreadable)) {
    auto const name = entry->path().filename().string();
    pid_t pid = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    bool const process = error == std::errc() && end == name.data() + name.size() && pid != getpid();
    if (process && holds(entry->path(), lock)) return pid;
  }
  return std::nullopt;
}

}  // namespace decapod::election
