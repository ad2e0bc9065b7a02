#pragma once
// A store with an operator and a policy that asks for an approval of what is risky, and one unit of work in it whose
// promotion nothing stands in the way of but that.

#include <decapod/promote/requests.h>
#include <decapod/promote_lineage/bundle.h>
#include <decapod/workunit/record.h>

#include "policy_fixture.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace decapod::promote::testing {

// So many digits as git's ids have.
std::string git_id(char digit);

inline constexpr char kBase = '1';
inline constexpr char kHead = '2';
inline constexpr char kTree = 'a';

// Of a command that exited as `outcome` says.
workunit::Run run_with(workunit::Outcome outcome);

// High risk takes an approval and observed proofs; core/ is of high risk. What touches sealed/ takes the operator's
// seal and nothing else.
std::string approving_policy();

class Stage {
 public:
  explicit Stage(std::string const& policy = approving_policy(), json::array labels = {"risk:high"});

  // What the work consists of, step by step; each must succeed.
  void issue_capsule();
  void begin();
  void begin_without_capsule();
  void prove_and_verify();

  // The unit's document as the store exports it.
  workunit::Document document();
  // What an honest client would send, with every artifact as the store has it now.
  json::object subject(Kind kind = Kind::workunit);
  Told honest();

  ipc::Reply check(json::object const& arguments) { return bench.read("promote.check", arguments); }
  ipc::Reply record(json::object const& arguments, std::string const& actor = "alice") {
    return bench.write("promote.record", arguments, actor);
  }
  // The operator signs for exactly this.
  ipc::Reply approve(json::object const& arguments);
  // Promoted, with an approval; its id.
  std::string promote();
  // The work touches what takes the operator's seal, and was promoted without one; its id.
  std::string await_seal();
  // Signed by a key: the operator's is number 1.
  ipc::Reply seal(std::string const& id, int key = 1);
  ipc::Reply seal_of(Bundle const& made, int key = 1);

  // An entry that rests on these; every file has the same lines. Its id.
  std::string add_entry(json::array provenance);
  // What an honest client would send to promote it.
  json::object subject_of_entry(std::string const& id);
  Bundle bundle(std::string const& id);

  policy::testing::Bench bench;
  std::string task;     // and unit
  std::string capsule;  // its id
  std::string changed = "core/a.txt";

 private:
  void plan_and_start();
  ipc::Reply must(std::string const& operation, json::object arguments);
};

// SHA-256 of what every file has that an entry rests on.
std::string lines_of_files();

json::object with_told(json::object arguments, Told const& told);
Told told_in(json::object const& arguments);

// A unit that was proved and verified: only the operator's approval is missing.
std::unique_ptr<Stage> ready();

// One thing that an honest client would not say, or that is not so any more.
struct Lie {
  std::string code;
  std::string what;  // a part of details.what
  std::function<void(Stage&, json::object&)> tell;
};
std::function<void(Stage&, json::object&)> telling(std::function<void(Told&)> change);

}  // namespace decapod::promote::testing
