#include "program_run.h"

#include "files.h"
#include "interrupts.h"

#include <decapod/base/descriptor.h>
#include <decapod/base/utf8.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>

namespace decapod::cli {
namespace {

constexpr int kNotStarted = 127;
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr int kAboveStandard = 3;
// Between the request to end and the end that nobody can refuse.
constexpr Millis kGrace{500};
// What a process that left the group may keep the output open for, once everything else is gone.
constexpr Millis kLastWords{200};
constexpr int kLookMs = 20;
constexpr std::string_view kRequestId = "DECAPOD_REQUEST_ID=";

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

Error no_child(std::string_view what) {
  return fail(ErrorCode::internal, "the command cannot be run: " + std::string(what) + ": " + std::strerror(errno));
}

// What the child needs between fork and exec, made before: nothing is allocated there.
struct Start {
  std::vector<char*> argv;
  std::vector<char*> environment;
  char const* directory;
  int output;
  int report;  // gets errno if the program cannot be started
  pid_t parent;
};

[[noreturn]] void give_up(int report) {
  int const number = errno;
  [[maybe_unused]] auto const size = write(report, &number, sizeof number);
  _exit(kNotStarted);
}

// Only what may be called after a fork.
[[noreturn]] void become(Start const& start) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != start.parent) _exit(kNotStarted);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  int const null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  // The report goes above the standard three first, so that none of them takes its number.
  int const report = fcntl(start.report, F_DUPFD_CLOEXEC, kAboveStandard + 1);
  if (null < 0 || report < 0) give_up(start.report);
  dup2(start.output, 1);
  dup2(start.output, 2);
  dup2(null, 0);
  int const kept = dup3(report, kAboveStandard, O_CLOEXEC);
  close_range(kAboveStandard + 1, ~0U, 0);
  if (chdir(start.directory) != 0) give_up(kept);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(start.argv[0], start.argv.data(), start.environment.data());
  give_up(kept);
}

struct Pipe {
  Descriptor out;
  Descriptor in;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return no_child("no pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// All that was printed, as it is seen: counted, hashed, copied, and its end kept.
class Output {
 public:
  explicit Output(std::optional<files::Pending> log) : log_(std::move(log)) {}

  Result<void> take(std::string_view chunk) {
    bytes_ += static_cast<std::int64_t>(chunk.size());
    hasher_.add(chunk);
    tail_.append(chunk);
    if (tail_.size() > 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
    if (!log_) return {};
    return log_->add(chunk);
  }

  Result<void> put_log_in_place() {
    if (!log_) return {};
    return log_->finish();
  }

  std::int64_t bytes() const { return bytes_; }

  void tell(ProgramEnd& end) {
    end.output_bytes = bytes_;
    end.output = hasher_.finish();
    auto const kept = std::string_view(tail_).substr(tail_.size() - std::min(tail_.size(), kTailBytes));
    end.tail = well_formed(kept);
  }

 private:
  std::optional<files::Pending> log_;
  Sha256Hasher hasher_;
  std::string tail_;
  std::int64_t bytes_ = 0;
};

// One child and its group, watched until nothing of it is left.
class Watch {
 public:
  Watch(Program const& program, pid_t child, Descriptor output, std::optional<files::Pending> log,
        Interrupts const& interrupts)
      : program_(program),
        child_(child),
        pipe_(std::move(output)),
        interrupts_(interrupts),
        output_(std::move(log)),
        started_(std::chrono::steady_clock::now()) {}
  Watch(Watch const&) = delete;
  Watch& operator=(Watch const&) = delete;
  ~Watch() {
    end_group(SIGKILL);
    if (!status_) waitpid(child_, nullptr, 0);
  }

  // What kept the program from being started, as errno; 0: it runs, or its time was up before it did.
  Result<int> await_start(Descriptor const& report);
  Result<ProgramEnd> to_end();

 private:
  using Steady = std::chrono::steady_clock::time_point;

  void end_group(int signal) const;
  void stop(Ended why, int signal);
  void look_after_child();
  Result<void> wait_for_something();
  Result<void> read_some();
  bool is_over(Steady now) const;
  ProgramEnd summed_up();

  Program const& program_;
  pid_t child_;
  Descriptor pipe_;
  Interrupts const& interrupts_;
  Output output_;
  Steady started_;
  std::optional<Ended> stopped_;   // by us
  std::optional<Steady> kill_at_;  // after a polite request
  std::optional<int> status_;      // waitpid's
  std::optional<Steady> child_ended_;
};

// Once the child was reaped its number, and with it the group's, may be somebody else's.
void Watch::end_group(int signal) const {
  if (!status_) kill(-child_, signal);
}

void Watch::stop(Ended why, int signal) {
  if (!stopped_) stopped_ = why;
  end_group(signal);
}

void Watch::look_after_child() {
  auto const now = std::chrono::steady_clock::now();
  if (!stopped_ && now - started_ >= program_.limit) {
    stop(Ended::timed_out, SIGTERM);
    kill_at_ = now + kGrace;
  }
  if (kill_at_ && now >= *kill_at_) stop(Ended::timed_out, SIGKILL);
  siginfo_t end{};
  if (status_ || waitid(P_PID, static_cast<id_t>(child_), &end, WEXITED | WNOHANG | WNOWAIT) != 0 || end.si_pid == 0) {
    return;
  }
  child_ended_ = now;
  // What it has left behind ends with it: a proof does not go on after it was recorded. Before it is reaped.
  end_group(SIGKILL);
  int status = 0;
  waitpid(child_, &status, 0);
  status_ = status;
}

Result<void> Watch::read_some() {
  std::array<char, kChunkBytes> chunk{};
  auto const got = read(pipe_.get(), chunk.data(), chunk.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return {};
  if (got <= 0) {
    pipe_.close();
    return {};
  }
  auto const room = static_cast<std::size_t>(std::max<std::int64_t>(program_.output_max - output_.bytes(), 0));
  auto const size = std::min(static_cast<std::size_t>(got), room);
  DECAPOD_CHECK(output_.take({chunk.data(), size}));
  if (size < static_cast<std::size_t>(got)) {
    stop(Ended::flooded, SIGKILL);
    pipe_.close();
  }
  return {};
}

Error interrupted() {
  auto error = fail(ErrorCode::interrupted, "interrupted while the command ran: it was ended, and nothing is recorded");
  error.hint = "run it again";
  return error;
}

// A file system that does not answer holds the child up before it has become the program.
Result<int> Watch::await_start(Descriptor const& report) {
  for (;;) {
    std::array<pollfd, 2> ready = {pollfd{.fd = report.get(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = interrupts_.descriptor(), .events = POLLIN, .revents = 0}};
    int const count = poll(ready.data(), ready.size(), kLookMs);
    if (count > 0 && ready[1].revents != 0 && interrupts_.came()) return interrupted();
    if (count > 0 && ready[0].revents != 0) {
      int number = 0;
      // Nothing is there once the program has taken the child's place: exec closes the other end.
      auto const got = read(report.get(), &number, sizeof number);
      if (got >= 0) return got == static_cast<ssize_t>(sizeof number) ? number : 0;
      if (errno != EINTR) return no_child("no report");
    }
    if (std::chrono::steady_clock::now() - started_ >= program_.limit) {
      stop(Ended::timed_out, SIGKILL);
      return 0;
    }
  }
}

Result<void> Watch::wait_for_something() {
  std::array<pollfd, 2> ready = {pollfd{.fd = pipe_.get(), .events = POLLIN, .revents = 0},
                                 pollfd{.fd = interrupts_.descriptor(), .events = POLLIN, .revents = 0}};
  if (poll(ready.data(), ready.size(), kLookMs) <= 0) return {};
  if (ready[1].revents != 0 && interrupts_.came()) return interrupted();
  if (pipe_ && ready[0].revents != 0) return read_some();
  return {};
}

bool Watch::is_over(Steady now) const {
  return child_ended_ && (!pipe_ || now - *child_ended_ >= kLastWords);
}

ProgramEnd Watch::summed_up() {
  ProgramEnd end;
  end.took = std::chrono::duration_cast<Millis>(*child_ended_ - started_);
  output_.tell(end);
  bool const by_signal = WIFSIGNALED(*status_);
  end.ended = stopped_.value_or(by_signal ? Ended::signalled : Ended::exited);
  end.status = by_signal ? WTERMSIG(*status_) : WEXITSTATUS(*status_);
  return end;
}

Result<ProgramEnd> Watch::to_end() {
  while (!is_over(std::chrono::steady_clock::now())) {
    DECAPOD_CHECK(wait_for_something());
    look_after_child();
  }
  DECAPOD_CHECK(output_.put_log_in_place());
  return summed_up();
}

ProgramEnd never_started(Program const& program, int number) {
  ProgramEnd end{.ended = Ended::not_started, .status = kNotStarted};
  end.tail = well_formed(program.command.front() + ": " + std::strerror(number));
  end.output = sha256("");
  return end;
}

std::vector<std::string> environment_for(std::vector<std::string> const& environment) {
  std::vector<std::string> kept;
  // It names this request: a command of decapod's inside would be taken for a repetition of it.
  for (auto const& entry : environment) {
    if (!entry.starts_with(kRequestId)) kept.push_back(entry);
  }
  return kept;
}

}  // namespace

Result<ProgramEnd> run_program(Program const& program, std::vector<std::string> const& environment,
                               StatePaths const* store) {
  std::optional<files::Pending> log;
  // Before anything runs, and while a signal still ends us.
  if (!program.log.empty()) {
    DECAPOD_TRY(auto opened, files::Pending::make(program.log, store));
    log.emplace(std::move(opened));
  }
  DECAPOD_TRY(auto output, make_pipe());
  DECAPOD_TRY(auto report, make_pipe());
  auto command = program.command;
  auto variables = environment_for(environment);
  Interrupts const interrupts({SIGINT, SIGTERM, SIGHUP});
  Start const start{.argv = pointers(command),
                    .environment = pointers(variables),
                    .directory = program.directory.c_str(),
                    .output = output.in.get(),
                    .report = report.in.get(),
                    .parent = getpid()};
  pid_t const child = fork();
  if (child < 0) return no_child("no process");
  if (child == 0) become(start);
  setpgid(child, child);
  output.in.close();
  report.in.close();
  Watch watch(program, child, std::move(output.out), std::move(log), interrupts);
  DECAPOD_TRY(auto const number, watch.await_start(report.out));
  if (number != 0) return never_started(program, number);
  return watch.to_end();
}

}  // namespace decapod::cli
