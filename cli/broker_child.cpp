// The process that will be the broker, and how it lives beside its parent.
//
// It begins while the command still works, because all that it does takes as long as the command's sync at most: a
// child that is made when everything else is done makes the caller wait for it. It is no copy of its parent: it runs in
// its parent's memory on a stack of its own. Nothing is copied when it begins, no page is copied because it is there,
// and what the command leaves in memory is given back when the program of the broker begins, not when the command ends.
// README.md ("What is left behind") has the figures.
//
// What two processes in one memory must not do: write what the other reads. The child reads its Inheritance, which its
// parent does not change any more, writes to its stack and to Inheritance::last, and calls nothing but the kernel, past
// the C library and its errno (kernel_call.h). Not even a member of a class of the standard library: which may be a
// call that has yet to be bound.

#include "broker_child.h"

#include <decapod/base/descriptor.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>

#include "broker_process.h"
#include "kernel_call.h"

namespace decapod::cli {
namespace {

using Awaited = reach::Machine::Awaited;
using Started = reach::Machine::Started;

constexpr char kProgram[] = "/proc/self/exe";
constexpr timespec kUnasked{.tv_sec = 0, .tv_nsec = 1'000'000};
constexpr int kPatienceMs = 1000;                        // with a child that somebody has stopped
constexpr std::chrono::microseconds kEnding{1'000'000};  // longer only if the kernel itself hangs
constexpr std::chrono::microseconds kLook{100};
// The child's own descriptors, beside what a broker inherits; and where its parent puts what becomes them all.
constexpr int kOrders = 5;
constexpr int kReports = 6;
constexpr int kAboveTargets = kReports + 1;
constexpr char kReleased = 'r';
constexpr char kRefused = 'n';

// While it lives, no signal is handled: the child would handle it as its parent does. What one does to the broker, the
// broker settles itself.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before_);
  }
  NoSignals(NoSignals const&) = delete;
  NoSignals& operator=(NoSignals const&) = delete;
  ~NoSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// One end for the parent, the other for the child, above the places where something else is put.
struct Pipe {
  Descriptor from;
  Descriptor to;
};

Descriptor out_of_the_way(int descriptor) {
  return Descriptor(fcntl(descriptor, F_DUPFD_CLOEXEC, kAboveTargets));
}

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  Descriptor const from(ends[0]);
  Descriptor const to(ends[1]);
  Pipe pipe{.from = out_of_the_way(from.get()), .to = out_of_the_way(to.get())};
  if (!pipe.from || !pipe.to) return std::nullopt;
  return pipe;
}

}  // namespace

// All that the child reads. Nobody but the child changes it once there is one.
struct BrokerChild::Inheritance {
  Estate estate;
  std::vector<char*> words;  // of the program: those of the estate, `last`, the end

  int lock = -1;
  int listener = -1;
  int orders = -1;
  int reports = -1;
  char const* socket = nullptr;
  char* const* arguments = nullptr;
  char last[kLastBytes];  // what the parent has sent
  alignas(16) char stack[8192];
};

namespace {

using Inheritance = BrokerChild::Inheritance;

// How a child ends whose program does not begin.
enum class End : std::uint8_t { given_up, refused };

bool place(int descriptor, int at, int mark) {
  return kernel_call(SYS_dup3, descriptor, at, mark) >= 0;
}

// Where the child does not yet say anything at kReports, something of the caller's may be.
bool is_heard(Inheritance const& given) {
  return place(given.reports, kReports, O_CLOEXEC);
}

void report(char word) {
  kernel_call(SYS_write, kReports, &word, 1);
}

// From here on the caller's descriptors and directory are the caller's alone: whoever reads what it prints meets the
// end of it.
bool keep_only(Inheritance const& given) {
  if (kernel_call(SYS_chdir, "/") < 0) return false;
  auto const null = static_cast<int>(kernel_call(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR));
  if (null < 0) return false;
  for (int standard = 0; standard <= 2; ++standard) {
    if (null != standard && !place(null, standard, 0)) return false;
  }
  return place(given.lock, kLockDescriptor, 0) && place(given.listener, kListenerDescriptor, 0) &&
         place(given.orders, kOrders, O_CLOEXEC) && kernel_call(SYS_close_range, kReports + 1, ~0U, 0) == 0;
}

// No order: the parent has thought better of it, or is no more.
bool is_told_to_begin(Inheritance& given) {
  return kernel_call(SYS_read, kOrders, given.last, sizeof given.last) > 0;
}

void wait_to_be_asked() {
  pollfd listener{.fd = kListenerDescriptor, .events = POLLIN, .revents = 0};
  timespec left = kUnasked;
  kernel_call(SYS_ppoll, &listener, 1, &left, 0, 0);
}

// Nobody would answer at it.
void remove_socket(Inheritance const& given) {
  struct statx facts;
  bool const there = kernel_call(SYS_statx, AT_FDCWD, given.socket, AT_SYMLINK_NOFOLLOW, STATX_INO, &facts) == 0;
  if (there && facts.stx_ino == given.estate.socket_inode) kernel_call(SYS_unlinkat, AT_FDCWD, given.socket, 0);
}

// What a later exec would say, as far as the kernel tells before.
bool may_begin() {
  auto const said = kernel_call(SYS_faccessat2, AT_FDCWD, kProgram, X_OK, AT_EACCESS);
  return said != -ENOENT && said != -EACCES;
}

End become_broker(Inheritance& given) {
  kernel_call(SYS_setsid);
  if (!keep_only(given) || !may_begin()) return End::refused;
  report(kReleased);
  if (!is_told_to_begin(given)) return End::given_up;
  if (given.estate.awaited == Awaited::release) wait_to_be_asked();
  char* no_environment = nullptr;
  kernel_call(SYS_execve, kProgram, given.arguments, &no_environment);
  if (given.estate.awaited == Awaited::release) remove_socket(given);
  return End::refused;
}

int run_child(void* inheritance) {
  auto& given = *static_cast<Inheritance*>(inheritance);
  if (is_heard(given) && become_broker(given) == End::refused) report(kRefused);
  kernel_call(SYS_exit_group, 127);
  return 127;
}

#ifdef DECAPOD_SANITIZED
constexpr int kMemory = 0;  // a sanitizer keeps things for a thread that two processes cannot share either
#else
constexpr int kMemory = kCallsPastLibrary ? CLONE_VM : 0;
#endif

}  // namespace

std::unique_ptr<BrokerChild> BrokerChild::start(Estate estate) {
  auto orders = make_pipe();
  auto reports = make_pipe();
  Descriptor const lock = out_of_the_way(estate.lock);
  Descriptor const listener = out_of_the_way(estate.listener);
  // A broker without them would end at once, and whoever waits for it would elect itself again and again.
  if (!orders || !reports || !lock || !listener) return nullptr;

  auto given = std::make_unique_for_overwrite<Inheritance>();
  given->estate = std::move(estate);
  for (auto& word : given->estate.words) given->words.push_back(word.data());
  // Where it is empty, the broker passes it over.
  given->words.push_back(given->last);
  given->words.push_back(nullptr);
  given->lock = lock.get();
  given->listener = listener.get();
  given->orders = orders->from.get();
  given->reports = reports->to.get();
  given->socket = given->estate.socket.c_str();
  given->arguments = given->words.data();
  // Whole before there is a child: from then on nothing may fail, as its memory must outlive it.
  std::unique_ptr<BrokerChild> child(
      new BrokerChild(std::move(given), std::move(orders->to), std::move(reports->from)));
  child->run();
  return child->pid_ > 0 ? std::move(child) : nullptr;
}

BrokerChild::BrokerChild(std::unique_ptr<Inheritance> inheritance, Descriptor orders, Descriptor reports)
    : inheritance_(std::move(inheritance)), orders_(std::move(orders)), reports_(std::move(reports)) {}

void BrokerChild::run() {
  auto& stack = inheritance_->stack;
  NoSignals const quiet;
  pid_ = clone(run_child, stack + sizeof stack, kMemory | SIGCHLD, inheritance_.get());
}

BrokerChild::~BrokerChild() {
  give_up();
  // One that was stopped before its program began may still run in it.
  if (!has_own_memory()) static_cast<void>(inheritance_.release());
}

BrokerChild::Report BrokerChild::next_report() {
  pollfd said{.fd = reports_.get(), .events = POLLIN, .revents = 0};
  if (poll(&said, 1, kPatienceMs) != 1) return Report::nothing;
  char word = 0;
  if (read(reports_.get(), &word, 1) != 1) return Report::over;
  return word == kReleased ? Report::released : Report::refused;
}

reach::Machine::Started BrokerChild::begin(std::string const& last) {
  // The end of the word is sent, too: so there is an order without one.
  auto const told = write(orders_.get(), last.c_str(), last.size() + 1);
  orders_ = Descriptor();
  if (told < 0) return has_failed();
  if (next_report() != Report::released) return has_failed();
  bool const program = inheritance_->estate.awaited == Awaited::program;
  return program && next_report() == Report::refused ? has_failed() : Started::yes;
}

reach::Machine::Started BrokerChild::has_failed() {
  end();
  return Started::no;
}

void BrokerChild::give_up() {
  if (!orders_) return;
  orders_ = Descriptor();
  end();
}

// Its lock and whatever it still has of the caller's are let go of before it counts as ended, and not when its reports
// end. It is killed, because it may be stopped.
void BrokerChild::end() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  for (auto left = kEnding; !is_over() && left.count() > 0; left -= kLook) std::this_thread::sleep_for(kLook);
}

bool BrokerChild::is_over() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) != 0) pid_ = -1;
  return pid_ < 0;
}

bool BrokerChild::has_own_memory() const {
  if (pid_ < 0) return true;
  pollfd said{.fd = reports_.get(), .events = 0, .revents = 0};
  return poll(&said, 1, 0) == 1 && (said.revents & POLLHUP) != 0;
}

}  // namespace decapod::cli
