#include "registry.h"

#include <array>

// Every subsystem's folder defines these two: `subsystem` in subsystem.cpp, `verbs` in verbs.cpp.
#define DECAPOD_SUBSYSTEM(name)               \
  namespace decapod::name {                   \
  extern contract::Subsystem const subsystem; \
  extern cli::VerbGroup const verbs;          \
  }
#include <subsystems.def>
#undef DECAPOD_SUBSYSTEM

namespace decapod::cli {

std::span<VerbGroup const* const> verb_groups() {
  static constexpr std::array kGroups = {
#define DECAPOD_SUBSYSTEM(name) &decapod::name::verbs,
#include <subsystems.def>
#undef DECAPOD_SUBSYSTEM
  };
  return kGroups;
}

std::span<contract::Subsystem const* const> subsystems() {
  static constexpr std::array kSubsystems = {
#define DECAPOD_SUBSYSTEM(name) &decapod::name::subsystem,
#include <subsystems.def>
#undef DECAPOD_SUBSYSTEM
  };
  return kSubsystems;
}

}  // namespace decapod::cli
