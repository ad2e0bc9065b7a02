#pragma once
// What .decapod/config.toml says about the source scan:
//
//   [validate.source]
//   mode = "strict"                  # or "own-store", the default
//   broker = ["broker/storage"]      # folders that are the broker: not scanned
//   exclude = ["third_party"]        # not scanned either
//   [[validate.source.exception]]    # scanned, counted, printed, allowed
//   path = "tests/storage"
//   reason = "why"

#include <decapod/base/result.h>
#include <decapod/validate/requests.h>

#include <string>
#include <string_view>
#include <vector>

namespace decapod::validate {

// Paths are relative to the worktree, without "." or "..": a file, or a folder with all that is in it.
struct SourceRules {
  ScanMode mode = ScanMode::own_store;
  std::vector<std::string> broker;
  std::vector<std::string> exclude;
  std::vector<DeclaredException> exceptions;  // `opens` is 0
};

// Strict within [validate]; the rest of the file belongs to others. bad_request, with the line in the message.
Result<SourceRules> parse_source_rules(std::string_view toml);

// Whether `path` is one of `folders`, or lies in one.
bool lies_in(std::string_view path, std::vector<std::string> const& folders);
// The exception that covers `path`; nullptr if there is none.
DeclaredException* exception_for(std::string_view path, SourceRules& rules);

}  // namespace decapod::validate
