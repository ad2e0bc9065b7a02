#pragma once
// Arguments made by chance from what a request type publishes: its field shapes and its JSON Schema.

#include <decapod/base/json.h>
#include <decapod/base/request_type.h>

#include <boost/json/array.hpp>

#include <random>
#include <span>
#include <string>
#include <vector>

namespace decapod::test {

using Random = std::mt19937;

// Every request type of the program once: the verbs of every subsystem, what only its broker side runs, and the verbs
// that need no broker.
std::vector<RequestType const*> const& all_request_types();

// A value that the schema admits; bounds are met exactly now and then.
json::value any_value(json::object const& schema, Random& random);
// With every required member and a random half of the others.
json::object any_arguments(RequestType const& type, Random& random);

// The schema of one field of a request.
json::object field_schema(RequestType const& type, FieldShape const& shape);

}  // namespace decapod::test
