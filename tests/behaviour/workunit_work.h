#pragma once
// A repository in which a task's unit is planned and proved, as an agent does it.

#include <support/repository.h>
#include <support/temp_directory.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <string>

namespace decapod::test {

// A repository with a file that is committed, a file that git ignores, and a task whose unit is being planned.
class Work {
 public:
  Work() {
    repository.environment()["DECAPOD_AGENT_ID"] = "alice";
    repository.environment()["DECAPOD_SESSION_ID"] = "s1";
    repository.environment()["DECAPOD_FORMAT"] = "json";
    repository.set_idle(Milliseconds(0));
    write_file(path("a.txt"), "one\n");
    write_file(path(".gitignore"), "build/\n");
    git("add -A && git commit -qm files");
    id = std::string(ask({"todo", "add", "work"}).data().at("item").at("id").as_string());
    must({"workunit", "init", id, "--intent", "it works"});
  }

  Answer ask(Arguments const& arguments) const { return parse_answer(run(repository.command(arguments))); }
  Answer must(Arguments const& arguments) const {
    auto answer = ask(arguments);
    INFO(answer.process.output);
    REQUIRE(answer.ok());
    return answer;
  }
  std::string git(std::string const& arguments) const {
    auto const finished = repository.shell("git -c user.name=t -c user.email=t@invalid -c core.pager=cat " + arguments,
                                           {{"GIT_AUTHOR_NAME", "t"},
                                            {"GIT_AUTHOR_EMAIL", "t@invalid"},
                                            {"GIT_COMMITTER_NAME", "t"},
                                            {"GIT_COMMITTER_EMAIL", "t@invalid"}});
    INFO(finished.error);
    REQUIRE(finished.status == 0);
    return finished.output;
  }
  std::string path(std::string const& name) const { return repository.path() + '/' + name; }

  // Plans `script`, run by a shell, as the gate `name`; many gates make one plan.
  void plan(std::string const& name, std::string const& script) const {
    must({"workunit", "plan", id, name, "--", "sh", "-c", script});
  }
  void start() const { must({"workunit", "start", id}); }
  Answer prove(std::string const& gate, Arguments options = {}) const {
    options.insert(options.begin(), {"workunit", "prove", id, gate});
    return ask(options);
  }
  // The proofs that are recorded, newest first.
  boost::json::array proofs() const { return must({"workunit", "show", id}).data().at("proofs").as_array(); }

  TempRepository repository;
  std::string id;
};

inline boost::json::object proof_in(Answer const& answer) {
  INFO(answer.process.output);
  auto const* data = answer.ok() ? &answer.data() : &answer.envelope.at("error").at("details").as_object();
  return data->at("proof").as_object();
}

}  // namespace decapod::test
