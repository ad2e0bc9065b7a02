#include "subsystem.h"

#include "checks.h"
#include "handlers.h"
#include "in_force.h"
#include "lasting.h"
#include "policy_schema.h"

namespace decapod::policy {
namespace {

using contract::operation;
using contract::signed_operation;

// Whatever writes here carries the operator's signature, or nothing happens.
constexpr contract::Operation kOperations[] = {
    operation<&show>,
    contract::looking_everywhere(operation<&eval>),
    operation<&list>,
    signed_operation<&operator_init>,
    signed_operation<&operator_replace>,
    signed_operation<&activate>,
    signed_operation<&approve>,
    signed_operation<&revoke>,
    signed_operation<&grant_trust>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

}  // namespace

contract::Subsystem const subsystem{.name = "policy",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .authority = &authority,
                                    .lasting = &lasting};

}  // namespace decapod::policy
