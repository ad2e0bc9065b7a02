#include <decapod/storage/database.h>

#include "process_slot.h"
#include "sqlite_database.h"

namespace decapod::storage {

Result<std::unique_ptr<Database>> Database::open(OpenOptions const& options) {
  ProcessSlot slot;
  if (!slot.taken()) return fail(ErrorCode::internal, "this process already has a store open");
  try {
    auto connection = open_connection(options);
    return std::unique_ptr<Database>(std::make_unique<SqliteDatabase>(std::move(slot), std::move(connection), options));
  } catch (Failure const& failure) {
    auto error = failure.error();
    error.details["path"] = options.path;
    return fail(error.code, std::move(error.message), std::move(error.details));
  }
}

}  // namespace decapod::storage
