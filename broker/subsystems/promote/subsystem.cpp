#include "subsystem.h"

#include "checks.h"
#include "handlers.h"
#include "promote_schema.h"
#include "promotion.h"
#include "reading.h"

namespace decapod::promote {
namespace {

using contract::operation;

constexpr contract::Operation kOperations[] = {
    operation<&check>,
    contract::in_words_of(contract::concerning_operation<&record, &concern_of>, &refused_record),
    contract::signed_operation<&seal>,
    operation<&verify>,
    operation<&show>,
    operation<&list>,
    operation<&export_bundle>,
};

constexpr contract::Migration kMigrations[] = {{1, sql::schema}};

}  // namespace

contract::Subsystem const subsystem{.name = "promote",
                                    .operations = kOperations,
                                    .migrations = kMigrations,
                                    .gates = gates(),
                                    .lineage = &lineage_steps};

}  // namespace decapod::promote
