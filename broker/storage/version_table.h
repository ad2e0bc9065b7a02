#pragma once
// The table in which migrations are written down.

#include <string_view>

namespace decapod::storage {

inline constexpr std::string_view kVersionTable =
    "CREATE TABLE schema_version ("
    " subsystem TEXT NOT NULL,"
    " version INTEGER NOT NULL CHECK (version > 0),"
    " PRIMARY KEY (subsystem, version)"
    ") STRICT, WITHOUT ROWID";

}  // namespace decapod::storage
