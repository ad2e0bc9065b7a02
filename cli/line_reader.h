#pragma once
// Lines of standard input, of bounded length.

#include "outside.h"

#include <optional>
#include <string>

namespace decapod::cli {

enum class LineEnd : std::uint8_t { line, too_long, end };

struct InputLine {
  LineEnd kind = LineEnd::end;
  std::string text;  // LineEnd::line, without its line end
};

// A line longer than `max_bytes` is skipped as a whole and reported as too_long. A last line without a line end counts.
class LineReader {
 public:
  LineReader(Outside& outside, std::size_t max_bytes) : outside_(outside), max_bytes_(max_bytes) {}
  // Waits as long as it takes. input_unreadable if reading fails.
  Result<InputLine> next();
  // The same without waiting; nullopt if no whole line is there yet.
  Result<std::optional<InputLine>> next_at_hand();

 private:
  enum class Skipping : std::uint8_t { no, yes };

  Outside& outside_;
  std::size_t max_bytes_;
  std::string buffer_;
  std::size_t searched_ = 0;  // of the buffer, without a line end
};

}  // namespace decapod::cli
