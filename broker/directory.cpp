#include <decapod/broker/directory.h>

namespace decapod::broker {
namespace {

bool is_named(Verb const& verb, std::string_view operation) {
  if (verb.subsystem.empty()) return operation == verb.name;
  return operation.size() == verb.subsystem.size() + 1 + verb.name.size() && operation.starts_with(verb.subsystem) &&
         operation[verb.subsystem.size()] == '.' && operation.ends_with(verb.name);
}

}  // namespace

contract::Operation const* Directory::find(std::string_view operation) const {
  for (auto const* subsystem : subsystems_) {
    for (auto const& candidate : subsystem->operations) {
      if (is_named(*candidate.type->verb, operation)) return &candidate;
    }
  }
  return nullptr;
}

}  // namespace decapod::broker
