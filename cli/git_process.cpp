#include "git_process.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/os_error.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <span>

namespace decapod::cli {
namespace {

constexpr int kNotStarted = 127;
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kErrorBytes = 4 * 1024;
// The first three move the repository itself.
constexpr std::size_t kMovers = 3;
constexpr auto kAimed = std::to_array<std::string_view>(
    {"GIT_DIR=", "GIT_WORK_TREE=", "GIT_COMMON_DIR=", "GIT_INDEX_FILE=", "GIT_OBJECT_DIRECTORY=", "GIT_NAMESPACE=",
     "GIT_PREFIX=", "GIT_OPTIONAL_LOCKS=", "GIT_TERMINAL_PROMPT=", "GIT_NO_REPLACE_OBJECTS=", "GIT_GRAFT_FILE="});

// argv or envp: borrowed pointers into `texts`, ending in a null.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// One of git's lists of directories, in which a colon parts two.
std::string quoted(std::string const& directory) {
  std::string text = "\"";
  for (char const c : directory) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

void add_aside(std::vector<std::string>& variables, GitAside const& aside) {
  if (!aside.index.empty()) variables.push_back("GIT_INDEX_FILE=" + aside.index);
  if (aside.objects.empty()) return;
  variables.push_back("GIT_OBJECT_DIRECTORY=" + aside.objects);
  variables.push_back("GIT_ALTERNATE_OBJECT_DIRECTORIES=" + quoted(aside.objects_from));
}

std::vector<std::string> child_environment(std::vector<std::string> const& environment, GitAside const& aside) {
  std::vector<std::string> kept;
  for (auto const& entry : environment) {
    if (std::ranges::none_of(kAimed, [&](auto prefix) { return entry.starts_with(prefix); })) kept.push_back(entry);
  }
  // What is committed is what its hash is of, and whose child it is it says itself: a repository can be told to show
  // another object in the place of one, or other parents, to whoever looks from this clone.
  kept.emplace_back("GIT_NO_REPLACE_OBJECTS=1");
  kept.emplace_back("GIT_GRAFT_FILE=/dev/null");
  kept.emplace_back("GIT_OPTIONAL_LOCKS=0");
  kept.emplace_back("GIT_TERMINAL_PROMPT=0");
  add_aside(kept, aside);
  return kept;
}

// What a child is started with; both parts need freeing.
class SpawnPlan {
 public:
  SpawnPlan(int output, int errors) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, 1);
    if (errors >= 0) {
      posix_spawn_file_actions_adddup2(&actions_, errors, 2);
    } else {
      posix_spawn_file_actions_addopen(&actions_, 2, "/dev/null", O_WRONLY, 0);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    posix_spawnattr_init(&attributes_);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(SpawnPlan const&) = delete;
  SpawnPlan& operator=(SpawnPlan const&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  int run(pid_t& child, std::vector<std::string>& argv, std::vector<std::string>& environment) const {
    return posix_spawnp(&child, "git", &actions_, &attributes_, pointers(argv).data(), pointers(environment).data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// A file without a name, which unlike a pipe takes all that nobody reads meanwhile.
Descriptor make_errors() {
  return Descriptor(memfd_create("git", MFD_CLOEXEC));
}

std::string beginning_of(Descriptor const& errors) {
  std::string text(kErrorBytes, '\0');
  auto const got = errors ? pread(errors.get(), text.data(), text.size(), 0) : 0;
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

int milliseconds_until(SteadyTime deadline) {
  auto const left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

Error too_slow() {
  return fail(ErrorCode::timeout, "git did not end in time");
}

Result<std::string> collect(int pipe, SteadyTime deadline) {
  std::string output;
  std::vector<char> chunk(kChunkBytes);
  while (true) {
    pollfd ready{.fd = pipe, .events = POLLIN, .revents = 0};
    auto const count = poll(&ready, 1, milliseconds_until(deadline));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      if (std::chrono::steady_clock::now() >= deadline) return too_slow();
      continue;
    }
    auto const got = read(pipe, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return output;
    output.append(chunk.data(), static_cast<std::size_t>(got));
    if (output.size() > kGitOutputBytes) return fail(ErrorCode::too_large, "git printed more than 64 MiB");
  }
}

// The exit status, as a shell would give it; kills a child that outlives the deadline after closing its output.
int reap(pid_t child, SteadyTime deadline) {
  int status = 0;
  constexpr timespec kPause{0, 1'000'000};
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      break;
    }
    nanosleep(&kPause, nullptr);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<Finished> run_git(std::string const& directory, std::vector<std::string> const& arguments,
                         std::vector<std::string> const& environment, SteadyTime deadline, GitAside const& aside) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return os_error("make a pipe to git in", directory, errno, ErrorCode::internal);
  }
  Descriptor const from_child(ends[0]);
  Descriptor to_us(ends[1]);
  std::vector<std::string> argv = {"git", "-C", directory};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto variables = child_environment(environment, aside);
  auto const errors = make_errors();
  pid_t child = 0;
  if (auto const error = SpawnPlan(to_us.get(), errors ? errors.get() : -1).run(child, argv, variables); error != 0) {
    return Finished{.status = kNotStarted, .output = "", .errors = ""};
  }
  to_us.close();
  auto output = collect(from_child.get(), deadline);
  if (!output) {
    kill(child, SIGKILL);
    reap(child, deadline);
    return std::move(output).error();
  }
  int const status = reap(child, deadline);
  return Finished{.status = status, .output = *std::move(output), .errors = beginning_of(errors)};
}

std::string ignored_git_variables(std::vector<std::string> const& environment) {
  std::string names;
  for (auto const mover : std::span(kAimed).first(kMovers)) {
    auto const set = [&](std::string const& entry) { return entry.starts_with(mover) && entry.size() > mover.size(); };
    if (std::ranges::none_of(environment, set)) continue;
    names.append(names.empty() ? "" : ", ").append(mover.substr(0, mover.size() - 1));
  }
  return names;
}

}  // namespace decapod::cli
