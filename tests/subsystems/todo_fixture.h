#pragma once
// A backlog in a scratch folder, with handlers called as the broker calls them: one transaction, one savepoint a
// request.

#include <decapod/base/reflect.h>
#include <decapod/contract/subsystem.h>
#include <decapod/storage/transaction.h>
#include <handlers.h>

#include <catch2/catch.hpp>
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

namespace decapod::todo::testing {

Caller caller(std::string actor, std::string session);

class Backlog {
 public:
  explicit Backlog(std::string store_uuid = "00000000-0000-4000-8000-000000000001");

  template <class Request>
  Result<typename Request::Reply> ask(Result<typename Request::Reply> (*handler)(contract::Context&, Request const&),
                                      Request const& request, Caller const& who = caller("alice", "s1")) {
    storage::Savepoint savepoint(*database);
    contract::Context context(*database, who, now, "request", facts, {});
    auto reply = handler(context, request);
    affected = context.effects().affected_keys;
    valid_until = context.effects().valid_until;
    if (reply) savepoint.release();
    return reply;
  }

  std::string add(std::string title, int priority = kPriorityDefault);
  std::int64_t claim(std::string const& id, Caller const& who);  // the token
  void finish(std::string const& id);                            // claims and finishes it, as "finisher"
  ItemView show(std::string const& id, Caller const& who = caller("alice", "s1"));
  std::int64_t count(std::string_view sql);
  std::string exported();                // JSON Lines
  std::vector<Finding> gate_findings();  // of every gate

  // After items were changed beside the verbs: what the tally then ought to say.
  void tally_anew();

  void pass(Millis time);  // on every clock
  void reboot();           // another boot id; the boot clock starts anew

  Instant now{Timestamp{1'767'225'600'000}, BootTime{5'000'000}, "boot-1"};
  contract::StoreFacts facts;
  std::vector<std::string> affected;
  std::optional<Timestamp> valid_until;

 private:
  test::TempDirectory directory_;

 public:
  std::unique_ptr<storage::Database> database;

 private:
  std::unique_ptr<storage::Transaction> transaction_;  // like a batch of the broker's that never ends
};

}  // namespace decapod::todo::testing
