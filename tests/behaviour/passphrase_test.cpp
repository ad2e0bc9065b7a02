// What is typed at a terminal: a command that asks for a passphrase there, on a pseudo-terminal of its own.

#include <catch2/catch.hpp>

#include <support/repository.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

using namespace decapod::test;

namespace {

class AtTerminal {
 public:
  AtTerminal(TempRepository const& repository, Arguments const& arguments) : ours_(posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(grantpt(ours_) == 0);
    REQUIRE(unlockpt(ours_) == 0);
    std::string const theirs = ptsname(ours_);
    std::vector<std::string> words{binary()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    setsid();
    int const terminal = open(theirs.c_str(), O_RDWR);
    for (int fd = 0; fd <= 2; ++fd) dup2(terminal, fd);
    if (chdir(repository.path().c_str()) != 0) _exit(126);
    execv(argv[0], argv.data());
    _exit(127);
  }
  AtTerminal(AtTerminal const&) = delete;
  AtTerminal& operator=(AtTerminal const&) = delete;
  ~AtTerminal() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(ours_);
  }

  pid_t pid() const { return pid_; }
  void type(std::string const& keys) const { REQUIRE(write(ours_, keys.data(), keys.size()) > 0); }
  bool says(std::string const& words) {
    return eventually([&] {
      pollfd ready{.fd = ours_, .events = POLLIN, .revents = 0};
      std::string part(4096, '\0');
      while (poll(&ready, 1, 0) > 0) {
        auto const got = read(ours_, part.data(), part.size());
        if (got <= 0) break;
        said_.append(part, 0, static_cast<std::size_t>(got));
      }
      return said_.find(words) != std::string::npos;
    });
  }
  std::string const& said() const { return said_; }
  // -1: it goes on.
  int status() {
    int status = 0;
    if (!eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  bool can_be_heard() const {
    termios now{};
    return tcgetattr(ours_, &now) == 0 && (now.c_lflag & ECHO) != 0 && (now.c_lflag & ISIG) != 0;
  }

 private:
  int ours_;
  pid_t pid_ = -1;
  std::string said_;
};

}  // namespace

TEST_CASE("whatever ends a prompt for a passphrase ends it at once, and the terminal can be heard again") {
  TempRepository const repository;
  AtTerminal command(repository, {"policy", "operator-init", "--key", repository.scratch("key")});
  REQUIRE(command.says("passphrase"));
  REQUIRE(eventually([&] { return !command.can_be_heard(); }));
  command.type("secr");
  SECTION("Ctrl-C") {
    command.type("\x03");
  }
  SECTION("Ctrl-D on an empty line") {
    command.type("\x15\x04");
  }
  SECTION("SIGINT") {
    kill(command.pid(), SIGINT);
  }
  SECTION("SIGTERM") {
    kill(command.pid(), SIGTERM);
  }
  CHECK(command.status() == 130);
  CHECK(command.says("interrupted at the passphrase"));
  CHECK(command.can_be_heard());
  CHECK(command.said().find("secr") == std::string::npos);
  CHECK(access(repository.scratch("key").c_str(), F_OK) != 0);
}

TEST_CASE("a passphrase is typed twice, unseen") {
  TempRepository const repository;
  AtTerminal command(repository, {"policy", "operator-init", "--key", repository.scratch("key")});
  REQUIRE(command.says("passphrase"));
  command.type("secret words\n");
  REQUIRE(command.says("again"));
  command.type("secret words\n");
  CHECK(command.status() == 0);
  CHECK(command.said().find("secret words") == std::string::npos);
  CHECK(access(repository.scratch("key").c_str(), F_OK) == 0);
}
