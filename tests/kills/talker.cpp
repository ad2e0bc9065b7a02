#include "talker.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace decapod::test {

Talker::Talker(Command const& command) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe2");
  std::vector<char*> arguments;
  std::vector<std::string> variables;
  std::vector<char*> environment;
  // posix_spawn takes non-const pointers for history's sake and does not write through them.
  for (auto const& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  for (auto const& [name, value] : command.environment) variables.push_back(name + '=' + value);
  for (auto& variable : variables) environment.push_back(variable.data());
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, command.cwd.c_str());
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  auto const code = posix_spawnp(&pid_, arguments.front(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  to_ = in[1];
  from_ = out[0];
  if (code != 0) throw std::system_error(code, std::generic_category(), arguments.front());
}

Talker::~Talker() {
  close(to_);
  close(from_);
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

std::string Talker::ask(std::string const& line) {
  auto const text = line + '\n';
  if (write(to_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) return "";
  for (;;) {
    auto const end = read_.find('\n');
    if (end != std::string::npos) {
      auto answer = read_.substr(0, end);
      read_.erase(0, end + 1);
      return answer;
    }
    std::array<char, 4096> buffer{};
    auto const got = read(from_, buffer.data(), buffer.size());
    if (got <= 0) return "";
    read_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace decapod::test
