#include "subsystem.h"

#include "checks.h"
#include "handlers.h"
#include "health_schema.h"

namespace decapod::health {
namespace {

using contract::operation;

constexpr contract::Operation kOperations[] = {
    operation<&claim>,   operation<&prove>,   operation<&show>,     operation<&list>,
    operation<&retract>, operation<&summary>, operation<&autonomy>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

}  // namespace

contract::Subsystem const subsystem{
    .name = "health", .operations = kOperations, .migrations = kMigrations, .gates = gates()};

}  // namespace decapod::health
