#pragma once
// Finds where source text opens SQLite: through the C library, through the usual drivers of a dozen languages, by
// loading the library at run time, or by running the sqlite3 program. Text in, hits out; nothing is read or run.
//
// It reads code as the language does: a call in a comment or in the middle of a sentence in a string is no hit, a
// command inside "$(...)" is one. It is a fence against habit and accident, not against somebody who hides.

#include <decapod/scan/language.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::scan {

class Pace;

struct Hit {
  int line = 0;       // counts from 1
  int last_line = 0;  // where the call's arguments end
  std::string what;   // "calls sqlite3_open_v2", "runs the sqlite3 program"
};

// Whether to give up. Asked once in kStepsPerLook steps, a step being a piece of the text that was looked at; one step
// may take a few milliseconds in a text of megabytes. Empty: never.
using Expired = std::function<bool()>;
inline constexpr int kStepsPerLook = 64;

// Holds the rules; make one and scan many texts with it. Safe to use from several threads.
class Scanner {
 public:
  Scanner();
  ~Scanner();
  Scanner(Scanner&&) noexcept;
  Scanner& operator=(Scanner&&) noexcept;

  // At most one hit a line, in order of line. nullopt: `expired` said so.
  std::optional<std::vector<Hit>> scan(Language language, std::string_view text, Expired const& expired) const;
  // However long it takes.
  std::vector<Hit> scan(Language language, std::string_view text) const;

 private:
  struct Rules;
  std::vector<Hit> scan_at(Pace& pace, Language language, std::string_view text) const;
  std::unique_ptr<Rules const> rules_;
};

// Whether the lines that a hit spans name decapod's own store.
bool names_own_store(std::string_view text, Hit const& hit);

// Whether this is no text: it has a NUL among its first 8 KiB.
bool is_binary(std::string_view content);

}  // namespace decapod::scan
