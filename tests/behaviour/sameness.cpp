#include "sameness.h"

#include <regex>
#include <utility>
#include <vector>

namespace decapod::test {
namespace {

struct Kind {
  std::string name;
  std::regex shape;  // group 1, or the whole match, is what is replaced
};

std::vector<Kind> const& kinds() {
  static std::vector<Kind> const list = {
      // What was only read is recorded with the next write or when it is quiet, so its number lags.
      {"READS", std::regex(R"re((?:reads: |"chain":"reads","size":)(\d+))re")},
      {"CURSOR", std::regex(R"re((?:--cursor |"next_cursor":")([^\s"]+))re")},
      // After "\\n", which JSON makes of a line's end, a word does not begin at a word boundary.
      {"DIGEST", std::regex(R"re(\\n([0-9a-f]{32}) \d)re")},
      {"HEAD", std::regex(R"re(([A-Za-z0-9+/]{43}=))re")},
      {"DIGEST", std::regex(R"(\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16})\b)")},
      // The beginning of one, in a column that is too narrow for all of it.
      {"DIGEST", std::regex(R"re(\b([0-9a-f]{17,63})\.\.\.)re")},
      {"UUID", std::regex(R"(\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)")},
      // Of commits, whose time is in them, and their beginnings.
      {"COMMIT", std::regex(R"(\b([0-9a-f]{40}|[0-9a-f]{12})\b)")},
      {"TIME", std::regex(R"(\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)")},
      {"AGE", std::regex(R"re("(?:latency_us|latency_ms|elapsed_ms|took_ms)":([0-9.E+-]+))re")},
      {"AGE", std::regex(R"(\b\d+(\.\d+)? ?(ms|us)\b)")},
      {"ITEM", std::regex(R"(\b[tkh]-[0-9a-z]{4,26}\b)")},
      {"MARKER", std::regex(R"(\b\d+\.\d+\b)")},
      {"EPOCH", std::regex(R"re("epoch":(\d+))re")},
      {"BYTES", std::regex(R"re((?:bytes +|"bytes":)(\d+))re")},
      {"TOKEN", std::regex(R"re("token":(\d+))re")},
  };
  return list;
}

}  // namespace

std::string Sameness::named(std::string const& kind, std::string const& value) {
  auto const [entry, is_new] = names_.try_emplace(kind + value);
  if (is_new) entry->second = '<' + kind + std::to_string(++counts_[kind]) + '>';
  return entry->second;
}

std::string Sameness::apply(std::string text) {
  for (auto at = text.find(folder_); at != std::string::npos; at = text.find(folder_, at)) {
    text.replace(at, folder_.size(), "<FOLDER>");
  }
  for (auto const& kind : kinds()) {
    std::string out;
    std::smatch match;
    while (std::regex_search(text, match, kind.shape)) {
      auto const group = match.size() > 1 && match[1].matched && kind.shape.mark_count() == 1 ? 1U : 0U;
      // These are never equal in two runs, not even in their order of appearance.
      bool const never_equal = kind.name == "TIME" || kind.name == "AGE" || kind.name == "READS" ||
                               kind.name == "BYTES" || kind.name == "EPOCH";
      auto const name = never_equal ? '<' + kind.name + '>' : named(kind.name, match[group]);
      out += text.substr(0, static_cast<std::size_t>(match.position(group))) + name;
      text = text.substr(static_cast<std::size_t>(match.position(group) + match.length(group)));
    }
    text = out + text;
  }
  // Columns are as wide as their widest cell, which may be an id.
  return std::regex_replace(text, std::regex(" {2,}"), " ");
}

}  // namespace decapod::test
