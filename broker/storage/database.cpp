#include <decapod/storage/database.h>

#include "process_slot.h"
#include "sqlite_database.h"

namespace decapod::storage {
namespace {

// Which statement SQLite refused to run helps nobody who has to act; which file it is does.
std::string words_for(Error const& error, std::string const& path) {
  if (error.code != ErrorCode::corrupt) return error.message;
  auto const before = error.message.rfind(": ");
  return path + " is damaged: " + error.message.substr(before == std::string::npos ? 0 : before + 2);
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(OpenOptions const& options) {
  ProcessSlot slot;
  if (!slot.taken()) return fail(ErrorCode::internal, "this process already has a store open");
  try {
    auto opened = open_connection(options);
    return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(std::move(slot), std::move(opened), options));
  } catch (Failure const& failure) {
    auto error = failure.error();
    error.details["path"] = options.path;
    error.message = words_for(error, options.path);
    return error;
  }
}

}  // namespace decapod::storage
