#include <decapod/knowledge_source/source.h>

#include <decapod/base/reflect.h>
#include <decapod/base/utf8.h>

#include <algorithm>
#include <charconv>

namespace decapod::knowledge {
namespace {

constexpr std::string_view kForms =
    "file:PATH, file:PATH#L3, file:PATH#L3-L9, commit:HASH, url:URL, command:LINE, event:EPOCH.SEQ";
constexpr std::size_t kShownBytes = 200;
constexpr std::size_t kHashLeast = 7;
constexpr std::size_t kHashMost = 64;

Error wrong(std::string_view text, std::string_view why) {
  auto error = fail(ErrorCode::bad_request, "'" + std::string(utf8_prefix(text, kShownBytes)) + "' " + std::string(why),
                    {{"field", "provenance"}});
  error.hint = kForms;
  return error;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
  // One spelling each: a marker is compared as text.
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

// "L3", "L3-L9" or "L3-9".
std::optional<Lines> parse_lines(std::string_view text) {
  auto const take = [](std::string_view part) -> std::optional<std::int64_t> {
    if (part.starts_with('L')) part.remove_prefix(1);
    auto const line = number_in<std::int64_t>(part);
    return line && *line >= 1 ? line : std::nullopt;
  };
  if (!text.starts_with('L')) return std::nullopt;
  auto const dash = text.find('-');
  auto const first = take(text.substr(0, dash));
  auto const last = dash == std::string_view::npos ? first : take(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return Lines{*first, *last};
}

Result<Source> parse_file(std::string_view text, std::string_view value) {
  Source source{.kind = SourceKind::file, .value = std::string(value), .lines = std::nullopt};
  auto const hash = value.rfind("#L");
  if (hash != std::string_view::npos) {
    source.lines = parse_lines(value.substr(hash + 1));
    if (!source.lines) return wrong(text, "names no lines: #L3 is one, #L3-L9 are seven");
    source.value.resize(hash);
  }
  if (source.value.empty()) return wrong(text, "names no file");
  return source;
}

bool is_hash(std::string_view text) {
  return text.size() >= kHashLeast && text.size() <= kHashMost &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_url(std::string_view text) {
  auto const colon = text.find("://");
  return colon != std::string_view::npos && colon > 0 && colon + 3 < text.size() &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

}  // namespace

std::optional<Marker> parse_marker(std::string_view text) {
  auto const dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto const epoch = number_in<std::uint64_t>(text.substr(0, dot));
  auto const sequence = number_in<std::uint64_t>(text.substr(dot + 1));
  if (!epoch || !sequence || *sequence == 0) return std::nullopt;
  return Marker{*epoch, *sequence};
}

Result<Source> parse_source(std::string_view text) {
  auto const colon = text.find(':');
  auto const name = text.substr(0, colon);
  auto const kind = name == "cmd" ? std::optional(SourceKind::command) : from_text<SourceKind>(name);
  if (colon == std::string_view::npos || !kind) return wrong(text, "does not say what kind of source it is");
  auto const value = text.substr(colon + 1);
  if (is_blank(value)) return wrong(text, "is empty");
  Source source{.kind = *kind, .value = std::string(value), .lines = std::nullopt};
  switch (*kind) {
    case SourceKind::file:
      return parse_file(text, value);
    case SourceKind::commit:
      if (!is_hash(value)) return wrong(text, "is no commit: 7 to 64 hex digits in lower case");
      break;
    case SourceKind::url:
      if (!is_url(value)) return wrong(text, "is no URL");
      break;
    case SourceKind::event:
      if (!parse_marker(value)) return wrong(text, "is no marker of a mutation, such as 3.17");
      break;
    case SourceKind::command:
      break;
  }
  return source;
}

std::string as_text(Source const& source) {
  auto text = std::string(to_text(source.kind)) + ':' + source.value;
  if (source.lines) text += "#L" + std::to_string(source.lines->first) + "-L" + std::to_string(source.lines->last);
  return text;
}

Result<void> check_path(std::string_view path) {
  auto rest = path;
  bool sound = !path.empty();
  while (sound) {
    auto const slash = rest.find('/');
    auto const part = rest.substr(0, slash);
    sound = !part.empty() && part != "." && part != "..";
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (sound) return {};
  auto error =
      fail(ErrorCode::refused, "'" + std::string(utf8_prefix(path, kShownBytes)) + "' is no path inside the repository",
           {{"field", "provenance"}, {"path", path}});
  error.hint = "knowledge rests on files of this repository; for others give their url: or the command: that shows it";
  return error;
}

}  // namespace decapod::knowledge
