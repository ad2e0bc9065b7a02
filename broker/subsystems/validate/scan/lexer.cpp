#include "lexer.h"

#include "pace.h"

#include <algorithm>
#include <utility>

namespace decapod::scan {
namespace {

constexpr int kDeepestCode = 16;  // strings in code in strings: beyond this it is taken as text

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         static_cast<unsigned char>(letter) > 127;
}

std::string_view stripped(std::string_view line) {
  auto const begin = std::min(line.find_first_not_of(" \t"), line.size());
  auto const end = line.find_last_not_of(" \t\r;,)");
  return end == std::string_view::npos || end < begin ? std::string_view() : line.substr(begin, end + 1 - begin);
}

}  // namespace

void Lexer::skip(std::size_t count) {
  auto const passed = source_.substr(at_, count);
  line_ += static_cast<int>(std::ranges::count(passed, '\n'));
  at_ += passed.size();
}

void Lexer::skip_to(std::string_view stop) {
  skip(rest().find(stop));
}

void Lexer::skip_past(std::string_view stop) {
  skip_to(stop);
  if (!done()) skip(stop.size());
}

void Lexer::emit(TokenKind kind, std::size_t count) {
  tokens_.push_back({kind, source_.substr(at_, count), line_});
  skip(count);
}

bool Lexer::is_word_letter(char letter) const {
  return is_letter(letter) || is_digit(letter) ||
         (letter != '\0' && dialect_.word_letters.find(letter) != std::string_view::npos);
}

std::size_t Lexer::word_length() const {
  std::size_t length = 0;
  while (at_ + length < source_.size() && is_word_letter(peek(length))) ++length;
  return length;
}

void Lexer::take_expected_lines() {
  skip(1);
  for (auto const& terminator : std::exchange(expected_, {})) {
    auto const text = rest();
    std::size_t begin = 0;
    std::size_t end = 0;
    while (begin < text.size()) {
      end = std::min(text.find('\n', begin), text.size());
      if (stripped(text.substr(begin, end - begin)) == terminator) break;
      begin = end + 1;
    }
    emit(TokenKind::text, begin);
    if (!done()) skip(end - begin);
  }
}

bool Lexer::take_comment() {
  for (auto const opener : dialect_.line_comments) {
    if (at(opener)) {
      skip_to("\n");
      return true;
    }
  }
  if (dialect_.block_open.empty() || !at(dialect_.block_open)) return false;
  int depth = 0;
  while (!done()) {
    if (at(dialect_.block_close)) {
      skip(dialect_.block_close.size());
      if (--depth <= 0) break;
    } else if (at(dialect_.block_open) && (depth == 0 || dialect_.blocks_nest)) {
      skip(dialect_.block_open.size());
      ++depth;
    } else {
      skip(1);
    }
  }
  return true;
}

bool Lexer::take_quote() {
  for (auto const& quote : dialect_.quotes) {
    if (at(quote.open)) {
      take_string(quote);
      return true;
    }
  }
  return false;
}

void Lexer::take_string(Quote const& quote) {
  skip(quote.open.size());
  std::size_t length = 0;
  bool pieces = false;
  auto const text = [&] { return rest().substr(length); };
  while (!text().empty()) {
    char const letter = text().front();
    if (quote.escape == Escape::doubled && text().starts_with(quote.close) &&
        text().substr(quote.close.size()).starts_with(quote.close)) {
      length += 2 * quote.close.size();
    } else if (text().starts_with(quote.close)) {
      break;
    } else if (!quote.code.empty() && depth_ < kDeepestCode && text().starts_with(quote.code)) {
      if (text().substr(quote.code.size()).starts_with(quote.code)) {  // f"{{": a bracket, not code
        length += 2 * quote.code.size();
        continue;
      }
      emit(TokenKind::text, length);
      skip(quote.code.size());
      char const open = quote.code.back();
      take_code_until_closed(open, open == '(' ? ')' : '}');
      length = 0;
      pieces = true;
    } else if (quote.escape == Escape::backslash && letter == '\\' && text().size() > 1) {
      length += 2;
    } else if (quote.extent == Extent::line && letter == '\n') {
      break;  // not closed: the rest of the file is code again
    } else {
      ++length;
    }
  }
  if (length > 0 || !pieces) emit(TokenKind::text, length);
  if (at(quote.close)) skip(quote.close.size());
}

void Lexer::take_code_until_closed(char open, char close) {
  ++depth_;
  int brackets = 1;
  while (!done()) {
    if (peek() == open) ++brackets;
    if (peek() == close && --brackets == 0) break;
    step();
  }
  if (!done()) skip(1);
  --depth_;
}

// Digits, with what may stand inside a number: 0x1F, 1'000, 1_000, 1.5e-3. Their value is of no interest.
void Lexer::take_number() {
  std::size_t length = 1;
  while (is_digit(peek(length)) || is_letter(peek(length)) ||
         ((peek(length) == '\'' || peek(length) == '.') && is_digit(peek(length + 1)))) {
    ++length;
  }
  emit(TokenKind::symbol, length);
}

void Lexer::take_one() {
  char const letter = peek();
  if (letter == '\n' && !expected_.empty()) return take_expected_lines();
  if (letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r') return skip(1);
  if (dialect_.special != nullptr && dialect_.special(*this)) return;
  if (take_comment() || take_quote()) return;
  if (is_digit(letter)) return take_number();
  if (auto const length = word_length()) return emit(TokenKind::word, length);
  emit(TokenKind::symbol, 1);
}

void Lexer::step() {
  pace_.step();
  auto const before = at_;
  take_one();
  if (at_ == before) skip(1);
}

std::vector<Token> Lexer::run() {
  tokens_.reserve(source_.size() / 6);
  while (!done()) step();
  return std::move(tokens_);
}

std::vector<Token> lex(Language language, std::string_view source, Pace& pace) {
  return Lexer(dialect_of(language), source, pace).run();
}

}  // namespace decapod::scan
