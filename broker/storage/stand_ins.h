#pragma once
// Tables in memory in the place of those that a subsystem will have.

#include <decapod/storage/database.h>

#include <string_view>

namespace decapod::storage {

// Of this subsystem, if there are any. Inside or outside of a transaction.
void drop_stand_ins(Database& database, std::string_view subsystem);

}  // namespace decapod::storage
