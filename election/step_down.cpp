#include <decapod/election/step_down.h>

namespace decapod::election {

Encounter meet(BuildRank const& client, BuildRank const& broker, std::int64_t store_schema) {
  if (client > broker) return Encounter::replace;
  if (client.protocol != broker.protocol || client.schema < store_schema) return Encounter::refused;
  return Encounter::served;
}

}  // namespace decapod::election
