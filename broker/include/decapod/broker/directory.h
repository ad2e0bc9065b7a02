#pragma once
// The table of subsystems that the composition root hands to the broker.

#include <decapod/contract/subsystem.h>
#include <span>
#include <string_view>

namespace decapod::broker {

// Borrowed; lives as long as the program.
class Directory {
 public:
  explicit Directory(std::span<contract::Subsystem const* const> subsystems) : subsystems_(subsystems) {}

  std::span<contract::Subsystem const* const> subsystems() const { return subsystems_; }
  // The operation named "todo.claim"; nullptr if there is none.
  contract::Operation const* find(std::string_view operation) const;

 private:
  std::span<contract::Subsystem const* const> subsystems_;
};

}  // namespace decapod::broker
