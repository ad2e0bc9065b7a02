#pragma once
// Capsules over a real database in a scratch folder, with the backlog beside them, and a policy and workunits that a
// test sets as it likes: handlers are called as the broker calls them.

#include <decapod/capsule/requests.h>
#include <decapod/contract/authority.h>
#include <decapod/contract/subsystem.h>
#include <decapod/storage/transaction.h>
#include <handlers.h>

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>

#include "support/temp_directory.h"

// What a failed assertion prints of an outcome.
template <class T>
struct Catch::StringMaker<decapod::Result<T>> {
  static std::string convert(decapod::Result<T> const& outcome) {
    return outcome ? "a reply" : decapod::name_of(outcome.error().code) + ": " + outcome.error().message;
  }
};

namespace decapod::capsule::testing {

// What the rest of the store says, through the contract.
struct World {
  contract::PolicyInForce policy;
  std::optional<Error> policy_error;
  std::map<std::string, std::vector<std::string>, std::less<>> tasks;  // id and labels
  std::map<std::string, std::string, std::less<>> workunits;           // id and task
  governance::Trust trust = governance::Trust::basic;                  // of every caller
  std::vector<contract::Commit> commits;
};

// Low risk may have 4 excerpts of docs and write none; medium 6 of docs and specs; high 8 of all; critical nothing.
governance::Document policy_document();

class Capsules {
 public:
  Capsules();
  ~Capsules();

  template <class Request>
  Result<typename Request::Reply> ask(Result<typename Request::Reply> (*handler)(contract::Context&, Request const&),
                                      Request const& request, std::string const& actor = "alice") {
    storage::Savepoint savepoint(*database);
    Caller const who{actor, "--actor", "s-" + actor, "/home/" + actor};
    contract::Context context(*database, who, now, "request", facts, contract::Subsystems::used(known_));
    auto reply = handler(context, request);
    affected = context.effects().affected_keys;
    if (reply) {
      record(actor, affected);
      savepoint.release();
    }
    return reply;
  }

  // As the broker judges an issue before its handler sees it; the code of the refusal, or "".
  std::string judged(Issue const& request, std::string const& actor = "alice");
  std::string hint;  // of that refusal

  // Signs another document.
  void sign(governance::Document document);
  // As the client would send it: two excerpts of docs/, under the policy in force.
  Material material() const;
  Issue request() const;  // for task t-low
  IssueReply issued();    // of request(), which must succeed
  std::string document_of(std::string const& id);

  std::int64_t count(std::string_view sql);
  std::vector<std::string> gate_codes();

  World world;
  Instant now{Timestamp{1'767'225'600'000}, BootTime{5'000'000}, "boot-1"};
  contract::StoreFacts facts{.store_uuid = "00000000-0000-4000-8000-000000000001"};
  std::vector<std::string> affected;

 private:
  // What the broker would put into the trail's index.
  void record(std::string const& actor, std::vector<std::string> const& keys);

  test::TempDirectory directory_;
  std::vector<contract::Subsystem const*> known_;

 public:
  std::unique_ptr<storage::Database> database;

 private:
  std::unique_ptr<storage::Transaction> transaction_;
};

}  // namespace decapod::capsule::testing
