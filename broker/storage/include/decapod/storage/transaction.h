#pragma once
// Scopes that undo themselves unless they are told to keep what was done.

#include <decapod/storage/database.h>

namespace decapod::storage {

enum class TransactionKind : std::uint8_t { write, read };

// BEGIN IMMEDIATE (write) or BEGIN (read). Rolls back when it goes without a commit. commit() throws Failure; after
// that the outcome is unknown, and the process must not use the connection again.
class Transaction {
 public:
  Transaction(Database& database, TransactionKind kind);
  Transaction(Transaction const&) = delete;
  Transaction& operator=(Transaction const&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

// SAVEPOINT inside a Transaction. Rolls back to it when it goes without release(); if SQLite has already thrown the whole
// transaction away, does nothing. One level: they do not nest.
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
