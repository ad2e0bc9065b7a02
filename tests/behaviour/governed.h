#pragma once
// A repository with an operator and a policy, for stories from outside.

#include <catch2/catch.hpp>

#include <support/policies.h>
#include <support/repository.h>
#include <support/temp_directory.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace decapod::test {

inline constexpr std::string_view kPassphrase = "correct horse battery staple";

inline Environment as(std::string const& actor, std::string const& session = "s1") {
  return {{"DECAPOD_AGENT_ID", actor}, {"DECAPOD_SESSION_ID", session}};
}

// A repository with an operator, whose passphrase lies in a file that only this test knows.
struct Governed {
  TempRepository repository;
  std::string passphrase = repository.scratch("passphrase");
  std::string key = repository.scratch("keys/operator.key");

  Governed() {
    write_file(passphrase, std::string(kPassphrase) + "\n");
    std::filesystem::create_directories(repository.scratch("keys"));
  }

  Arguments signing(Arguments arguments) const {
    arguments.insert(arguments.end(), {"--key", key, "--passphrase-file", passphrase});
    return arguments;
  }
  Answer operate(Arguments const& arguments) const { return repository.ask(signing(arguments), as("olga", "desk")); }
  void pin() const {
    auto const pinned = operate({"policy", "operator-init", "--cost", "least"});
    INFO(pinned.process.output);
    REQUIRE(pinned.ok());
  }
  void propose(std::string const& text) const { write_file(repository.path() + "/.decapod/policy.toml", text); }
  void activate() const {
    auto const activated = operate({"policy", "activate"});
    INFO(activated.process.output);
    REQUIRE(activated.ok());
  }
  std::string finished_task() const {
    auto const id =
        std::string(repository.ask({"todo", "add", "a task"}, as("alice")).data().at("item").at("id").as_string());
    repository.must({"todo", "claim", id}, as("alice"));
    repository.must({"todo", "done", id}, as("alice"));
    return id;
  }
  // Everything that decapod keeps of its own accord.
  std::string kept() const {
    std::string all;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(repository.state())) {
      if (entry.is_regular_file()) all += read_file(entry.path().string());
    }
    return all;
  }
};

// A whole proposal.
inline std::string const kShelf = "format = 1\n" + shelf_policy();

}  // namespace decapod::test
