#include "subsystem.h"

#include <decapod/lookup/search.h>

#include "checks.h"
#include "concerns.h"
#include "handlers.h"
#include "store_ids.h"
#include "store_index.h"
#include "todo_schema.h"
#include "todo_search_behind.h"
#include "todo_search_merges.h"
#include "todo_tally.h"
#include "work_facts.h"

namespace decapod::todo {
namespace {

using contract::concerning_operation;
using contract::naming;
using contract::operation;

constexpr std::string_view kId[] = {"id"};
constexpr std::string_view kParent[] = {"parent"};
constexpr std::string_view kIdAndParent[] = {"id", "parent"};
constexpr std::string_view kEnds[] = {"from", "to"};
constexpr std::string_view kRelations[] = {"parent", "blocked_by", "blocks", "related"};

constexpr contract::Operation kOperations[] = {
    naming(concerning_operation<&add, &concern_of_add>, kRelations),
    operation<&show>,
    operation<&list>,
    operation<&ready>,
    naming(concerning_operation<&next, &concern_of_next>, kParent),
    operation<&peek>,
    naming(operation<&claim>, kId),
    naming(operation<&done>, kId),
    naming(operation<&comment>, kId),
    naming(concerning_operation<&edit, &concern_of_edit>, kIdAndParent),
    naming(operation<&renew>, kId),
    naming(operation<&release>, kId),
    naming(operation<&handoff>, kId),
    naming(operation<&reclaim>, kId),
    naming(operation<&reopen>, kId),
    naming(operation<&archive>, kId),
    naming(operation<&link>, kEnds),
    naming(operation<&unlink>, kEnds),
    with_memory_tables(operation<&search>, &store::make_memory_index),
    operation<&history>,
    operation<&stats>,
    operation<&export_items>,
    concerning_operation<&import_items, &concern_of_import>,
};

constexpr contract::Migration kMigrations[] = {
    {1, sql::schema}, {2, sql::search_merges}, {3, sql::tally}, {4, sql::search_behind}};

// Merging many small parts takes longer than making one of many texts.
contract::Left keep_search(storage::Database& database) {
  if (store::index_next(database, store::kWhenQuiet) == contract::Left::more) return contract::Left::more;
  return lookup::merge_search(database, "todo_search");
}

Result<std::string> whole_id(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto item, store::resolve(context.store(), id));
  return std::move(item.id);
}

}  // namespace

contract::Subsystem const subsystem{.name = "todo",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .upkeep = &keep_search,
                                    .whole_id = &whole_id,
                                    .work = &work_facts};

}  // namespace decapod::todo
