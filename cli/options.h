#pragma once
// The options of one verb, out of its declaration: argument list to typed arguments. Only the chosen verb's are built.

#include "globals.h"

#include <decapod/base/request_type.h>

#include <string>
#include <vector>

namespace decapod::cli {

struct VerbInput {
  json::object arguments;          // by field name; not yet canonical: what gather adds is still missing
  std::vector<std::string> prose;  // fields whose value was "-": to be read from standard input; at most one
};

// `words` and options may stand in any order. `now` is what "+2d" counts from. Globals override what is in `globals`.
// usage: an unknown option or value (with suggestions), a missing or a surplus word.
Result<VerbInput> parse_verb(RequestType const& type, std::vector<std::string> const& arguments, Timestamp now,
                             Globals& globals);

// "0 to 4", "1s to 7d", "at least 1": what a number or a duration may be; "" if anything.
std::string bounds_words(FieldShape const& shape);
// Whether "-" means standard input: a text that may be long.
bool takes_prose(FieldShape const& shape);
// Whether the field is given on the command line at all.
bool on_command_line(FieldShape const& shape);
// "ID", "DURATION", "blocks|related": what help calls the value.
std::string value_name(FieldShape const& shape);
// "--lease" or "ID": how messages name the field.
std::string spelled(FieldShape const& shape);
// "decapod todo claim ID [options]".
std::string usage_line(RequestType const& type);
// All options of the verb with their dashes, globals included.
std::vector<std::string> option_words(RequestType const& type);

// Names the option in front of an error that names a field (details.field).
Error in_option_words(RequestType const& type, Error error);

// With a hint for this verb, where the error has none but its code's: what the field that it names is for, as the
// declaration says, and where the rest is said. usage and bad_request only; other codes say themselves what to do.
Error with_own_hint(RequestType const& type, Error error);

}  // namespace decapod::cli
