#include "subsystem.h"

#include <decapod/lookup/search.h>

#include "checks.h"
#include "handlers.h"
#include "todo_schema.h"
#include "todo_search_merges.h"

namespace decapod::todo {
namespace {

using contract::operation;

constexpr contract::Operation kOperations[] = {
    operation<&add>,          operation<&show>,         operation<&list>,    operation<&ready>,   operation<&next>,
    operation<&claim>,        operation<&done>,         operation<&comment>, operation<&edit>,    operation<&renew>,
    operation<&release>,      operation<&handoff>,      operation<&reclaim>, operation<&reopen>,  operation<&archive>,
    operation<&link>,         operation<&unlink>,       operation<&search>,  operation<&history>, operation<&stats>,
    operation<&export_items>, operation<&import_items>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}, {2, sql::search_merges}};

contract::Left merge_search(storage::Database& database) {
  return lookup::merge_search(database, "todo_search");
}

}  // namespace

contract::Subsystem const subsystem{"todo", kOperations, kMigrations, gates(), &merge_search};

}  // namespace decapod::todo
