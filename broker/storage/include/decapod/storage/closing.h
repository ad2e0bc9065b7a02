#pragma once
// Closing a store so that one hears whether all of it is in the database.

#include <decapod/storage/database.h>

namespace decapod::storage {

// Folds the WAL, if that is what closing does (OnClose), and closes: every method throws then, and page copies have
// ended. After a commit that failed the WAL is left to recovery. Error: the WAL could not be folded (unreachable: it,
// or the database, is not as this connection left it). Then it is still open, for salvage(); its end leaves the WAL to
// the next opener, and so does another close(). Outside of a transaction, with no Rows alive. The destructor closes,
// too, and tells nobody. Where the WAL is kept, what SQLite has in memory stays with the object: files and locks are
// gone all the same, and another Database can be opened.
Result<void> close(Database& database);

}  // namespace decapod::storage
