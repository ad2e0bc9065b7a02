#pragma once
// What a store has of the steps that there are.

#include <decapod/storage/migration.h>

#include <vector>

namespace decapod::storage {

inline constexpr int kApplicationId = 0x64637064;  // "dcpd": `file` and other programs see whose database this is

// internal: the steps of a subsystem do not count 1, 2, 3…
Result<void> check_steps(std::span<MigrationStep const> steps);

// Those that the store lacks, in order; of a subsystem that begins when it is asked, only once it has begun.
std::vector<MigrationStep> missing(std::span<MigrationStep const> steps, SchemaVersions const& store);

}  // namespace decapod::storage
