#include "launch.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace decapod::bench {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    read = ends[0];
    write = ends[1];
    // Room for a whole run's requests: a driver that blocks would measure itself.
    fcntl(write, F_SETPIPE_SZ, 1 << 20);
  }
};

std::vector<char*> pointers(std::vector<std::string> const& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (auto const& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(Actions const&) = delete;
  Actions& operator=(Actions const&) = delete;
  void null(int fd) { posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY, 0); }
  void connect(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void enter(std::string const& directory) {
    if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
  }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

double ms_of(timeval const& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

std::string read_all(int fd) {
  std::string all;
  char block[65536];
  ssize_t got = 0;
  while ((got = read(fd, block, sizeof block)) > 0) all.append(block, static_cast<std::size_t>(got));
  return all;
}

void close_one(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

}  // namespace

Running::Running(Program const& program, Streams streams) {
  Actions actions;
  auto const in = streams == Streams::piped ? std::make_optional<Pipe>() : std::nullopt;
  auto const out = streams != Streams::discarded ? std::make_optional<Pipe>() : std::nullopt;
  in ? actions.connect(in->read, 0) : actions.null(0);
  out ? actions.connect(out->write, 1) : actions.null(1);
  streams == Streams::kept ? actions.connect(1, 2) : actions.null(2);
  actions.enter(program.directory);
  auto const arguments = pointers(program.arguments);
  auto const environment = pointers(program.environment);
  started_ = now();
  int const error = posix_spawn(&pid_, arguments[0], actions.get(), nullptr, arguments.data(), environment.data());
  if (in) {
    close(in->read);
    input_ = in->write;
  }
  if (out) {
    close(out->write);
    output_ = out->read;
  }
  if (error != 0) throw std::system_error(error, std::generic_category(), program.arguments[0]);
}

Running::Running(Running&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      started_(other.started_) {}

Running::~Running() {
  close_one(input_);
  close_one(output_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Running::close_input() {
  close_one(input_);
}

Finished Running::wait() {
  close_input();
  Finished finished{.started = started_};
  if (output_ >= 0) finished.output = read_all(output_);
  int status = 0;
  rusage used{};
  while (wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) {
  }
  finished.ended = now();
  pid_ = -1;
  close_one(output_);
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  finished.cpu_ms = ms_of(used.ru_utime) + ms_of(used.ru_stime);
  return finished;
}

Finished launch(Program const& program, Streams streams) {
  return Running(program, streams).wait();
}

std::string must(Program const& program) {
  auto finished = launch(program, Streams::kept);
  if (finished.status == 0) return finished.output;
  std::string words;
  for (auto const& word : program.arguments) words += word + ' ';
  throw std::runtime_error(words + "ended with " + std::to_string(finished.status) + ": " + finished.output);
}

std::string find_program(std::string const& name) {
  auto const* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    auto candidate = folder + '/' + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

double cpu_ms_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  auto const after_name = text.rfind(')');
  if (after_name == std::string::npos) return 0;
  std::istringstream fields(text.substr(after_name + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) * 1000.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long memory_kib_of(pid_t pid, std::string const& line) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string text; std::getline(file, text);) {
    if (text.starts_with(line + ':')) return std::stol(text.substr(line.size() + 1));
  }
  return 0;
}

}  // namespace decapod::bench
