#include "subsystem.h"

#include "checks.h"
#include "handlers.h"
#include "search_merges.h"
#include "todo_schema.h"
#include "todo_search_merges.h"
#include "work_facts.h"

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

}  // namespace

contract::Subsystem const subsystem{"todo", kOperations, kMigrations, gates(), &merge_search, &work_facts};

}  // namespace decapod::todo
