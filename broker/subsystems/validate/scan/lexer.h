#pragma once
// Source text to tokens, one lexical grammar a language: what is code, what is a comment, what is a string.

#include <decapod/scan/language.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::scan {

enum class TokenKind : std::uint8_t {
  word,    // identifier or keyword
  symbol,  // one punctuation character
  text,    // what stands between the quotes of a string, or one piece of it around interpolated code
};

// Borrows from the source.
struct Token {
  TokenKind kind = TokenKind::symbol;
  std::string_view text;
  int line = 0;  // where it begins, from 1
};

enum class Escape : std::uint8_t { none, backslash, doubled };
enum class Extent : std::uint8_t { line, lines };  // whether a string may contain a line break

// One way to write a string.
struct Quote {
  std::string_view open;
  std::string_view close;
  Escape escape = Escape::backslash;
  Extent extent = Extent::line;
  std::string_view code = "";  // what begins code inside the string, such as "${"; it ends at the bracket that closes
};

class Lexer;
class Pace;

// What tables can say of a language. `special` sees each position first and takes what they cannot say.
struct Dialect {
  std::span<std::string_view const> line_comments;
  std::string_view block_open;  // "" = no block comments
  std::string_view block_close;
  bool blocks_nest = false;
  std::span<Quote const> quotes;  // a longer `open` stands before its own prefix
  std::string_view word_letters;  // letters of words besides letters, digits, _ and bytes above 127
  bool (*special)(Lexer& lexer) = nullptr;
};

class Lexer {
 public:
  Lexer(Dialect const& dialect, std::string_view source, Pace& pace)
      : dialect_(dialect), source_(source), pace_(pace) {}

  std::vector<Token> run();

  // For `special`.
  bool done() const { return at_ >= source_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool at(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  bool at_line_start() const { return at_ == 0 || source_[at_ - 1] == '\n'; }
  std::string_view rest() const { return source_.substr(at_); }
  void skip(std::size_t count);
  void skip_to(std::string_view stop);           // up to `stop`, or the end
  void skip_past(std::string_view stop);         // and over it
  void emit(TokenKind kind, std::size_t count);  // the next `count` bytes as one token
  // The quote's opening must be at the cursor; takes the whole string, and lexes code inside it.
  void take_string(Quote const& quote);
  // A heredoc: from the next line on, the lines up to one that, stripped, is `terminator` are a string.
  void expect_lines(std::string terminator) { expected_.push_back(std::move(terminator)); }
  std::size_t word_length() const;
  Token const* last() const { return tokens_.empty() ? nullptr : &tokens_.back(); }

 private:
  // Takes something, whatever stands at the cursor.
  void step();
  void take_one();
  bool take_comment();
  bool take_quote();
  void take_number();
  void take_expected_lines();
  void take_code_until_closed(char open, char close);
  bool is_word_letter(char letter) const;

  Dialect const& dialect_;
  std::string_view source_;
  Pace& pace_;
  std::size_t at_ = 0;
  int line_ = 1;
  int depth_ = 0;                      // of code in strings in code; bounded
  std::vector<std::string> expected_;  // terminators of heredocs that begin on the next line
  std::vector<Token> tokens_;
};

// Not for Language::shell, whose words need more than this (shell_lexer.h).
Dialect const& dialect_of(Language language);
std::vector<Token> lex(Language language, std::string_view source, Pace& pace);

}  // namespace decapod::scan
