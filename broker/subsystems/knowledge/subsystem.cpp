#include "subsystem.h"

#include <decapod/lookup/search.h>

#include "checks.h"
#include "handlers.h"
#include "keeper.h"
#include "knowledge_schema.h"

namespace decapod::knowledge {
namespace {

using contract::operation;

constexpr contract::Operation kOperations[] = {
    operation<&add>,       operation<&show>,   operation<&list>,   operation<&search>,
    operation<&supersede>, operation<&expire>, operation<&verify>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

contract::Left merge_search(storage::Database& database) {
  return lookup::merge_search(database, "knowledge_search");
}

}  // namespace

contract::Subsystem const subsystem{.name = "knowledge",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .upkeep = &merge_search,
                                    .knowledge = &keeper};

}  // namespace decapod::knowledge
