#include "subsystem.h"

#include <decapod/lookup/search.h>

#include "checks.h"
#include "concerns.h"
#include "handlers.h"
#include "todo_schema.h"
#include "todo_search_merges.h"
#include "todo_tally.h"
#include "work_facts.h"

namespace decapod::todo {
namespace {

using contract::concerning_operation;
using contract::operation;

constexpr contract::Operation kOperations[] = {
    concerning_operation<&add, &concern_of_add>,
    operation<&show>,
    operation<&list>,
    operation<&ready>,
    concerning_operation<&next, &concern_of_next>,
    operation<&peek>,
    operation<&claim>,
    operation<&done>,
    operation<&comment>,
    concerning_operation<&edit, &concern_of_edit>,
    operation<&renew>,
    operation<&release>,
    operation<&handoff>,
    operation<&reclaim>,
    operation<&reopen>,
    operation<&archive>,
    operation<&link>,
    operation<&unlink>,
    operation<&search>,
    operation<&history>,
    operation<&stats>,
    operation<&export_items>,
    concerning_operation<&import_items, &concern_of_import>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}, {2, sql::search_merges}, {3, sql::tally}};

contract::Left merge_search(storage::Database& database) {
  return lookup::merge_search(database, "todo_search");
}

}  // namespace

contract::Subsystem const subsystem{.name = "todo",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .upkeep = &merge_search,
                                    .work = &work_facts};

}  // namespace decapod::todo
