#pragma once
// Scopes that undo themselves unless they are told to keep what was done.

#include <decapod/storage/database.h>

namespace decapod::storage {

enum class TransactionKind : std::uint8_t { write, read };

// BEGIN IMMEDIATE (write) or BEGIN (read). Rolls back when it goes without a commit. If SQLite has thrown the
// transaction away on its own, every further statement throws until this scope ends, so that nothing is written outside
// of it.
class Transaction {
 public:
  Transaction(Database& database, TransactionKind kind);
  Transaction(Transaction const&) = delete;
  Transaction& operator=(Transaction const&) = delete;
  ~Transaction();

  // Throws Failure. Unless the failure is a broken constraint (then nothing was committed), the outcome is unknown, and
  // every further use of the connection throws.
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

// SAVEPOINT inside a Transaction. Rolls back to it when it goes without release(); if SQLite has already thrown the
// whole transaction away, does nothing. One level: a second one inside throws.
class Savepoint {
 public:
  explicit Savepoint(Database& database);
  Savepoint(Savepoint const&) = delete;
  Savepoint& operator=(Savepoint const&) = delete;
  ~Savepoint();
  void release();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace decapod::storage
