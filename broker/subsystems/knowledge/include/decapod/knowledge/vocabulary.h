#pragma once
// The words of what is known: what an entry is, where it stands, what it rests on.

#include <decapod/fields/fields.h>
#include <boost/describe.hpp>
#include <cstdint>
#include <string_view>

namespace decapod::knowledge {

enum class EntryKind : std::uint8_t {
  fact,         // how something is
  decision,     // what was chosen, and why
  lesson,       // what went wrong or right, and what follows
  convention,   // how things are done here
  preference,   // how somebody wants it
  observation,  // what was seen once
  reference,    // where to find something
};
BOOST_DESCRIBE_ENUM(EntryKind, fact, decision, lesson, convention, preference, observation, reference)

// How far an entry binds.
enum class Grade : std::uint8_t {
  noted,       // somebody knows it
  procedural,  // promoted: to be followed
};
BOOST_DESCRIBE_ENUM(Grade, noted, procedural)

// Computed from the entry and the clock; stored nowhere.
enum class State : std::uint8_t { live, superseded, expired };
BOOST_DESCRIBE_ENUM(State, live, superseded, expired)

// What an entry rests on.
enum class SourceKind : std::uint8_t {
  file,     // lines of a file of the repository, with their digest
  commit,   // of git
  url,      // of a page
  command,  // that shows it
  event,    // a mutation of this store, by its marker: 3.17
};
BOOST_DESCRIBE_ENUM(SourceKind, file, commit, url, command, event)

// By this name a policy speaks of what makes an entry procedural, and of what takes one that is out of force.
inline constexpr std::string_view kBindingOperation = "knowledge.promote";

using fields::kIdBytesMax;
inline constexpr std::int64_t kNameBytesMax = 200;  // actors
inline constexpr std::int64_t kTitleBytesMax = 500;
inline constexpr std::int64_t kBodyBytesMax = 64 * 1024;
inline constexpr std::int64_t kReasonBytesMax = 4096;
inline constexpr std::int64_t kSourceBytesMax = 4096;  // of one source, as it is typed
inline constexpr std::int64_t kSourcesMax = 50;        // of one entry
inline constexpr std::int64_t kFileBytesMax = 32 * 1024 * 1024;

}  // namespace decapod::knowledge
