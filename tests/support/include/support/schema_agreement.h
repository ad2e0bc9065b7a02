#pragma once
// Whether a schema and a decoder judge the same documents alike.

#include "support/schema_check.h"
#include "support/schema_documents.h"

#include <functional>
#include <string>

namespace decapod::test {

struct Agreement {
  int accepted = 0;          // by both
  int refused = 0;           // by both
  std::string disagreement;  // the first document that only one of them accepts, with who says what; empty if none
};

// `refusal` is the decoder's: "" if it accepts the document.
Agreement judge(boost::json::object const& schema, SchemaDocuments& documents, int rounds,
                std::function<std::string(boost::json::value const&)> const& refusal);

}  // namespace decapod::test
