#include <support/process.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
// glibc 2.36 declares these without C linkage.
extern "C" {
#include <sys/pidfd.h>
}
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace decapod::test {
namespace {

[[noreturn]] void refuse(int code, char const* what) {
  throw std::system_error(code, std::generic_category(), what);
}

int memory_file(std::string const& content) {
  int const fd = memfd_create("decapod-test", MFD_CLOEXEC);
  if (fd < 0) refuse(errno, "memfd_create");
  std::size_t done = 0;
  while (done < content.size()) {
    auto const written = write(fd, content.data() + done, content.size() - done);
    if (written < 0) refuse(errno, "write");
    done += static_cast<std::size_t>(written);
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

// Appended to: of two processes that share one offset into a memory file, one may write over what the other wrote.
int output_file() {
  int const fd = memory_file("");
  if (fcntl(fd, F_SETFL, O_APPEND) != 0) refuse(errno, "fcntl");
  return fd;
}

std::string take(int& fd) {
  std::string content;
  std::array<char, 65536> buffer{};
  off_t offset = 0;
  for (;;) {
    auto const got = pread(fd, buffer.data(), buffer.size(), offset);
    if (got <= 0) break;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    offset += got;
  }
  close(std::exchange(fd, -1));
  return content;
}

// What posix_spawn wants, kept alive for the call.
struct Vectors {
  std::vector<std::string> variables;
  std::vector<char*> arguments;
  std::vector<char*> environment;

  explicit Vectors(Command const& command) {
    // posix_spawn takes non-const pointers for history's sake and does not write through them.
    for (auto const& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    for (auto const& [name, value] : command.environment) variables.push_back(name + '=' + value);
    for (auto& variable : variables) environment.push_back(variable.data());
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
  }
};

pid_t spawn(Command const& command, int input, int output, int error) {
  Vectors vectors(command);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (!command.cwd.empty()) posix_spawn_file_actions_addchdir_np(&actions, command.cwd.c_str());
  if (input >= 0)
    posix_spawn_file_actions_adddup2(&actions, input, 0);
  else
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, error, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  pid_t pid = -1;
  auto const code = posix_spawnp(&pid, vectors.arguments.front(), &actions, nullptr, vectors.arguments.data(),
                                 vectors.environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) refuse(code, vectors.arguments.front());
  return pid;
}

}  // namespace

Child::Child(Command const& command)
    : output_(output_file()),
      error_(output_file()),
      patience_(command.patience),
      started_(std::chrono::steady_clock::now()) {
  int const input = command.input.empty() ? -1 : memory_file(command.input);
  pid_ = spawn(command, input, output_, error_);
  if (input >= 0) close(input);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      error_(std::exchange(other.error_, -1)),
      patience_(other.patience_),
      started_(other.started_) {}

Child::~Child() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    reap();
  }
  if (output_ >= 0) close(output_);
  if (error_ >= 0) close(error_);
}

bool Child::exited_within(Milliseconds patience) const {
  int const fd = pidfd_open(pid_, 0);
  if (fd < 0) refuse(errno, "pidfd_open");
  pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
  auto const ready = poll(&entry, 1, static_cast<int>(patience.count()));
  close(fd);
  return ready > 0;
}

int Child::reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Finished Child::wait() {
  Finished finished;
  auto const in_time = exited_within(patience_);
  if (!in_time) kill(pid_, SIGKILL);
  finished.status = reap();
  if (!in_time) finished.status = kTimedOut;
  finished.wall = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - started_);
  finished.output = take(output_);
  finished.error = take(error_);
  return finished;
}

Finished run(Command const& command) {
  return Child(command).wait();
}

std::vector<Finished> run_together(std::vector<Command> const& commands) {
  std::vector<Child> children;
  children.reserve(commands.size());
  for (auto const& command : commands) children.emplace_back(command);
  std::vector<Finished> finished;
  finished.reserve(children.size());
  for (auto& child : children) finished.push_back(child.wait());
  return finished;
}

}  // namespace decapod::test
