#include "subsystem.h"

#include "checks.h"
#include "facts.h"
#include "handlers.h"
#include "workunit_schema.h"

namespace decapod::workunit {
namespace {

using contract::naming;
using contract::operation;

constexpr std::string_view kId[] = {"id"};

constexpr contract::Operation kOperations[] = {
    naming(operation<&init>, kId),
    naming(operation<&attach>, kId),
    naming(operation<&plan>, kId),
    naming(operation<&start>, kId),
    naming(operation<&claim>, kId),
    naming(operation<&verify>, kId),
    naming(operation<&reopen>, kId),
    naming(operation<&revise>, kId),
    naming(operation<&prove>, kId),
    naming(operation<&assert_result>, kId),
    naming(operation<&reproduce>, kId),
    operation<&consider>,
    operation<&show>,
    operation<&status>,
    operation<&list>,
    operation<&export_unit>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

// A unit has the id of its task.
Result<std::string> whole_id(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto facts, contract::work_facts(context, id));
  return std::move(facts.id);
}

}  // namespace

contract::Subsystem const subsystem{.name = "workunit",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .whole_id = &whole_id,
                                    .workunit = &workunit_facts};

}  // namespace decapod::workunit
