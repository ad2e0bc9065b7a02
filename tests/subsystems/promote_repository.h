#pragma once
// A repository that is a list: one line of commits, each of which changes one path. And the outside world as the verbs
// of promote see it there, so that of a release is told what a client tells.

#include <decapod/cli_kit/surroundings.h>

#include "policy_fixture.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::promote::testing {

class Repository {
 public:
  static std::string commit_id(int number);
  static std::string tree_id(int number);
  // The commit, or the commit of the tree, that has this id; nullopt: there is none of it here.
  std::optional<int> number_of(std::string_view id) const;

  int head() const { return head_; }
  int newest() const { return static_cast<int>(changed_.size()) - 1; }
  void check_out(int number) { head_ = number; }
  // Upon the newest commit, and checked out.
  void commit(std::string path);
  // Each path once. Of what lies behind as well: then it is what was put back.
  std::vector<std::string> between(int from, int to) const;

 private:
  std::vector<std::string> changed_{"README.md"};
  int head_ = 0;
};

// Git as far as what is told of a promotion takes it; nothing else of the world is there.
class Outside final : public cli::Surroundings {
 public:
  Outside(policy::testing::Bench& bench, Repository const& repository);

  Result<json::object> call(RequestType const& type, json::object const& arguments) override;
  Result<cli::Finished> git(std::string const& directory, std::vector<std::string> const& arguments,
                            cli::GitAside const& aside) override;
  Result<cli::StorePlace> const& place() const override { return place_; }
  Clock& clock() override { return bench_.clock(); }
  SteadyTime deadline() const override { return SteadyTime::max(); }
  Caller const& caller() const override { return caller_; }
  std::string const& cwd() const override { return caller_.cwd; }
  cli::Effect effect() const override { return cli::Effect::done; }
  std::optional<std::string> environment(std::string_view) const override { return std::nullopt; }
  std::optional<Error> lost_store() const override { return std::nullopt; }
  Result<std::string> read(std::string const&, std::size_t) override { return nothing(); }
  Result<void> write(std::string const&, std::string_view) override { return nothing(); }
  Result<void> create_private(std::string const&, std::string_view) override { return nothing(); }
  Result<std::string> secret(cli::Secret const&) override { return nothing(); }
  Result<cli::ProgramEnd> run(cli::Program const&) override { return nothing(); }
  Result<ServiceStatus> probe_broker() override { return nothing(); }

 private:
  using Words = std::vector<std::string>;

  static Error nothing() { return fail(ErrorCode::input_unreadable, "not of this test"); }
  cli::Finished parse(Words const& words) const;
  cli::Finished compare(Words const& words) const;
  cli::Finished look_back(Words const& words) const;

  policy::testing::Bench& bench_;
  Repository const& repository_;
  std::map<std::string, int> indexes_;  // the commit that each was read from
  Caller caller_{"alice", "--actor", "s1", "/nowhere"};
  Result<cli::StorePlace> place_;
};

}  // namespace decapod::promote::testing
