#include "shell.h"

#include "pace.h"
#include "shell_lexer.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

namespace decapod::scan {
namespace {

// Scripts in scripts: beyond this they are taken as text.
constexpr int kDeepestScript = 16;

using Words = std::span<std::string_view const>;

bool is_one_of(std::string_view word, Words words) {
  return std::ranges::find(words, word) != words.end();
}

// Words after which another command begins.
constexpr auto kOpeners =
    std::to_array<std::string_view>({"then", "do", "else", "elif", "if", "while", "until", "!", "{", "time", "coproc"});

// Commands that run the command that follows them.
constexpr auto kPrefixes = std::to_array<std::string_view>(
    {"sudo",   "doas",   "env",    "exec",   "nohup", "nice",   "ionice",  "timeout", "xargs", "command",  "builtin",
     "stdbuf", "setsid", "strace", "ltrace", "flock", "chroot", "busybox", "rlwrap",  "watch", "parallel", "unshare"});

constexpr auto kOptionsWithValue = std::to_array<std::string_view>(
    {"-u", "-g", "-n", "-I", "-P", "-L", "-o", "-e", "-s", "-k", "-d", "-a", "-c", "--user", "--signal"});

constexpr auto kShells = std::to_array<std::string_view>({"sh", "bash", "dash", "zsh", "ksh", "su", "eval", "trap"});

constexpr auto kPrograms = std::to_array<std::string_view>({"sqlite3", "sqlite3.exe", "sqlcipher"});

std::string_view base_name(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool names_program(std::string_view word) {
  return is_one_of(base_name(word), kPrograms);
}

bool is_assignment(std::string_view word) {
  auto const equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  auto const name = word.substr(0, equals);
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+';
  });
}

// NAME of "$NAME", "${NAME}" or "${NAME[@]}"; "" otherwise.
std::string_view expanded_name(std::string_view word) {
  if (!word.starts_with('$')) return "";
  word.remove_prefix(1);
  if (word.starts_with('{')) word.remove_prefix(1);
  if (word.ends_with('}')) word.remove_suffix(1);
  if (word.ends_with("[@]") || word.ends_with("[*]")) word.remove_suffix(3);
  return word;
}

// "${SQLITE:-sqlite3}".
bool defaults_to_program(std::string_view word) {
  auto const dash = word.starts_with("${") ? word.find('-') : std::string_view::npos;
  return dash != std::string_view::npos && word.ends_with('}') &&
         names_program(word.substr(dash + 1, word.size() - dash - 2));
}

// Where the reader of a list of commands stands.
enum class Stand : std::uint8_t {
  command,    // the next word is a command
  prefixed,   // so it is, after the options of sudo and the like
  arguments,  // of a command that is of no interest
  patterns,   // between "case ... in" or ";;" and ")"
};

// What the readers of one script share.
struct Reading {
  Pace& pace;
  std::set<std::string, std::less<>> names;  // variables that hold the program's name
  ShellFindings found;
  int depth = 0;  // of scripts in scripts; bounded
};

void read_script(Reading& reading, std::string_view script, int first_line);

class Reader {
 public:
  Reader(ShellList const& list, Reading& reading) : list_(list), reading_(reading) {}

  void run() {
    for (at_ = 0; at_ < list_.size(); ++at_) {
      reading_.pace.step();
      auto const& token = list_[at_];
      if (token.kind == ShellKind::separator)
        separator(token.value);
      else if (token.kind == ShellKind::document)
        document(token);
      else if (token.kind == ShellKind::word)
        word(token);
    }
  }

 private:
  void separator(std::string_view value) {
    bool const after_pattern = value == ")" && stand_ == Stand::patterns;
    if (stand_ == Stand::patterns && !after_pattern) return;
    stand_ = cases_ > 0 && value.starts_with(";;") ? Stand::patterns : Stand::command;
    if (value != "\n") program_.clear();
  }

  void word(ShellToken const& token) {
    switch (stand_) {
      case Stand::command:
        return command(token);
      case Stand::prefixed:
        return prefixed(token);
      case Stand::arguments:
        return argument(token);
      case Stand::patterns:
        if (token.value == "esac") {
          --cases_;
          stand_ = Stand::arguments;
        }
        return;
    }
  }

  void command(ShellToken const& token) {
    std::string_view const value = token.value;
    if (is_assignment(value)) return assignment(token);
    if (is_one_of(value, kOpeners)) return;
    if (value == "esac" && cases_ > 0) --cases_;
    program_ = base_name(value);
    code_follows_ = program_ == "eval" || program_ == "trap";
    if (names_program(value) || defaults_to_program(value) || reading_.names.contains(expanded_name(value)))
      report(token);
    bool const prefix = is_one_of(program_, kPrefixes);
    operands_ = program_ == "timeout" || program_ == "flock" || program_ == "chroot" ? 1 : 0;
    stand_ = prefix ? Stand::prefixed : Stand::arguments;
  }

  // NAME=sqlite3, NAME=(sqlite3 ...): whoever expands NAME as a command runs it.
  void assignment(ShellToken const& token) {
    auto const equals = token.value.find('=');
    auto const name = token.value.substr(0, equals);
    std::string_view value = std::string_view(token.value).substr(equals + 1);
    bool const array = value.empty() && at_ + 1 < list_.size() && list_[at_ + 1].kind == ShellKind::element;
    if (array) value = list_[at_ + 1].value;
    value = value.substr(0, value.find(' '));
    if (names_program(value) || defaults_to_program(value)) reading_.names.insert(name);
  }

  void prefixed(ShellToken const& token) {
    std::string_view const value = token.value;
    if (program_ == "command" && (value == "-v" || value == "-V")) {
      stand_ = Stand::arguments;
    } else if (value.starts_with('-')) {
      auto const* next = at_ + 1 < list_.size() ? &list_[at_ + 1] : nullptr;
      bool const takes_value = program_ != "command" && is_one_of(value, kOptionsWithValue);
      if (takes_value && next != nullptr && next->kind == ShellKind::word && !names_program(next->value)) ++at_;
    } else if (is_assignment(value)) {
      return;
    } else if (operands_ > 0 && !names_program(value)) {
      --operands_;
    } else if (value.find(' ') != std::string_view::npos) {
      shell_text(token);  // watch "sqlite3 ..."
      stand_ = Stand::arguments;
    } else {
      command(token);
    }
  }

  void argument(ShellToken const& token) {
    std::string_view const value = token.value;
    if (program_ == "case" && value == "in") {
      ++cases_;
      stand_ = Stand::patterns;
    } else if (program_ == "alias") {
      auto const equals = value.find('=');
      auto const target = equals == std::string_view::npos ? "" : value.substr(equals + 1);
      if (names_program(target.substr(0, target.find(' ')))) report(token);
    } else if (program_ == "find" && (value == "-exec" || value == "-execdir" || value == "-ok")) {
      stand_ = Stand::command;
    } else if (is_one_of(program_, std::to_array<std::string_view>({"export", "local", "declare", "readonly"}))) {
      if (is_assignment(value)) assignment(token);
    } else if (code_follows_) {
      code(token);
      code_follows_ = program_ == "eval";
    } else {
      code_follows_ = value.starts_with('-') && !value.starts_with("--") && takes_code(value.back());
    }
  }

  bool takes_code(char option) const {
    if (is_one_of(program_, kShells)) return option == 'c';
    auto const language = language_run_by(program_);
    if (!language) return false;
    if (*language == Language::python) return option == 'c';
    return *language == Language::php ? option == 'r' : option == 'e' || option == 'p';
  }

  void code(ShellToken const& token) {
    auto const language = language_run_by(program_);
    if (language && *language != Language::shell) {
      reading_.found.embedded.push_back({*language, token.value, token.line});
    } else {
      shell_text(token);
    }
  }

  void document(ShellToken const& token) {
    auto const language = language_run_by(program_);
    if (!language) return;
    if (*language == Language::shell)
      shell_text(token);
    else
      reading_.found.embedded.push_back({*language, token.value, token.line});
  }

  void shell_text(ShellToken const& token) {
    if (reading_.depth < kDeepestScript) read_script(reading_, token.value, token.line);
  }

  void report(ShellToken const& token) {
    int last = token.line;
    for (auto next = at_; next < list_.size() && list_[next].kind != ShellKind::separator; ++next) {
      last = std::max(last, list_[next].line);
    }
    reading_.found.hits.push_back({token.line, last, "runs the sqlite3 program"});
  }

  ShellList const& list_;
  Reading& reading_;
  std::size_t at_ = 0;
  Stand stand_ = Stand::command;
  std::string program_;        // of the command whose words are being read; kept over the line break before a heredoc
  bool code_follows_ = false;  // the next argument is code
  int operands_ = 0;           // of a prefix, still to come before its command
  int cases_ = 0;
};

void read_script(Reading& reading, std::string_view script, int first_line) {
  ++reading.depth;
  for (auto const& list : lex_shell(script, first_line, reading.pace)) Reader(list, reading).run();
  --reading.depth;
}

}  // namespace

ShellFindings scan_shell(std::string_view script, Pace& pace) {
  Reading reading{.pace = pace, .names = {}, .found = {}};
  read_script(reading, script, 1);
  return std::move(reading.found);
}

}  // namespace decapod::scan
