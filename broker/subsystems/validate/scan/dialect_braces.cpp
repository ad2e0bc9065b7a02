// The languages of the brace family whose strings know no code inside, or little: C, Rust, Go, Java, Kotlin, C#, Swift.
#include "dialects.h"

#include <array>
#include <string>

namespace decapod::scan {
namespace {

constexpr std::array<std::string_view, 1> kSlashes = {"//"};

constexpr std::array kPlainQuotes = {Quote{"\"", "\""}, Quote{"'", "'"}};

constexpr auto kRustQuotes = std::to_array<Quote>({{"\"", "\"", Escape::backslash, Extent::lines}});

constexpr auto kGoQuotes = std::to_array<Quote>({{"\"", "\""}, {"'", "'"}, {"`", "`", Escape::none, Extent::lines}});

constexpr auto kJavaQuotes =
    std::to_array<Quote>({{"\"\"\"", "\"\"\"", Escape::backslash, Extent::lines}, {"\"", "\""}, {"'", "'"}});

constexpr auto kKotlinQuotes = std::to_array<Quote>({{"\"\"\"", "\"\"\"", Escape::none, Extent::lines, "${"},
                                                     {"\"", "\"", Escape::backslash, Extent::line, "${"},
                                                     {"'", "'"}});

constexpr auto kCsharpQuotes = std::to_array<Quote>({{"$\"\"\"", "\"\"\"", Escape::none, Extent::lines, "{"},
                                                     {"$@\"", "\"", Escape::doubled, Extent::lines, "{"},
                                                     {"@$\"", "\"", Escape::doubled, Extent::lines, "{"},
                                                     {"@\"", "\"", Escape::doubled, Extent::lines},
                                                     {"\"\"\"", "\"\"\"", Escape::none, Extent::lines},
                                                     {"$\"", "\"", Escape::backslash, Extent::line, "{"},
                                                     {"\"", "\""},
                                                     {"'", "'"}});

constexpr auto kSwiftQuotes = std::to_array<Quote>({{"\"\"\"", "\"\"\"", Escape::backslash, Extent::lines, "\\("},
                                                    {"\"", "\"", Escape::backslash, Extent::line, "\\("}});

// A "//" comment goes on after a backslash at the end of the line.
bool take_spliced_comment(Lexer& lexer) {
  if (!lexer.at("//")) return false;
  while (!lexer.done()) {
    auto const line = lexer.rest().substr(0, lexer.rest().find('\n'));
    lexer.skip(line.size());
    bool const goes_on = line.ends_with('\\') || line.ends_with("\\\r");
    if (!goes_on) break;
    lexer.skip(1);
  }
  return true;
}

constexpr std::size_t kLongestTag = 16;

// R"tag( ... )tag", with any prefix.
bool take_c_raw_string(Lexer& lexer) {
  for (std::string_view const prefix : {"R\"", "LR\"", "uR\"", "UR\"", "u8R\""}) {
    if (!lexer.at(prefix)) continue;
    auto const text = lexer.rest();
    auto const bracket = text.substr(0, prefix.size() + kLongestTag + 1).find('(', prefix.size());
    if (bracket == std::string_view::npos) return false;
    auto const close = ')' + std::string(text.substr(prefix.size(), bracket - prefix.size())) + '"';
    lexer.take_string({text.substr(0, bracket + 1), close, Escape::none, Extent::lines});
    return true;
  }
  return false;
}

bool c_special(Lexer& lexer) {
  if (lexer.at("\\\n")) {  // a line goes on: nothing stands here
    lexer.skip(2);
    return true;
  }
  // "#include <sqlite3.h>" names no code.
  if (lexer.at("#") && lexer.at_line_start() && lexer.rest().substr(0, 9).find("include") != std::string_view::npos) {
    lexer.skip_to("\n");
    return true;
  }
  return take_spliced_comment(lexer) || take_c_raw_string(lexer);
}

// A string between hashes: r#"..."# in Rust, #"..."# in Swift. `prefix` letters stand before them.
bool take_hashed_string(Lexer& lexer, std::size_t prefix, std::string_view code) {
  auto const text = lexer.rest();
  std::size_t hashes = 0;
  while (lexer.peek(prefix + hashes) == '#') ++hashes;
  if (lexer.peek(prefix + hashes) != '"') return false;
  auto const marks = std::string(hashes, '#');
  bool const triple = !code.empty() && text.substr(prefix + hashes).starts_with("\"\"\"");
  auto const open = text.substr(0, prefix + hashes + (triple ? 3 : 1));
  auto const interpolation = code.empty() ? std::string() : "\\" + marks + "(";
  lexer.take_string({open, (triple ? "\"\"\"" : "\"") + marks, Escape::none, Extent::lines, interpolation});
  return true;
}

// 'a is a lifetime, 'a' a character.
bool take_rust_quote(Lexer& lexer) {
  if (lexer.peek() != '\'') return false;
  auto const text = lexer.rest();
  if (lexer.peek(1) == '\\') {
    lexer.take_string({"'", "'"});
    return true;
  }
  auto const close = text.find('\'', 1);
  bool const character = close != std::string_view::npos && close >= 2 && close <= 5 &&
                         (close == 2 || static_cast<unsigned char>(text[1]) > 127);
  lexer.skip(character ? close + 1 : 1);
  return true;
}

bool rust_special(Lexer& lexer) {
  for (std::string_view const prefix : {"r\"", "r#", "br\"", "br#", "cr\"", "cr#"}) {
    if (lexer.at(prefix) && take_hashed_string(lexer, prefix.size() - 1, "")) return true;
  }
  return take_rust_quote(lexer);
}

bool swift_special(Lexer& lexer) {
  return lexer.at("#") && take_hashed_string(lexer, 0, "(");
}

}  // namespace

constexpr Dialect kC{.line_comments = {},
                     .block_open = "/*",
                     .block_close = "*/",
                     .quotes = kPlainQuotes,
                     .word_letters = "$",
                     .special = c_special};
constexpr Dialect kRust{.line_comments = kSlashes,
                        .block_open = "/*",
                        .block_close = "*/",
                        .blocks_nest = true,
                        .quotes = kRustQuotes,
                        .special = rust_special};
constexpr Dialect kGo{.line_comments = kSlashes, .block_open = "/*", .block_close = "*/", .quotes = kGoQuotes};
constexpr Dialect kJava{
    .line_comments = kSlashes, .block_open = "/*", .block_close = "*/", .quotes = kJavaQuotes, .word_letters = "$"};
constexpr Dialect kKotlin{
    .line_comments = kSlashes, .block_open = "/*", .block_close = "*/", .blocks_nest = true, .quotes = kKotlinQuotes};
constexpr Dialect kCsharp{.line_comments = kSlashes, .block_open = "/*", .block_close = "*/", .quotes = kCsharpQuotes};
constexpr Dialect kSwift{.line_comments = kSlashes,
                         .block_open = "/*",
                         .block_close = "*/",
                         .blocks_nest = true,
                         .quotes = kSwiftQuotes,
                         .special = swift_special};

}  // namespace decapod::scan
