#include "line_reader.h"

#include <poll.h>

namespace decapod::cli {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

bool input_is_there() {
  pollfd ready{.fd = 0, .events = POLLIN, .revents = 0};
  return poll(&ready, 1, 0) > 0;
}

}  // namespace

Result<InputLine> LineReader::next() {
  auto skipping = Skipping::no;
  while (true) {
    auto const end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      searched_ = 0;
      if (skipping == Skipping::yes || line.size() > max_bytes_) return InputLine{LineEnd::too_long, ""};
      if (line.ends_with('\r')) line.pop_back();
      return InputLine{LineEnd::line, std::move(line)};
    }
    searched_ = buffer_.size();
    if (buffer_.size() > max_bytes_) {
      skipping = Skipping::yes;
      buffer_.clear();
      searched_ = 0;
    }
    DECAPOD_TRY(auto const more, outside_.read_some_input(kReadBytes));
    if (!more.empty()) {
      buffer_ += more;
      continue;
    }
    if (skipping == Skipping::yes) return InputLine{LineEnd::too_long, ""};
    if (buffer_.empty()) return InputLine{LineEnd::end, ""};
    searched_ = 0;
    return InputLine{LineEnd::line, std::exchange(buffer_, std::string())};
  }
}

Result<std::optional<InputLine>> LineReader::next_at_hand() {
  while (buffer_.find('\n', searched_) == std::string::npos) {
    if (buffer_.size() > max_bytes_ || !input_is_there()) return std::optional<InputLine>();
    DECAPOD_TRY(auto const more, outside_.read_some_input(kReadBytes));
    if (more.empty()) break;
    buffer_ += more;
  }
  DECAPOD_TRY(auto line, next());
  return std::optional(std::move(line));
}

}  // namespace decapod::cli
