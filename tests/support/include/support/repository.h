#pragma once
// A scratch git repository with a decapod store, and the binary asked as a person or an agent would ask it.

#include <support/eventually.h>
#include <support/process.h>
#include <support/temp_directory.h>

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <vector>

namespace decapod::test {

using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

// The binary under test: DECAPOD_BINARY in the environment, else the one of this build.
std::string const& binary();
// The launcher of `sandbox_exec.cpp`.
std::string const& sandbox_launcher();

// What one command with --json answered.
struct Answer {
  Finished process;
  boost::json::object envelope;  // empty if standard output was not one JSON object

  bool ok() const;
  std::string error_code() const;           // "" on success
  std::string marker() const;               // "3.17", "" if there is none
  boost::json::object const& data() const;  // throws if there is none
};
Answer parse_answer(Finished finished);

// Owns its directory, and ends what still runs in it. No identity is set: tests that need one pass it.
class TempRepository {
 public:
  enum class Store { initialized, absent };
  // `program` is asked instead of the binary under test.
  explicit TempRepository(Store store = Store::initialized, std::string program = binary());
  ~TempRepository();
  TempRepository(TempRepository const&) = delete;
  TempRepository& operator=(TempRepository const&) = delete;

  std::string path() const { return directory_ / "repo"; }
  std::string state() const { return path() + "/.decapod/data"; }
  std::string leader_lock() const { return state() + "/leader.lock"; }
  std::string scratch(std::string_view name) const { return directory_ / name; }

  // Of every later command; starts as PATH, HOME (an empty one), LC_ALL, a short idle time, and more patience than a
  // person has: a test that is about patience names its own.
  Environment& environment() { return environment_; }
  void set_idle(Milliseconds idle);

  // Nothing is started by this one. `with` overrides the environment.
  Command command(Arguments const& arguments, Environment const& with = {}) const;
  // The same as `command`, with --json, started and read.
  Answer ask(Arguments const& arguments, Environment const& with = {}) const;
  // ask(), with the sandbox launcher in front: "codex", "claude".
  Answer ask_in_sandbox(std::string const& mode, Arguments const& arguments, Environment const& with = {}) const;
  // A command that must succeed; throws with what it printed otherwise. Its standard output.
  std::string must(Arguments const& arguments, Environment const& with = {}) const;
  // bash -c SCRIPT in the repository, with $D as the binary.
  Finished shell(std::string const& script, Environment const& with = {}) const;

  // A linked worktree on a branch of its own; its path.
  std::string add_worktree(std::string const& name) const;

  // Waits until nothing of decapod runs in this store. False if something still does after kPatience.
  bool falls_quiet() const;

 private:
  void git(Arguments arguments) const;

  std::string program_;
  TempDirectory directory_;
  Environment environment_;
};

// The same command, run in another directory.
Command in_directory(Command command, std::string const& cwd);
// The same command, with the sandbox launcher in front.
Command in_sandbox(Command command, std::string const& mode);

}  // namespace decapod::test
