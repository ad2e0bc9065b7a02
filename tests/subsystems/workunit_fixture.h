#pragma once
// A store with an engine over the backlog, the broker's own requests and work units, and a policy that the test sets.

#include <decapod/broker/engine.h>
#include <decapod/contract/authority.h>
#include <decapod/governance/keys.h>
#include <decapod/governance/statement.h>
#include <decapod/workunit/proofs.h>
#include <decapod/workunit/queries.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace decapod::workunit::testing {

inline Caller const kAlice{"alice", "--actor", "s1", "/"};
inline Caller const kBob{"bob", "--actor", "s2", "/"};

// What the operator has signed, as far as the engine is told.
struct Ruling {
  contract::PolicyInForce policy = contract::built_in_policy();
  std::vector<governance::PublicKey> keys;
};

// The machine's time for deadlines; a date that the test sets, and that stands still otherwise.
class StillClock final : public Clock {
 public:
  Instant now() override { return {{wall_}, {wall_}, "boot-1"}; }
  SteadyTime steady() override { return machine_->steady(); }
  void pass(Millis time) { wall_ += time.count(); }

 private:
  std::unique_ptr<Clock> machine_ = system_clock("boot-1");
  std::int64_t wall_ = 1'767'225'600'000;
};

// A tree of 40 such digits, at a commit of 40 such digits.
Subject at(char tree, char head = '1');

class Desk {
 public:
  Desk();
  ~Desk();
  Desk(Desk const&) = delete;
  Desk& operator=(Desk const&) = delete;

  ipc::Reply write(std::string const& op, json::object arguments, Caller const& who = kAlice,
                   ipc::DryRun dry_run = ipc::DryRun::no);
  // One transaction.
  std::vector<ipc::Reply> write_all(std::vector<ipc::Request> const& requests);
  ipc::Request request(std::string const& op, json::object arguments, Caller const& who = kAlice) const;
  ipc::Reply read(std::string const& op, json::object arguments, Caller const& who = kAlice);

  std::string task(json::array labels = {});
  // A task with a unit that is being worked on, and has these gates, whose command is "check NAME".
  std::string unit(std::vector<std::string> const& gates = {"tests"}, json::array labels = {});

  ipc::Reply prove(std::string const& id, std::string const& gate, Subject const& where,
                   Outcome outcome = Outcome::passed, Caller const& who = kAlice);
  ipc::Reply claim(std::string const& id, Subject const& where, Caller const& who = kAlice);
  ipc::Reply verify(std::string const& id, Subject const& where, json::array paths = {}, Caller const& who = kAlice);
  // A reproduction of the gate's newest proof that nobody signed, signed with `key`.
  Attestation attest(std::string const& id, std::string const& gate, governance::SecretKey const& key,
                     Outcome outcome = Outcome::passed);
  Attestation signed_by(governance::SecretKey const& key, Reproduction const& body,
                        std::string const& store = "store-1",
                        governance::StatementKind kind = governance::StatementKind::proof);
  Reproduction reproduction(std::string const& id, std::string const& gate, Outcome outcome = Outcome::passed);
  ipc::Reply reproduce(std::string const& id, std::string const& gate, Attestation const& attestation,
                       Caller const& who = kBob);

  // The code of what contract::workunit_facts() refuses, or "".
  std::string facts_refused(std::string const& id);
  std::string state(std::string const& id);
  ShowReply show(std::string const& id);
  std::int64_t count(std::string_view sql);
  void tamper(std::string_view sql);
  // The codes of what the gates over work units find.
  std::vector<std::string> findings();
  std::vector<std::string> affected_by_last();

  // The built-in policy is in force from now on as one that the operator has signed, with a zone of high risk over
  // "core/**" and this proof level for high risk.
  void sign_policy(governance::ProofLevel high = governance::ProofLevel::observed);
  Ruling ruling;
  StillClock clock;

 private:
  test::TempDirectory directory_;
  broker::Directory subsystems_;
  std::unique_ptr<broker::Engine> engine_;
  int requests_ = 0;
};

std::string error_of(ipc::Reply const& reply);
std::string word(json::value const& value);
json::object run(Outcome outcome);

}  // namespace decapod::workunit::testing
