#include <decapod/storage/transaction.h>

namespace decapod::storage {

Transaction::Transaction(Database& database, TransactionKind kind) : database_(database) {
  database_.control(kind == TransactionKind::write ? Control::begin_write : Control::begin_read);
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    if (database_.in_transaction()) database_.control(Control::rollback);
  } catch (std::exception const& failure) {
    database_.abandon(failure.what());
  }
  database_.scope_ended();
}

void Transaction::commit() {
  database_.control(Control::commit);
  open_ = false;
  database_.scope_ended();
}

Savepoint::Savepoint(Database& database) : database_(database) {
  database_.control(Control::savepoint);
}

Savepoint::~Savepoint() {
  if (!open_) return;
  try {
    if (database_.in_transaction()) database_.control(Control::rollback_to);
  } catch (std::exception const& failure) {
    // The effects that should be gone may still be there: they must not be committed with the others.
    database_.abandon(failure.what());
  }
}

void Savepoint::release() {
  database_.control(Control::release);
  open_ = false;
}

}  // namespace decapod::storage
