#pragma once
// A subsystem's tables in a scratch folder, with its handlers called as the broker calls them: one transaction, one
// savepoint a request.

#include <decapod/base/reflect.h>
#include <decapod/contract/subsystem.h>
#include <decapod/storage/transaction.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "support/temp_directory.h"

// What a failed assertion prints of an outcome.
template <class T>
struct Catch::StringMaker<decapod::Result<T>> {
  static std::string convert(decapod::Result<T> const& outcome) {
    return outcome ? "a reply" : decapod::name_of(outcome.error().code) + ": " + outcome.error().message;
  }
};

namespace decapod::test {

Caller caller(std::string actor, std::string session);

// The handlers of one subsystem, which may ask about what they committed (contract/commits.h). Of the ledger's tables
// it has those that subsystems read, empty.
class HandlerStore {
 public:
  explicit HandlerStore(contract::Subsystem const& subsystem,
                        std::string store_uuid = "00000000-0000-4000-8000-000000000001");

  template <class Request>
  Result<typename Request::Reply> ask(Result<typename Request::Reply> (*handler)(contract::Context&, Request const&),
                                      Request const& request, Caller const& who = caller("alice", "s1")) {
    return within(who, [&](contract::Context& context) { return handler(context, request); });
  }

  // As part of a request whose handler does this: `work` takes a contract::Context& and returns a Result.
  template <class Work>
  auto within(Caller const& who, Work const& work) {
    storage::Savepoint savepoint(*database);
    contract::Context context(*database, who, now, "request", facts, contract::Subsystems::used(subsystems),
                              {.token = token});
    auto outcome = work(context);
    affected = context.effects().affected_keys;
    valid_until = context.effects().valid_until;
    if (outcome) {
      if (!affected.empty()) commit(who);
      savepoint.release();
    }
    return outcome;
  }

  std::int64_t count(std::string_view sql);
  std::vector<Finding> gate_findings();  // of every gate
  std::vector<std::string> gate_codes();
  void pass(Millis time);  // on every clock

  Instant now{Timestamp{1'767'225'600'000}, BootTime{5'000'000}, "boot-1"};
  contract::StoreFacts facts;
  std::string token;                                   // that comes with each request
  std::vector<contract::Subsystem const*> subsystems;  // that handlers and gates may ask
  std::vector<std::string> affected;
  std::optional<Timestamp> valid_until;

 private:
  void commit(Caller const& who);  // what `affected` says, under the next marker

  contract::Subsystem const& subsystem_;
  TempDirectory directory_;

 public:
  std::unique_ptr<storage::Database> database;

 private:
  std::unique_ptr<storage::Transaction> transaction_;  // like a batch of the broker's that never ends
};

}  // namespace decapod::test
