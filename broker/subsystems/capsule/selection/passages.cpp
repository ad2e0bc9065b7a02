#include "passages.h"

#include <decapod/capsule/capsule.h>

#include <algorithm>

namespace decapod::capsule {
namespace {

// A passage that has grown to this size takes no further paragraph.
constexpr std::size_t kEnough = 1200;
constexpr std::size_t kMost = kExcerptBytesMax;
constexpr std::size_t kDeepestHeading = 6;

enum class LineKind : std::uint8_t { blank, heading, words, too_long };

struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;  // of its text, without the break
  LineKind kind = LineKind::words;
};

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\f\v") == std::string_view::npos;
}

bool is_heading(std::string_view line) {
  auto const depth = std::min(line.find_first_not_of('#'), line.size());
  return depth >= 1 && depth <= kDeepestHeading && depth < line.size() && (line[depth] == ' ' || line[depth] == '\t');
}

// Tells fenced code from the rest, as the lines of a document come.
class Fence {
 public:
  // Whether this line is code, or opens or closes some.
  bool take(std::string_view line) {
    auto const indent = std::min(line.find_first_not_of(' '), line.size());
    auto const mark = line.substr(indent);
    bool const fence = indent <= 3 && (mark.starts_with("```") || mark.starts_with("~~~"));
    if (open_ == '\0') {
      if (fence) open_ = mark.front();
      return fence;
    }
    if (fence && mark.front() == open_) open_ = '\0';
    return true;
  }

 private:
  char open_ = '\0';
};

std::vector<Line> lines_of(std::string_view document) {
  std::vector<Line> lines;
  Fence fence;
  for (std::size_t at = 0; at < document.size();) {
    auto const end = std::min(document.find('\n', at), document.size());
    auto const text = document.substr(at, end - at);
    auto kind = LineKind::words;
    bool const code = fence.take(text);
    if (text.size() > kMost) {
      kind = LineKind::too_long;
    } else if (!code && is_blank(text)) {
      kind = LineKind::blank;
    } else if (!code && is_heading(text)) {
      kind = LineKind::heading;
    }
    lines.push_back({at, end, kind});
    at = end + 1;
  }
  return lines;
}

class Splitter {
 public:
  explicit Splitter(std::string_view document) : document_(document), lines_(lines_of(document)) {}

  std::vector<Passage> run() {
    for (std::size_t i = 0; i < lines_.size(); ++i) take(i);
    close();
    return std::move(passages_);
  }

 private:
  enum class Content : std::uint8_t { nothing, headings, words };

  std::size_t size_up_to(std::size_t line) const { return lines_[line].end - lines_[first_].begin; }

  void take(std::size_t i) {
    auto const& line = lines_[i];
    switch (line.kind) {
      case LineKind::blank:
        after_blank_ = true;
        return;
      case LineKind::too_long:
        close();
        return;
      case LineKind::heading:
        // A heading right after a heading: the two make one passage with what follows.
        if (content_ != Content::headings) close();
        break;
      case LineKind::words:
        if (after_blank_ && content_ == Content::words && size_up_to(last_) >= kEnough) close();
        break;
    }
    if (content_ != Content::nothing && size_up_to(i) > kMost) close();
    add(i);
  }

  void add(std::size_t i) {
    bool const heading = lines_[i].kind == LineKind::heading;
    if (content_ == Content::nothing) {
      first_ = i;
      // What stands under the heading of an earlier passage; a heading of its own is in its text.
      above_ = heading ? std::string_view() : heading_;
    }
    last_ = i;
    if (heading) heading_ = text_of(i);
    content_ = heading && content_ != Content::words ? Content::headings : Content::words;
    after_blank_ = false;
  }

  void close() {
    if (content_ != Content::nothing) {
      auto const begin = lines_[first_].begin;
      passages_.push_back({.first_line = static_cast<std::int64_t>(first_) + 1,
                           .last_line = static_cast<std::int64_t>(last_) + 1,
                           .text = document_.substr(begin, lines_[last_].end - begin),
                           .heading = above_});
    }
    content_ = Content::nothing;
    after_blank_ = false;
  }

  std::string_view text_of(std::size_t i) const {
    return document_.substr(lines_[i].begin, lines_[i].end - lines_[i].begin);
  }

  std::string_view document_;
  std::vector<Line> lines_;
  std::vector<Passage> passages_;
  Content content_ = Content::nothing;
  bool after_blank_ = false;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  std::string_view heading_;  // the latest
  std::string_view above_;    // the one that the passage in the making stands under
};

}  // namespace

std::vector<Passage> passages_of(std::string_view document) {
  return Splitter(document).run();
}

}  // namespace decapod::capsule
