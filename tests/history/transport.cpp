#include "transport.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

namespace decapod::history {
namespace {

using test::Command;
using test::Environment;
using test::TempRepository;

std::string line_of(Request const& request) {
  boost::json::object line{{"op", request.operation}, {"args", request.arguments}};
  if (!request.request_id.empty()) line.emplace("request_id", request.request_id);
  if (request.patience) line.emplace("timeout_ms", request.patience->count());
  return boost::json::serialize(line) + '\n';
}

std::optional<boost::json::object> envelope_in(std::string const& text) {
  boost::system::error_code bad;
  auto value = boost::json::parse(text, bad);
  if (bad || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    read = ends[0];
    write = ends[1];
  }
};

// A child with its standard input and output in pipes.
class Talker {
 public:
  explicit Talker(Command const& command) {
    Pipe const to;
    Pipe const from;
    input_ = to.write;
    output_ = from.read;
    std::vector<std::string> variables;
    for (auto const& [name, value] : command.environment) variables.push_back(name + '=' + value);
    // posix_spawn takes non-const pointers for history's sake and does not write through them.
    std::vector<char*> arguments;
    for (auto const& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    std::vector<char*> environment;
    for (auto& variable : variables) environment.push_back(variable.data());
    environment.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, command.cwd.c_str());
    posix_spawn_file_actions_adddup2(&actions, to.read, 0);
    posix_spawn_file_actions_adddup2(&actions, from.write, 1);
    auto const code = posix_spawnp(&pid_, arguments.front(), &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    close(to.read);
    close(from.write);
    if (code != 0) throw std::system_error(code, std::generic_category(), command.arguments.front());
  }
  ~Talker() {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    close(input_);
    close(output_);
  }
  Talker(Talker const&) = delete;
  Talker& operator=(Talker const&) = delete;

  bool say(std::string const& text) {
    std::size_t done = 0;
    while (done < text.size()) {
      auto const written = write(input_, text.data() + done, text.size() - done);
      if (written <= 0) return false;
      done += static_cast<std::size_t>(written);
    }
    return true;
  }

  // "" if it ended.
  std::string line() {
    for (;;) {
      if (auto const end = inbox_.find('\n'); end != std::string::npos) {
        auto line = inbox_.substr(0, end);
        inbox_.erase(0, end + 1);
        return line;
      }
      std::array<char, 65536> buffer{};
      auto const got = read(output_, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return "";
      inbox_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string inbox_;
};

class Batch final : public Transport {
 public:
  explicit Batch(Command command) : command_(std::move(command)) {}

  std::optional<boost::json::object> ask(Request const& request) override {
    if (!talker_) talker_ = std::make_unique<Talker>(command_);
    std::optional<boost::json::object> envelope;
    if (talker_->say(line_of(request))) envelope = envelope_in(talker_->line());
    if (!envelope) talker_.reset();
    return envelope;
  }

  void ask_and_die(Request const& request, std::chrono::microseconds delay) override {
    if (!talker_) talker_ = std::make_unique<Talker>(command_);
    talker_->say(line_of(request));
    std::this_thread::sleep_for(delay);
    talker_.reset();
  }

 private:
  Command command_;
  std::unique_ptr<Talker> talker_;
};

void append_option(std::vector<std::string>& words, std::string name, std::string const& value) {
  for (auto& letter : name) {
    if (letter == '_') letter = '-';
  }
  if (name == "lease-ms") {
    words.insert(words.end(), {"--lease", value + "ms"});
  } else {
    words.insert(words.end(), {"--" + name, value});
  }
}

// The same request as words: an id comes first, then a text or a new title, then options.
std::vector<std::string> words_of(Request const& request) {
  auto const dot = request.operation.find('.');
  std::vector<std::string> words{request.operation.substr(0, dot), request.operation.substr(dot + 1)};
  std::vector<std::string> options;
  for (auto const& [name, value] : request.arguments) {
    auto const text = value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
    bool const bare = name == "id" || name == "request_id" || name == "text" || (name == "title" && words[1] == "add");
    if (bare)
      words.push_back(text);
    else
      append_option(options, name, text);
  }
  words.insert(words.end(), options.begin(), options.end());
  if (!request.request_id.empty()) words.insert(words.end(), {"--request-id", request.request_id});
  if (request.patience) words.insert(words.end(), {"--timeout", std::to_string(request.patience->count()) + "ms"});
  words.emplace_back("--json");
  return words;
}

class OneShot final : public Transport {
 public:
  OneShot(TempRepository const& repository, Environment identity, std::string sandbox)
      : repository_(repository), identity_(std::move(identity)), sandbox_(std::move(sandbox)) {}

  std::optional<boost::json::object> ask(Request const& request) override {
    return envelope_in(test::run(command(request)).output);
  }

  void ask_and_die(Request const& request, std::chrono::microseconds delay) override {
    test::Child const child(command(request));
    std::this_thread::sleep_for(delay);
  }

 private:
  Command command(Request const& request) const {
    auto command = repository_.command(words_of(request), identity_);
    return sandbox_.empty() ? command : test::in_sandbox(command, sandbox_);
  }

  TempRepository const& repository_;
  Environment identity_;
  std::string sandbox_;
};

}  // namespace

std::unique_ptr<Transport> batch_transport(TempRepository const& repository, Environment const& identity) {
  return std::make_unique<Batch>(repository.command({"batch"}, identity));
}

std::unique_ptr<Transport> one_shot_transport(TempRepository const& repository, Environment const& identity,
                                              std::string const& sandbox) {
  return std::make_unique<OneShot>(repository, identity, sandbox);
}

}  // namespace decapod::history
