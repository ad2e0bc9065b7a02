#include <decapod/scan/scan.h>

#include "drivers.h"
#include "pace.h"
#include "pattern.h"
#include "programs.h"
#include "shell.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <unordered_map>

namespace decapod::scan {
namespace {

struct Rule {
  std::vector<Element> pattern;
  Driver driver;
};

// The rules of one language. Those that begin with a word are found by it.
struct RuleBook {
  std::unordered_map<std::string_view, std::vector<Rule>> by_word;
  std::vector<Rule> others;
};

constexpr std::size_t kLanguages = static_cast<std::size_t>(Language::shell) + 1;

RuleBook make_book(Language language) {
  RuleBook book;
  auto const add = [&](Driver const& driver) {
    Rule rule{parse_pattern(driver.pattern), driver};
    if (rule.pattern.front().kind == Element::Kind::word) {
      book.by_word[rule.pattern.front().value].push_back(std::move(rule));
    } else {
      book.others.push_back(std::move(rule));
    }
  };
  for (auto const& driver : drivers_of_all()) add(driver);
  for (auto const& driver : drivers_of(language)) add(driver);
  return book;
}

bool is_word(Token const& token, std::string_view word) {
  return token.kind == TokenKind::word && token.text == word;
}
bool is_symbol(Token const& token, std::string_view symbol) {
  return token.kind == TokenKind::symbol && token.text == symbol;
}

// `sqlite3 as db`, `using Db = a.b.SqliteConnection;`, `type Db = rusqlite::Connection`.
void bind_renamed(std::span<Token const> tokens, Aliases& aliases) {
  for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
    auto const& token = tokens[at];
    if (token.kind == TokenKind::word && is_word(tokens[at + 1], "as") && tokens[at + 2].kind == TokenKind::word) {
      aliases.emplace(tokens[at + 2].text, token.text);
    }
    bool const declares = is_word(token, "using") || is_word(token, "typealias") || is_word(token, "type");
    if (!declares || tokens[at + 1].kind != TokenKind::word || !is_symbol(tokens[at + 2], "=")) continue;
    std::string_view last;
    for (auto next = at + 3; next < tokens.size() && tokens[next].line == token.line; ++next) {
      if (tokens[next].kind == TokenKind::word)
        last = tokens[next].text;
      else if (!is_symbol(tokens[next], ".") && !is_symbol(tokens[next], ":"))
        break;
    }
    if (!last.empty()) aliases.emplace(tokens[at + 1].text, last);
  }
}

// `import lite "zombiezen.com/go/sqlite"`.
void bind_go_imports(std::span<Token const> tokens, Aliases& aliases) {
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    bool const path = tokens[at].kind == TokenKind::text && tokens[at].text.find('/') != std::string_view::npos;
    if (!path || tokens[at - 1].kind != TokenKind::word || tokens[at - 1].line != tokens[at].line) continue;
    auto const package = tokens[at].text.substr(tokens[at].text.rfind('/') + 1);
    if (package.find("sqlite") != std::string_view::npos || package == "sql") {
      aliases.emplace(tokens[at - 1].text, package == "go-sqlite3" ? "sqlite3" : package);
    }
  }
}

// The names that the statement around the package's string binds: { A, B as C }, D, * as E.
void bind_statement(std::span<Token const> tokens, std::size_t package, Aliases& aliases) {
  for (std::size_t back = 1; back <= 40 && back <= package; ++back) {
    auto const& token = tokens[package - back];
    if (is_symbol(token, ";") || token.kind == TokenKind::text) return;
    if (is_word(token, "import") && back > 2) return;
    if (is_word(token, "const") || is_word(token, "let") || is_word(token, "var")) return;
    static constexpr auto kNoNames =
        std::to_array<std::string_view>({"from", "require", "await", "import", "as", "type"});
    if (token.kind != TokenKind::word || std::ranges::find(kNoNames, token.text) != kNoNames.end()) continue;
    bool const renamed = package - back + 1 < tokens.size() && is_word(tokens[package - back + 1], "as");
    bool const member = package > back && is_symbol(tokens[package - back - 1], ".");
    if (!renamed && !member) aliases.insert_or_assign(token.text, "@sqlite");
  }
}

void bind_javascript_imports(std::vector<Token>& tokens, Aliases& aliases) {
  for (std::size_t at = 1; at < tokens.size(); ++at) {
    if (tokens[at].kind != TokenKind::text || !is_javascript_driver(tokens[at].text)) continue;
    bool const imports = is_word(tokens[at - 1], "from") || is_symbol(tokens[at - 1], "(");
    bool const calls = at > 1 && is_symbol(tokens[at - 1], "(") &&
                       (is_word(tokens[at - 2], "require") || is_word(tokens[at - 2], "import") ||
                        is_word(tokens[at - 2], "getBuiltinModule"));
    if (!imports || (is_symbol(tokens[at - 1], "(") && !calls)) continue;
    bind_statement(tokens, at, aliases);
    tokens[at].text = "@sqlite";
  }
}

Aliases bind(Language language, std::vector<Token>& tokens) {
  Aliases aliases;
  bind_renamed(tokens, aliases);
  if (language == Language::go) bind_go_imports(tokens, aliases);
  if (language == Language::javascript) bind_javascript_imports(tokens, aliases);
  return aliases;
}

bool mentions(std::span<Token const> tokens, std::string_view needed) {
  return needed.empty() || std::ranges::any_of(tokens, [&](Token const& token) {
           return token.kind != TokenKind::symbol && token.text.find(needed) != std::string_view::npos;
         });
}

// The line on which the brackets that open on the line of `at` are closed again.
int end_of_call(std::span<Token const> tokens, std::size_t at) {
  constexpr std::size_t kFurthest = 200;
  int open = 0;
  int line = tokens[at].line;
  for (auto next = at; next < tokens.size() && next < at + kFurthest; ++next) {
    if (open == 0 && tokens[next].line != line) break;
    if (is_symbol(tokens[next], "(") || is_symbol(tokens[next], "{")) ++open;
    if (is_symbol(tokens[next], ")") || is_symbol(tokens[next], "}")) --open;
    if (open < 0 || is_symbol(tokens[next], ";")) break;
    line = tokens[next].line;
  }
  return line;
}

// The code that a rule covers, as it reads in the file.
std::string quoted(std::span<Token const> tokens) {
  std::string text;
  for (auto const& token : tokens) {
    bool const blank = token.kind == TokenKind::word && !text.empty() && (std::isalnum(text.back()) != 0);
    if (blank) text += ' ';
    if (token.kind == TokenKind::text)
      text.append("\"").append(token.text.substr(0, 40)) += '"';
    else
      text.append(token.text);
  }
  return text;
}

class TokenScan {
 public:
  TokenScan(RuleBook const& book, Aliases const& aliases, std::span<Token const> tokens, Pace& pace)
      : book_(book), aliases_(aliases), tokens_(tokens), pace_(pace) {}

  std::vector<Hit> run() {
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      pace_.step();
      auto const& token = tokens_[at];
      if (token.kind == TokenKind::word)
        try_word(at);
      else
        try_all(book_.others, at);
      if (token.kind != TokenKind::text) continue;
      if (auto what = open_by_string(tokens_, at, pace_); !what.empty()) add(at, 1, std::move(what));
    }
    return std::move(hits_);
  }

 private:
  void try_word(std::size_t at) {
    auto const alias = aliases_.find(tokens_[at].text);
    auto const rules = book_.by_word.find(alias == aliases_.end() ? tokens_[at].text : alias->second);
    if (rules != book_.by_word.end()) try_all(rules->second, at);
  }

  void try_all(std::vector<Rule> const& rules, std::size_t at) {
    for (auto const& rule : rules) {
      auto const covered = match(rule.pattern, tokens_, at, aliases_);
      if (covered == 0 || !is_mentioned(rule.driver.needs)) continue;
      return add(at, covered, "opens SQLite: " + quoted(tokens_.subspan(at, covered)));
    }
  }

  // Looked for once: a rule may match at every other token.
  bool is_mentioned(std::string_view needed) {
    auto const [known, unknown] = mentioned_.try_emplace(needed, false);
    if (unknown) known->second = mentions(tokens_, needed);
    return known->second;
  }

  void add(std::size_t at, std::size_t covered, std::string what) {
    int const line = tokens_[at].line;
    if (!hits_.empty() && hits_.back().line == line) return;
    hits_.push_back({line, end_of_call(tokens_, at + covered - 1), std::move(what)});
  }

  RuleBook const& book_;
  Aliases const& aliases_;
  std::span<Token const> tokens_;
  Pace& pace_;
  std::vector<Hit> hits_;
  std::map<std::string_view, bool> mentioned_;
};

// Nearly every file says none of these, and is not looked at any closer.
bool may_open(std::string_view text) {
  static constexpr auto kSigns = std::to_array<std::string_view>(
      {"qlite", "QLite", "QLITE", "sqlcipher", "libsql", "apsw", "sql.js", "initSqlJs", "GRDB", "FMDatabase",
       "databaseBuilder", "malgalite", "Extralite", "gosqlite", "openOrCreateDatabase", "Blackbird"});
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return text.find(sign) != std::string_view::npos; });
}

}  // namespace

struct Scanner::Rules {
  std::array<RuleBook, kLanguages> books;
};

Scanner::Scanner() {
  auto rules = std::make_unique<Rules>();
  for (std::size_t i = 0; i < kLanguages; ++i) rules->books[i] = make_book(static_cast<Language>(i));
  rules_ = std::move(rules);
}
Scanner::~Scanner() = default;
Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;

std::optional<std::vector<Hit>> Scanner::scan(Language language, std::string_view text, Expired const& expired) const {
  try {
    Pace pace(expired);
    return scan_at(pace, language, text);
  } catch (TimeIsUp const&) {
    return std::nullopt;
  }
}

std::vector<Hit> Scanner::scan(Language language, std::string_view text) const {
  Expired const never;
  Pace pace(never);
  return scan_at(pace, language, text);
}

std::vector<Hit> Scanner::scan_at(Pace& pace, Language language, std::string_view text) const {
  if (!may_open(text)) return {};
  std::vector<Hit> hits;
  if (language == Language::shell) {
    auto found = scan_shell(text, pace);
    hits = std::move(found.hits);
    for (auto const& code : found.embedded) {
      for (auto& hit : scan_at(pace, code.language, code.text)) {
        hits.push_back({hit.line + code.line - 1, hit.last_line + code.line - 1, std::move(hit.what)});
      }
    }
  } else {
    auto tokens = lex(language, text, pace);
    auto const aliases = bind(language, tokens);
    hits = TokenScan(rules_->books[static_cast<std::size_t>(language)], aliases, tokens, pace).run();
  }
  std::ranges::stable_sort(hits, {}, &Hit::line);
  auto const same_line = [](Hit const& one, Hit const& other) { return one.line == other.line; };
  hits.erase(std::unique(hits.begin(), hits.end(), same_line), hits.end());
  return hits;
}

bool names_own_store(std::string_view text, Hit const& hit) {
  int line = 1;
  while (!text.empty() && line <= hit.last_line) {
    auto const end = std::min(text.find('\n'), text.size());
    auto const words = text.substr(0, end);
    bool const named =
        words.find("decapod.db") != std::string_view::npos || words.find(".decapod/data") != std::string_view::npos;
    if (line >= hit.line && named) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
  }
  return false;
}

bool is_binary(std::string_view content) {
  return content.substr(0, 8192).find('\0') != std::string_view::npos;
}

}  // namespace decapod::scan
