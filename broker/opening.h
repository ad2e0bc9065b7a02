#pragma once
// What opening a store needs: the steps of every subsystem's tables, and a name for a store that is new.

#include <decapod/broker/directory.h>
#include <decapod/storage/migration.h>
#include <cstdint>
#include <string>
#include <vector>

namespace decapod::broker {

// The ledger's steps first, then every subsystem's, in order.
std::vector<storage::MigrationStep> all_migrations(Directory const& directory);

// Gives a store that has none a name. One transaction; throws storage::Failure (corrupt: it has records, and had a
// name).
void give_name(storage::Database& database, std::string const& store_uuid, Timestamp now);

// 0: nothing is there.
std::uint64_t inode_of(std::string const& path);

}  // namespace decapod::broker
