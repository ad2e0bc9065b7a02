#include "subsystem.h"

#include "checks.h"
#include "facts.h"
#include "handlers.h"
#include "workunit_schema.h"

namespace decapod::workunit {
namespace {

using contract::operation;

constexpr contract::Operation kOperations[] = {
    operation<&init>,  operation<&attach>,        operation<&plan>,      operation<&start>,
    operation<&claim>, operation<&verify>,        operation<&reopen>,    operation<&revise>,
    operation<&prove>, operation<&assert_result>, operation<&reproduce>, operation<&consider>,
    operation<&show>,  operation<&status>,        operation<&list>,      operation<&export_unit>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

}  // namespace

contract::Subsystem const subsystem{.name = "workunit",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .workunit = &workunit_facts};

}  // namespace decapod::workunit
