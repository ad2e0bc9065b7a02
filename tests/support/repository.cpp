#include <support/leader.h>
#include <support/repository.h>

#include <boost/json.hpp>

#include <cstdlib>
#include <stdexcept>

namespace decapod::test {
namespace {

std::string from_environment(char const* name, char const* otherwise) {
  char const* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

std::string described(Command const& command, Finished const& finished) {
  std::string text;
  for (auto const& argument : command.arguments) text += argument + ' ';
  return text + "ended with " + std::to_string(finished.status) + "\n" + finished.output + finished.error;
}

std::string text_at(boost::json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace

std::string const& binary() {
  static std::string const path =
      std::filesystem::canonical(from_environment("DECAPOD_BINARY", DECAPOD_BUILT_BINARY)).string();
  return path;
}

std::string const& sandbox_launcher() {
  static std::string const path = DECAPOD_SANDBOX_LAUNCHER;
  return path;
}

bool Answer::ok() const {
  auto const* value = envelope.if_contains("ok");
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string Answer::error_code() const {
  auto const* error = envelope.if_contains("error");
  return error != nullptr && error->is_object() ? text_at(error->get_object(), "code") : "";
}

std::string Answer::marker() const {
  return text_at(envelope, "marker");
}

boost::json::object const& Answer::data() const {
  auto const* data = envelope.if_contains("data");
  if (data == nullptr || !data->is_object()) {
    throw std::runtime_error("no data in: " + process.output + process.error);
  }
  return data->get_object();
}

Answer parse_answer(Finished finished) {
  Answer answer{.process = std::move(finished), .envelope = {}};
  boost::system::error_code bad;
  auto value = boost::json::parse(answer.process.output, bad);
  if (!bad && value.is_object()) answer.envelope = std::move(value.get_object());
  return answer;
}

TempRepository::TempRepository(Store store, std::string program) : program_(std::move(program)) {
  std::filesystem::create_directories(directory_ / "home");
  std::filesystem::create_directories(path());
  environment_ = {{"PATH", from_environment("PATH", "/usr/bin:/bin")},
                  {"HOME", directory_ / "home"},
                  {"LC_ALL", "C.UTF-8"},
                  {"GIT_CONFIG_NOSYSTEM", "1"},
                  // What is proved is what happens, not how soon: a slow disk or a busy machine is nobody's fault.
                  {"DECAPOD_TIMEOUT_MS", "100000"},
                  {"DECAPOD_BROKER_IDLE_MS", "300"}};
  git({"init", "-q", "-b", "main"});
  git({"-c", "user.name=t", "-c", "user.email=t@invalid", "commit", "-q", "--allow-empty", "-m", "start"});
  if (store == Store::initialized) must({"init"});
}

TempRepository::~TempRepository() {
  // A command may start a broker between a look and its own end: nothing starts one when none was seen.
  for (auto left = processes_of(program_, path()); !left.empty(); left = processes_of(program_, path()))
    for (auto const pid : left) kill_and_wait(pid);
}

void TempRepository::set_idle(Milliseconds idle) {
  environment_["DECAPOD_BROKER_IDLE_MS"] = std::to_string(idle.count());
}

Command TempRepository::command(Arguments const& arguments, Environment const& with) const {
  Command command{.arguments = {program_}, .environment = with, .cwd = path(), .input = ""};
  command.environment.insert(environment_.begin(), environment_.end());
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  return command;
}

Answer TempRepository::ask(Arguments const& arguments, Environment const& with) const {
  auto asked = command(arguments, with);
  asked.arguments.push_back("--json");
  return parse_answer(run(asked));
}

Answer TempRepository::ask_in_sandbox(std::string const& mode, Arguments const& arguments,
                                      Environment const& with) const {
  auto asked = in_sandbox(command(arguments, with), mode);
  asked.arguments.push_back("--json");
  return parse_answer(run(asked));
}

std::string TempRepository::must(Arguments const& arguments, Environment const& with) const {
  auto const asked = command(arguments, with);
  auto finished = run(asked);
  if (finished.status != 0) throw std::runtime_error(described(asked, finished));
  return std::move(finished.output);
}

Finished TempRepository::shell(std::string const& script, Environment const& with) const {
  auto asked = command({}, with);
  asked.environment["D"] = program_;
  asked.arguments = {"bash", "-c", script};
  return run(asked);
}

std::string TempRepository::add_worktree(std::string const& name) const {
  auto place = scratch(name);
  git({"worktree", "add", "-q", "-b", name, place});
  return place;
}

bool TempRepository::falls_quiet() const {
  return eventually([&] { return processes_of(program_, path()).empty(); });
}

void TempRepository::git(Arguments arguments) const {
  auto asked = command({});
  arguments.insert(arguments.begin(), "git");
  asked.arguments = std::move(arguments);
  auto const finished = run(asked);
  if (finished.status != 0) throw std::runtime_error(described(asked, finished));
}

Command in_directory(Command command, std::string const& cwd) {
  command.cwd = cwd;
  return command;
}

Command in_sandbox(Command command, std::string const& mode) {
  command.arguments.insert(command.arguments.begin(), {sandbox_launcher(), mode});
  return command;
}

}  // namespace decapod::test
