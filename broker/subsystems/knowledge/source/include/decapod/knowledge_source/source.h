#pragma once
// One thing that an entry rests on, as it is written: "file:cli/app.cpp#L10-L24", "commit:3f2a1c9",
// "url:https://example.org/a", "command:make test", "event:3.17".

#include <decapod/base/id.h>
#include <decapod/base/result.h>
#include <decapod/knowledge/vocabulary.h>

#include <optional>
#include <string>
#include <string_view>

namespace decapod::knowledge {

// From 1, both included.
struct Lines {
  std::int64_t first = 1;
  std::int64_t last = 1;
  friend bool operator==(Lines const&, Lines const&) = default;
};

struct Source {
  SourceKind kind = SourceKind::file;
  std::string value;
  std::optional<Lines> lines;  // of files; nullopt = the whole file
  friend bool operator==(Source const&, Source const&) = default;
};

// bad_request says what is wrong with it. "cmd:" is another spelling of "command:". Of a file it does not say where it
// lies: see check_path.
Result<Source> parse_source(std::string_view text);
std::string as_text(Source const& source);

// A path that leads from the root of a repository to a file in it and nowhere else: relative, without "", "." and "..".
// Otherwise refused.
Result<void> check_path(std::string_view path);

// The marker that an event is.
std::optional<Marker> parse_marker(std::string_view text);

}  // namespace decapod::knowledge
