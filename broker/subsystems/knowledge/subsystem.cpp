#include "subsystem.h"

#include <decapod/lookup/ids.h>
#include <decapod/lookup/search.h>

#include "checks.h"
#include "concerns.h"
#include "handlers.h"
#include "keeper.h"
#include "knowledge_authors.h"
#include "knowledge_schema.h"
#include "store.h"

namespace decapod::knowledge {
namespace {

using contract::operation;

constexpr std::string_view kPolicyWords[] = {kBindingOperation};
constexpr std::string_view kId[] = {"id"};
constexpr std::string_view kBoth[] = {"id", "by"};

constexpr contract::Operation kOperations[] = {
    operation<&add>,
    operation<&show>,
    operation<&list>,
    operation<&search>,
    contract::naming(contract::concerning_operation<&supersede, &concern_of_supersede>, kBoth),
    contract::naming(contract::concerning_operation<&expire, &concern_of_expire>, kId),
    operation<&verify>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}, {2, sql::authors}};

contract::Left merge_search(storage::Database& database) {
  return lookup::merge_search(database, "knowledge_search");
}

Result<std::string> whole_id(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto const number, lookup::resolve(context.store(), store::kEntries, id));
  return store::id_of(context.store(), number);
}

}  // namespace

contract::Subsystem const subsystem{.name = "knowledge",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .upkeep = &merge_search,
                                    .whole_id = &whole_id,
                                    .knowledge = &keeper,
                                    .policy_words = kPolicyWords};

}  // namespace decapod::knowledge
