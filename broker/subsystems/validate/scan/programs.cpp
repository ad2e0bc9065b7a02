#include "programs.h"

#include "shell.h"

#include <algorithm>
#include <array>

namespace decapod::scan {
namespace {

using Words = std::span<std::string_view const>;

// Names of calls that start a program or a shell.
constexpr auto kSpawners = std::to_array<std::string_view>({"system",
                                                            "popen",
                                                            "_popen",
                                                            "wpopen",
                                                            "execl",
                                                            "execlp",
                                                            "execle",
                                                            "execv",
                                                            "execvp",
                                                            "execve",
                                                            "execvpe",
                                                            "posix_spawn",
                                                            "posix_spawnp",
                                                            "spawnl",
                                                            "spawnlp",
                                                            "spawnv",
                                                            "spawnvp",
                                                            "Command",
                                                            "Popen",
                                                            "run",
                                                            "call",
                                                            "check_call",
                                                            "check_output",
                                                            "getoutput",
                                                            "getstatusoutput",
                                                            "create_subprocess_exec",
                                                            "create_subprocess_shell",
                                                            "spawn",
                                                            "spawnSync",
                                                            "exec",
                                                            "execSync",
                                                            "execFile",
                                                            "execFileSync",
                                                            "execa",
                                                            "execaSync",
                                                            "execaCommand",
                                                            "ProcessBuilder",
                                                            "Process",
                                                            "ProcessStartInfo",
                                                            "Start",
                                                            "shell_exec",
                                                            "passthru",
                                                            "proc_open",
                                                            "pcntl_exec",
                                                            "capture2",
                                                            "capture2e",
                                                            "capture3",
                                                            "popen2",
                                                            "popen3",
                                                            "pipeline",
                                                            "CommandContext",
                                                            "StartProcess",
                                                            "start",
                                                            "startDetached",
                                                            "child",
                                                            "cmd",
                                                            "sh",
                                                            "CreateProcess",
                                                            "CreateProcessA",
                                                            "CreateProcessW",
                                                            "ShellExecute",
                                                            "Exec",
                                                            "WinExec",
                                                            "URL"});
// Calls that add to a command: what they add must be a command with arguments of its own.
constexpr auto kAdders = std::to_array<std::string_view>({"arg", "args", "of", "asList", "arrayOf", "listOf"});
// Properties that name the program to start.
constexpr auto kProperties = std::to_array<std::string_view>(
    {"executableURL", "launchPath", "FileName", "Arguments", "arguments", "fileURLWithPath"});

constexpr std::size_t kFurthestBack = 64;

bool is_one_of(std::string_view word, Words words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_symbol(Token const& token, char symbol) {
  return token.kind == TokenKind::symbol && token.text.size() == 1 && token.text[0] == symbol;
}

enum class Call : std::uint8_t { none, adds, starts };

// Whether no other string stands before this one between the same brackets: the first names the program, the rest are
// its arguments.
bool is_first_string(std::span<Token const> tokens, std::size_t at) {
  for (std::size_t back = 1; back <= kFurthestBack && back <= at; ++back) {
    auto const& token = tokens[at - back];
    if (token.kind == TokenKind::text) return false;
    if (token.kind == TokenKind::symbol && std::string_view("([{;=").find(token.text) != std::string_view::npos) break;
  }
  return true;
}

// The name before the bracket at `bracket`, and what it is a member of: subprocess.run, Command::new.
Call call_before(std::span<Token const> tokens, std::size_t bracket) {
  auto call = Call::none;
  for (std::size_t back = 1; back <= 6 && back <= bracket; ++back) {
    auto const& token = tokens[bracket - back];
    if (token.kind == TokenKind::word) {
      if (is_one_of(token.text, kSpawners)) return Call::starts;
      if (is_one_of(token.text, kAdders)) call = Call::adds;
      bool const joined = back < bracket && tokens[bracket - back - 1].kind == TokenKind::symbol &&
                          std::string_view(".:!>?").find(tokens[bracket - back - 1].text) != std::string_view::npos;
      if (!joined) return call;
    } else if (token.kind == TokenKind::text || std::string_view(".:!>-?").find(token.text) == std::string_view::npos) {
      return call;
    }
  }
  return call;
}

// Whether the string stands among the arguments of something that starts a program.
Call enclosing_call(std::span<Token const> tokens, std::size_t at) {
  if (at == 0) return Call::none;
  auto const& before = tokens[at - 1];
  if (is_symbol(before, '`') || before.text == "%x") return Call::starts;
  if (before.kind == TokenKind::word && is_one_of(before.text, kSpawners)) return Call::starts;  // ruby: system "..."
  int closed = 0;
  auto best = Call::none;
  for (std::size_t back = 1; back <= kFurthestBack && back <= at; ++back) {
    auto const index = at - back;
    auto const& token = tokens[index];
    if (token.kind != TokenKind::symbol || token.text.size() != 1) continue;
    char const symbol = token.text[0];
    if (symbol == ';') break;
    if (symbol == ')' || symbol == ']' || symbol == '}') ++closed;
    bool const assigned = symbol == '=' && closed == 0 && index > 0;
    if (assigned && is_one_of(tokens[index - 1].text, kProperties)) return Call::starts;
    if (symbol != '(' && symbol != '[' && symbol != '{') continue;
    if (closed-- > 0) continue;
    closed = 0;
    auto const call = call_before(tokens, index);
    if (call == Call::starts) return call;
    if (call == Call::adds) best = call;
  }
  return best;
}

bool runs_program(std::span<Token const> tokens, std::size_t at, Pace& pace) {
  auto const text = tokens[at].text;
  if (text.find("sqlite3") == std::string_view::npos && text.find("sqlcipher") == std::string_view::npos) return false;
  auto const call = enclosing_call(tokens, at);
  bool const with_arguments = text.find(' ') != std::string_view::npos;
  if (call == Call::none || (call == Call::adds && !with_arguments)) return false;
  if (!with_arguments && !is_first_string(tokens, at)) return false;
  return !scan_shell(text, pace).hits.empty();
}

// jdbc:sqlite:, sqlite://, sqlite+aiosqlite:///, sqlite3:x; not "sqlite: it failed".
bool is_address(std::string_view text) {
  if (text.starts_with("jdbc:")) text.remove_prefix(5);
  if (!text.starts_with("sqlite")) return false;
  auto const colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  auto const scheme = text.substr(6, colon - 6);
  bool const known = scheme.empty() || scheme == "3" || scheme.starts_with('+');
  auto const rest = text.substr(colon + 1);
  if (!known || scheme.find(' ') != std::string_view::npos) return false;
  return !rest.starts_with(' ') && !rest.starts_with(':');  // prose; a name in C++
}

// "libsqlite3.so.0", "/usr/lib/libsqlite3.dylib", "sqlite3.dll"; not the archive that a build links.
bool is_library(std::string_view text) {
  if (text.size() > 256 || text.find(' ') != std::string_view::npos) return false;
  auto const slash = text.find_last_of("/\\");
  auto const name = slash == std::string_view::npos ? text : text.substr(slash + 1);
  auto rest = name;
  bool const prefixed = rest.starts_with("lib");
  if (prefixed) rest.remove_prefix(3);
  for (std::string_view const variant : {"win", "e_"}) {
    if (rest.starts_with(variant)) rest.remove_prefix(variant.size());
  }
  for (std::string_view const stem : {"sqlite3", "sqlcipher"}) {
    if (!rest.starts_with(stem)) continue;
    auto const suffix = rest.substr(stem.size());
    if (suffix.empty()) return prefixed;
    return suffix.starts_with(".so") || suffix == ".dll" || (suffix.starts_with('.') && suffix.ends_with(".dylib"));
  }
  return false;
}

// dlsym(library, "sqlite3_open_v2") and its like: an argument or an index.
bool is_symbol_name(std::span<Token const> tokens, std::size_t at) {
  auto text = tokens[at].text;
  if (text.ends_with("\\0")) text.remove_suffix(2);
  if (text != "sqlite3_open" && text != "sqlite3_open_v2" && text != "sqlite3_open16") return false;
  if (at == 0) return false;
  auto const& before = tokens[at - 1];
  return is_symbol(before, '(') || is_symbol(before, ',') || is_symbol(before, '[') || before.text == "b";
}

}  // namespace

std::string open_by_string(std::span<Token const> tokens, std::size_t at, Pace& pace) {
  auto const text = tokens[at].text;
  if (is_symbol_name(tokens, at)) return "looks up " + std::string(text) + " in a library";
  if (is_library(text)) return "loads the SQLite library";
  if (is_address(text)) return "opens " + std::string(text.substr(0, text.find(':') + 1)) + " as a database";
  if (runs_program(tokens, at, pace)) return "runs the sqlite3 program";
  return "";
}

}  // namespace decapod::scan
