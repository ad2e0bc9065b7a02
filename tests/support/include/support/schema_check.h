#pragma once
// A checker for the part of JSON Schema that `decapod schema` prints.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace decapod::test {

// What a schema does not say may be there all the same; a strict reader wants every member declared.
enum class Undeclared { tolerated, named };

// Every way in which `value` breaks `schema`, as "path: what"; empty if it keeps it. A keyword that this checker does
// not know is a violation too, so that no promise goes unread.
std::vector<std::string> violations(boost::json::object const& schema, boost::json::value const& value,
                                    Undeclared undeclared = Undeclared::tolerated);

}  // namespace decapod::test
