#pragma once
// What --porcelain prints: lines of columns, with a tab between. A line's columns are named once; help, `schema` and
// `capabilities` tell the names, and a line that has more or fewer cells does not compile.

#include <decapod/base/clock.h>
#include <decapod/base/json.h>
#include <decapod/base/reflect.h>
#include <decapod/cli_kit/text.h>

#include <array>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace decapod::cli {

// inline constexpr auto kClaimed = columns("ID", "TOKEN", "END"); new columns come last.
template <class... Names>
constexpr std::array<std::string_view, sizeof...(Names)> columns(Names... names) {
  return {names...};
}

// What stands where there is nothing: a shell that splits a line at tabs takes two in a row for one.
inline constexpr std::string_view kNoValue = "-";

namespace detail {

// As `printable`, on one line.
std::string cell(std::string_view text);
std::string cell(Timestamp time);
template <std::integral Number>
std::string cell(Number number) {
  return std::to_string(number);
}
template <reflect::Enum E>
std::string cell(E value) {
  return std::string(to_text(value));
}
template <class T>
std::string cell(std::optional<T> const& value) {
  return value ? cell(*value) : std::string(kNoValue);
}

void add_line(Text& text, std::span<std::string const> cells);

}  // namespace detail

// Where a verb puts its lines: `void claim_columns(ClaimReply const&, Lines<kClaimed>&)`.
template <auto const& Names>
class Lines {
 public:
  static constexpr std::span<std::string_view const> names() { return Names; }

  explicit Lines(Text& text) : text_(text) {}

  // Cells: texts, whole numbers, times, described enums, and optional ones of these.
  template <class... Cells>
  void add(Cells const&... cells) {
    static_assert(sizeof...(Cells) == Names.size(), "a line has the columns that were declared");
    std::array<std::string, sizeof...(Cells)> const line{detail::cell(cells)...};
    detail::add_line(text_, line);
  }

 private:
  Text& text_;
};

// The columns of a verb that hands out ids and needs no more.
inline constexpr auto kIds = columns("ID");

// The id of the reply, else that of each of its members and of the members of its lists.
void print_ids(json::object const& reply, Text& text);

// How a verb answers --porcelain. Without columns it refuses it.
struct Porcelain {
  std::span<std::string_view const> columns;
  void (*print)(json::object const& reply, Text& text) = nullptr;
};

inline constexpr Porcelain kPrintsIds{.columns = kIds, .print = &print_ids};

}  // namespace decapod::cli
