// Python, JavaScript, Ruby and PHP: strings with code inside, strings that look like division, strings of many lines.
#include "dialects.h"

#include <algorithm>
#include <array>
#include <string>

namespace decapod::scan {
namespace {

constexpr std::array<std::string_view, 1> kHash = {"#"};
constexpr std::array<std::string_view, 1> kSlashes = {"//"};

constexpr auto kPythonQuotes = std::to_array<Quote>({{"\"\"\"", "\"\"\"", Escape::backslash, Extent::lines},
                                                     {"'''", "'''", Escape::backslash, Extent::lines},
                                                     {"\"", "\""},
                                                     {"'", "'"}});

constexpr auto kJavascriptQuotes =
    std::to_array<Quote>({{"\"", "\""}, {"'", "'"}, {"`", "`", Escape::backslash, Extent::lines, "${"}});

constexpr auto kRubyQuotes = std::to_array<Quote>(
    {{"\"", "\"", Escape::backslash, Extent::lines, "#{"}, {"'", "'", Escape::backslash, Extent::lines}});

constexpr auto kPhpQuotes = std::to_array<Quote>(
    {{"\"", "\"", Escape::backslash, Extent::lines}, {"'", "'", Escape::backslash, Extent::lines}});

// Letters before a quote: r, b, u, f in either case. Of them only f matters: code between brackets.
bool python_special(Lexer& lexer) {
  std::size_t prefix = 0;
  bool code = false;
  while (prefix < 2 && std::string_view("rRbBuUfFtT").find(lexer.peek(prefix)) != std::string_view::npos) {
    code = code || std::string_view("fFtT").find(lexer.peek(prefix)) != std::string_view::npos;
    ++prefix;
  }
  if (prefix == 0 || (lexer.peek(prefix) != '"' && lexer.peek(prefix) != '\'')) return false;
  lexer.skip(prefix);
  for (auto quote : kPythonQuotes) {
    if (!lexer.at(quote.open)) continue;
    if (code) quote.code = "{";
    lexer.take_string(quote);
    return true;
  }
  return false;
}

// Whether a slash here begins a regular expression: after an operator or a keyword it does, after a value it divides.
bool value_precedes(Lexer const& lexer) {
  static constexpr auto kBeforeValues = std::to_array<std::string_view>(
      {"return", "typeof", "case", "in",  "of", "delete", "void", "throw", "new",   "else", "do",  "await",
       "yield",  "and",    "or",   "not", "if", "unless", "when", "while", "until", "then", "puts"});
  auto const* last = lexer.last();
  if (last == nullptr) return false;
  if (last->kind == TokenKind::text) return true;
  if (last->kind == TokenKind::word) return std::ranges::find(kBeforeValues, last->text) == kBeforeValues.end();
  char const letter = last->text.front();
  return letter == ')' || letter == ']' || letter == '}' || (letter >= '0' && letter <= '9');
}

bool take_regex(Lexer& lexer) {
  if (lexer.peek() != '/' || lexer.peek(1) == '/' || lexer.peek(1) == '*' || value_precedes(lexer)) return false;
  std::size_t length = 1;
  bool in_class = false;
  for (; lexer.peek(length) != '\0' && lexer.peek(length) != '\n'; ++length) {
    char const letter = lexer.peek(length);
    if (letter == '\\')
      ++length;
    else if (letter == '[')
      in_class = true;
    else if (letter == ']')
      in_class = false;
    else if (letter == '/' && !in_class) {
      lexer.skip(length + 1);
      return true;
    }
  }
  return false;
}

// The terminator of a heredoc whose operator (`<<~`, `<<-`, `<<<`) has `size` bytes; "" if it is none.
std::string heredoc_word(Lexer const& lexer, std::size_t size) {
  auto text = lexer.rest().substr(std::min(size, lexer.rest().size()));
  char quote = '\0';
  if (!text.empty() && (text[0] == '"' || text[0] == '\'')) {
    quote = text[0];
    text.remove_prefix(1);
  }
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  auto const word = text.substr(0, text.find_first_not_of(kLetters));
  bool const named = !word.empty() && (word[0] < '0' || word[0] > '9');
  if (!named || (quote != '\0' && text.substr(word.size(), 1) != std::string_view(&quote, 1))) return "";
  return std::string(word);
}

bool take_heredoc(Lexer& lexer, std::size_t size) {
  auto word = heredoc_word(lexer, size);
  if (word.empty() || lexer.rest().find(word, size + word.size()) == std::string_view::npos) return false;
  lexer.skip(size);
  lexer.skip(lexer.peek() == '"' || lexer.peek() == '\'' ? word.size() + 2 : word.size());
  lexer.expect_lines(std::move(word));
  return true;
}

bool take_ruby_percent(Lexer& lexer) {
  if (lexer.peek() != '%' || value_precedes(lexer)) return false;
  std::size_t const kind = std::string_view("qQwWiIxrs").find(lexer.peek(1)) == std::string_view::npos ? 0 : 1;
  char const open = lexer.peek(1 + kind);
  auto const pair = std::string_view("()[]{}<>||!!").find(open);
  if (open == '\0' || pair == std::string_view::npos || pair % 2 != 0) return false;
  bool const runs = kind == 1 && lexer.peek(1) == 'x';
  if (runs) lexer.emit(TokenKind::symbol, 2);  // "%x" before its text: what it holds is a command
  auto const opening = lexer.rest().substr(0, runs ? 1 : 2 + kind);
  lexer.take_string({opening, std::string_view("()[]{}<>||!!").substr(pair + 1, 1), Escape::backslash, Extent::lines});
  return true;
}

// `command`, kept as a backtick symbol and its text.
bool take_backticks(Lexer& lexer, std::string_view code) {
  if (lexer.peek() != '`') return false;
  lexer.emit(TokenKind::symbol, 1);
  lexer.take_string({"", "`", Escape::backslash, Extent::lines, code});
  return true;
}

bool ruby_special(Lexer& lexer) {
  if (lexer.at_line_start() && lexer.at("=begin")) {
    lexer.skip_past("\n=end");
    return true;
  }
  if (lexer.at_line_start() && lexer.at("__END__\n")) {
    lexer.skip(lexer.rest().size());
    return true;
  }
  if (lexer.at("<<~") || lexer.at("<<-")) return take_heredoc(lexer, 3);
  // Without a sign it could be an append: only a constant that stands directly behind is taken for one.
  if (lexer.at("<<") && lexer.peek(2) >= 'A' && lexer.peek(2) <= 'Z' && take_heredoc(lexer, 2)) return true;
  return take_regex(lexer) || take_ruby_percent(lexer) || take_backticks(lexer, "#{");
}

// Outside of <?php ... ?> there is only what the server prints.
bool php_special(Lexer& lexer) {
  if (lexer.last() == nullptr && !lexer.at("<?")) {
    // A fragment without any tag is read as code.
    if (lexer.rest().find("<?") != std::string_view::npos) lexer.skip_to("<?");
  }
  if (lexer.at("?>")) {
    lexer.skip(2);
    lexer.skip_to("<?");
    return true;
  }
  if (lexer.at("<?php")) {
    lexer.emit(TokenKind::symbol, 5);
    return true;
  }
  if (lexer.at("//") || (lexer.at("#") && !lexer.at("#["))) {
    auto const line = lexer.rest().substr(0, lexer.rest().find('\n'));
    lexer.skip(std::min(line.find("?>"), line.size()));
    return true;
  }
  if (lexer.at("<<<")) return take_heredoc(lexer, lexer.at("<<< ") ? 4 : 3);
  return take_backticks(lexer, "");
}

}  // namespace

constexpr Dialect kPython{.line_comments = kHash, .quotes = kPythonQuotes, .special = python_special};
constexpr Dialect kJavascript{.line_comments = kSlashes,
                              .block_open = "/*",
                              .block_close = "*/",
                              .quotes = kJavascriptQuotes,
                              .word_letters = "$",
                              .special = take_regex};
constexpr Dialect kRuby{.line_comments = kHash, .quotes = kRubyQuotes, .word_letters = "@$", .special = ruby_special};
constexpr Dialect kPhp{
    .line_comments = {}, .block_open = "/*", .block_close = "*/", .quotes = kPhpQuotes, .special = php_special};

Dialect const& dialect_of(Language language) {
  switch (language) {
    case Language::c:
      return kC;
    case Language::rust:
      return kRust;
    case Language::python:
      return kPython;
    case Language::javascript:
      return kJavascript;
    case Language::go:
      return kGo;
    case Language::java:
      return kJava;
    case Language::kotlin:
      return kKotlin;
    case Language::csharp:
      return kCsharp;
    case Language::ruby:
      return kRuby;
    case Language::php:
      return kPhp;
    case Language::swift:
      return kSwift;
    case Language::shell:
      break;
  }
  return kPython;
}

}  // namespace decapod::scan
