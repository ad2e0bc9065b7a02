#include "subsystem.h"

#include "capsule_schema.h"
#include "checks.h"
#include "facts.h"
#include "granting.h"
#include "handlers.h"

namespace decapod::capsule {
namespace {

using contract::operation;

constexpr std::string_view kPurposes[] = {"task", "workunit"};

constexpr contract::Operation kOperations[] = {
    operation<&grant>,
    contract::naming(contract::in_words_of(contract::concerning_operation<&issue, &concern_of_issue>, &refused_issue),
                     kPurposes),
    operation<&show>,
    operation<&list>,
    operation<&verify>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

// What a capsule is for: a task, or the work unit that has its id.
Result<std::string> whole_id(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto facts, contract::work_facts(context, id));
  return std::move(facts.id);
}

}  // namespace

contract::Subsystem const subsystem{.name = "capsule",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .whole_id = &whole_id,
                                    .capsule = &capsule_facts};

}  // namespace decapod::capsule
