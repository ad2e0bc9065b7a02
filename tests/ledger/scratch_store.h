#pragma once
// A store with the ledger's tables and nothing else.

#include <decapod/ledger/ledger.h>
#include <decapod/storage/transaction.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace decapod::test {

class ScratchStore {
 public:
  ScratchStore() {
    open();
    for (auto const script : ledger::migrations()) database_->script(script);
    ledger::Ledger::make_identity(*database_, "store-1", Timestamp{1});
  }

  storage::Database& database() { return *database_; }

  // Closes and opens the file, as the next tenure would.
  void reopen() {
    database_.reset();
    open();
  }

  // Inside one committed write transaction.
  void write(std::function<void()> const& body) {
    storage::Transaction transaction(*database_, storage::TransactionKind::write);
    body();
    transaction.commit();
  }

  // Inside a write transaction that is lost; the ledger stands afterwards where it stood.
  void lose(ledger::Ledger& ledger, std::function<void()> const& body) {
    auto const position = ledger.position();
    auto const state = ledger.epoch_state();
    {
      storage::Transaction const lost(*database_, storage::TransactionKind::write);
      body();
    }
    ledger.restore(position, state);
  }

  std::int64_t count(std::string_view sql) {
    auto rows = database_->query(sql);
    REQUIRE(rows.next());
    return rows.integer(0);
  }

 private:
  void open() {
    auto opened = storage::Database::open({.path = directory_ / "decapod.db"});
    REQUIRE(opened.has_value());
    database_ = *std::move(opened);
  }

  TempDirectory directory_;
  std::unique_ptr<storage::Database> database_;
};

struct Write {
  std::string actor = "alice";
  std::string operation = "todo.add";
  std::vector<std::string> affected;
  Timestamp at{1000};
};

inline audit::Record record_of(std::string const& key, Write const& write) {
  audit::Record record;
  record.ts = write.at;
  record.request_id = "request-" + key;
  record.actor = write.actor;
  record.db_id = write.operation.substr(0, write.operation.find('.'));
  record.request_type = write.operation;
  record.idempotency_key = key;
  record.affected_keys = write.affected;
  return record;
}

// Inside a transaction.
inline Marker commit(ledger::Ledger& ledger, std::string const& key, Write const& write = {}) {
  auto const record = record_of(key, write);
  return ledger.commit({.key = key,
                        .digest = ledger::digest_of(write.operation, "{}", write.actor),
                        .operation = write.operation,
                        .record = record},
                       R"({"answer":")" + key + "\"}");
}

}  // namespace decapod::test
