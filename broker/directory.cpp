#include <decapod/broker/directory.h>

namespace decapod::broker {
namespace {

bool is_named(Verb const& verb, std::string_view operation) {
  if (verb.subsystem.empty()) return operation == verb.name;
  return operation.size() == verb.subsystem.size() + 1 + verb.name.size() && operation.starts_with(verb.subsystem) &&
         operation[verb.subsystem.size()] == '.' && operation.ends_with(verb.name);
}

contract::Operation const* find_in(contract::Subsystem const& subsystem, std::string_view operation) {
  for (auto const& candidate : subsystem.operations) {
    if (is_named(*candidate.type->verb, operation)) return &candidate;
  }
  return nullptr;
}

}  // namespace

contract::Operation const* Directory::find(std::string_view operation) const {
  auto const* subsystem = owner(operation);
  return subsystem != nullptr ? find_in(*subsystem, operation) : nullptr;
}

contract::Subsystem const* Directory::owner(std::string_view operation) const {
  for (auto const* subsystem : subsystems_) {
    if (find_in(*subsystem, operation) != nullptr) return subsystem;
  }
  return nullptr;
}

}  // namespace decapod::broker
