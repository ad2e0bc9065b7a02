#include "subsystem.h"

#include <decapod/lookup/ids.h>

#include "checks.h"
#include "handlers.h"
#include "health_schema.h"
#include "store.h"

namespace decapod::health {
namespace {

using contract::operation;

constexpr std::string_view kId[] = {"id"};

constexpr contract::Operation kOperations[] = {
    operation<&claim>,    contract::naming(operation<&prove>, kId),   operation<&show>,
    operation<&list>,     contract::naming(operation<&retract>, kId), operation<&summary>,
    operation<&autonomy>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

Result<std::string> whole_id(contract::Context& context, std::string_view id) {
  DECAPOD_TRY(auto const number, lookup::resolve(context.store(), store::kClaims, id));
  return store::find(context.store(), number)->id;
}

}  // namespace

contract::Subsystem const subsystem{
    .name = "health", .operations = kOperations, .migrations = kMigrations, .gates = gates(), .whole_id = &whole_id};

}  // namespace decapod::health
