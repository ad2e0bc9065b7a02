#pragma once
// The lines of a file that an entry rests on, as a digest.

#include <decapod/base/digest.h>
#include <decapod/knowledge_source/source.h>

namespace decapod::knowledge {

// A line is what ends with "\n", and what stands behind the last one, if anything does.
std::int64_t count_lines(std::string_view content);

// The bytes of these lines, line ends and all; nullopt if the content ends before them.
std::optional<std::string_view> excerpt(std::string_view content, std::optional<Lines> const& lines);

}  // namespace decapod::knowledge
