#include "support/schema_agreement.h"

#include <boost/json/serialize.hpp>

namespace decapod::test {

Agreement judge(boost::json::object const& schema, SchemaDocuments& documents, int rounds,
                std::function<std::string(boost::json::value const&)> const& refusal) {
  Agreement agreement;
  for (int round = 0; round < rounds; ++round) {
    auto const document = documents.any(schema);
    auto const breaches = violations(schema, document);
    auto const refused = refusal(document);
    if (breaches.empty() != refused.empty()) {
      agreement.disagreement = "schema: " + (breaches.empty() ? "accepts" : breaches.front()) +
                               "; decoder: " + (refused.empty() ? "accepts" : refused) +
                               "; document: " + boost::json::serialize(document).substr(0, 2000);
      return agreement;
    }
    ++(refused.empty() ? agreement.accepted : agreement.refused);
  }
  return agreement;
}

}  // namespace decapod::test
