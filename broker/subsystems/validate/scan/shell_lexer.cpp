#include "shell_lexer.h"

#include "pace.h"

#include <algorithm>
#include <utility>

namespace decapod::scan {
namespace {

constexpr int kDeepest = 16;

struct Heredoc {
  std::string terminator;
  bool strip_tabs = false;
};

class ShellLexer {
 public:
  ShellLexer(std::string_view source, int first_line, Pace& pace) : source_(source), line_(first_line), pace_(pace) {}

  std::vector<ShellList> run() {
    lists_.emplace_back();
    take_list(0);
    return std::move(lists_);
  }

 private:
  bool done() const { return at_ >= source_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool at(std::string_view text) const { return source_.substr(at_).starts_with(text); }

  void skip(std::size_t count) {
    pace_.step();
    auto const passed = source_.substr(at_, count);
    line_ += static_cast<int>(std::ranges::count(passed, '\n'));
    at_ += passed.size();
  }
  void skip_past(std::string_view stop) {
    auto const found = source_.find(stop, at_);
    skip(found == std::string_view::npos ? source_.size() - at_ : found + stop.size() - at_);
  }

  void add(std::size_t list, ShellKind kind, std::string value) {
    lists_[list].push_back({kind, std::move(value), line_});
  }

  void take_list(std::size_t list);
  bool take_blank();
  bool take_separator(std::size_t list, int& brackets, int& cases);
  void take_redirection(std::size_t list);
  void take_documents(std::size_t list);
  void take_array(std::size_t list);
  std::string take_word();
  void take_double_quoted(std::string& word);
  bool take_substitution(std::string& word);
  void take_braces(std::string& word);
  void take_nested(std::size_t opening, char close);

  std::string_view source_;
  std::size_t at_ = 0;
  int line_;
  Pace& pace_;
  int depth_ = 0;
  char close_ = '\0';  // of the list that is being taken
  std::vector<Heredoc> heredocs_;
  std::vector<ShellList> lists_;
};

void ShellLexer::take_nested(std::size_t opening, char close) {
  skip(opening);
  if (depth_ >= kDeepest) return;
  ++depth_;
  lists_.emplace_back();
  auto const outer = std::exchange(close_, close);
  take_list(lists_.size() - 1);
  close_ = outer;
  --depth_;
}

bool ShellLexer::take_substitution(std::string& word) {
  if (at("$((")) {
    skip_past("))");
    word += "$(())";
  } else if (at("$(") || at("<(") || at(">(")) {
    take_nested(2, ')');
    word += "$()";
  } else if (peek() == '`') {
    take_nested(1, '`');
    word += "$()";
  } else if (at("${")) {
    take_braces(word);
  } else {
    return false;
  }
  return true;
}

// "${NAME:-value}", kept as written.
void ShellLexer::take_braces(std::string& word) {
  int open = 0;
  while (!done()) {
    char const letter = peek();
    if (letter == '{') ++open;
    if (letter == '$' && peek(1) != '{' && take_substitution(word)) continue;
    if (letter == '\\') skip(1);
    if (letter != '"' && letter != '\'') word += peek();
    skip(1);
    if (letter == '}' && --open == 0) return;
  }
}

void ShellLexer::take_double_quoted(std::string& word) {
  skip(1);
  while (!done() && peek() != '"') {
    if (take_substitution(word)) continue;
    if (peek() == '\\') skip(1);
    word += peek();
    skip(1);
  }
  skip(1);
}

std::string ShellLexer::take_word() {
  std::string word;
  while (!done()) {
    char const letter = peek();
    if (std::string_view(" \t\r\n;&|()<>").find(letter) != std::string_view::npos) break;
    if (letter == '`' && close_ == '`') break;
    if (letter == '\'' || at("$'")) {
      bool const escapes = letter == '$';
      for (skip(escapes ? 2 : 1); !done() && peek() != '\''; skip(1)) {
        if (escapes && peek() == '\\') skip(1);
        word += peek();
      }
      skip(1);
    } else if (letter == '"' || at("$\"")) {
      if (letter == '$') skip(1);
      take_double_quoted(word);
    } else if (letter == '\\') {
      if (peek(1) != '\n') word += peek(1);
      skip(2);
    } else if (!take_substitution(word)) {
      word += letter;
      skip(1);
    }
  }
  return word;
}

void ShellLexer::take_documents(std::size_t list) {
  for (auto const& heredoc : std::exchange(heredocs_, {})) {
    int const line = line_;
    std::string body;
    while (!done()) {
      auto const end = std::min(source_.find('\n', at_), source_.size());
      auto text = source_.substr(at_, end - at_);
      if (heredoc.strip_tabs) text.remove_prefix(std::min(text.find_first_not_of('\t'), text.size()));
      skip(end + 1 - at_);
      if (text == heredoc.terminator) break;
      body.append(text) += '\n';
    }
    lists_[list].push_back({ShellKind::document, std::move(body), line});
  }
}

void ShellLexer::take_redirection(std::size_t list) {
  if (at("<<<")) return skip(3);
  if (at("<<")) {
    bool const strip = peek(2) == '-';
    skip(strip ? 3 : 2);
    while (peek() == ' ' || peek() == '\t') skip(1);
    auto terminator = take_word();
    if (!terminator.empty()) heredocs_.push_back({std::move(terminator), strip});
    return;
  }
  std::string target;
  if (at("<(") || at(">(")) {
    take_substitution(target);
    return add(list, ShellKind::word, target);
  }
  while (peek() == '<' || peek() == '>' || peek() == '&' || peek() == '|') skip(1);
  while (peek() == ' ' || peek() == '\t') skip(1);
  take_word();  // a file: no command, whatever its name
}

void ShellLexer::take_array(std::size_t list) {
  skip(1);
  while (!done() && peek() != ')') {
    if (take_blank()) continue;
    if (peek() == '\n') {
      skip(1);
      continue;
    }
    auto const before = at_;
    auto word = take_word();
    if (at_ == before)
      skip(1);
    else
      add(list, ShellKind::element, std::move(word));
  }
  skip(1);
}

// Blanks, comments, lines that go on.
bool ShellLexer::take_blank() {
  if (peek() == ' ' || peek() == '\t' || peek() == '\r') {
    skip(1);
    return true;
  }
  if (at("\\\n")) {
    skip(2);
    return true;
  }
  bool const begins_word = at_ == 0 || std::string_view(" \t\n;&|()`").find(source_[at_ - 1]) != std::string_view::npos;
  if (peek() == '#' && begins_word) {
    auto const end = std::min(source_.find('\n', at_), source_.size());
    skip(end - at_);
    return true;
  }
  return false;
}

bool ShellLexer::take_separator(std::size_t list, int& brackets, int& cases) {
  for (std::string_view const separator : {";;&", ";;", ";&", "&&", "||", "|&", ";", "&", "|", "("}) {
    if (!at(separator)) continue;
    if (separator == "(") ++brackets;
    add(list, ShellKind::separator, std::string(separator));
    skip(separator.size());
    return true;
  }
  if (peek() == ')') {
    bool const ends_pattern = brackets == 0 && cases > 0;
    if (!ends_pattern && brackets == 0 && close_ == ')') return false;
    if (!ends_pattern && brackets > 0) --brackets;
    add(list, ShellKind::separator, ")");
    skip(1);
    return true;
  }
  if (peek() != '\n') return false;
  add(list, ShellKind::separator, "\n");
  skip(1);
  take_documents(list);
  return true;
}

void ShellLexer::take_list(std::size_t list) {
  int brackets = 0;
  int cases = 0;
  while (!done()) {
    pace_.step();
    if (take_blank()) continue;
    if (close_ == '`' && peek() == '`') break;
    if (at("((")) {
      skip_past("))");
      continue;
    }
    if (at("&>")) skip(1);
    if (take_separator(list, brackets, cases)) continue;
    if (peek() == ')' && close_ == ')') break;
    if (peek() == '<' || peek() == '>') {
      take_redirection(list);
      continue;
    }
    int const line = line_;
    auto const before = at_;
    auto word = take_word();
    if (at_ == before) {
      skip(1);
      continue;
    }
    if (word == "case") ++cases;
    if (word == "esac" && cases > 0) --cases;
    bool const array = word.ends_with('=') && peek() == '(';
    lists_[list].push_back({ShellKind::word, std::move(word), line});
    if (array) take_array(list);
  }
  skip(1);
}

}  // namespace

std::vector<ShellList> lex_shell(std::string_view source, int first_line, Pace& pace) {
  return ShellLexer(source, first_line, pace).run();
}

}  // namespace decapod::scan
