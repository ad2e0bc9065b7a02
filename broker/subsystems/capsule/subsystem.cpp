#include "subsystem.h"

#include "capsule_schema.h"
#include "checks.h"
#include "facts.h"
#include "granting.h"
#include "handlers.h"

namespace decapod::capsule {
namespace {

using contract::operation;

constexpr contract::Operation kOperations[] = {
    operation<&grant>,
    contract::in_words_of(contract::concerning_operation<&issue, &concern_of_issue>, &refused_issue),
    operation<&show>,
    operation<&list>,
    operation<&verify>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

}  // namespace

contract::Subsystem const subsystem{.name = "capsule",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .capsule = &capsule_facts};

}  // namespace decapod::capsule
