#include "git_config.h"

#include <decapod/base/descriptor.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

namespace decapod::cli {
namespace {

constexpr std::size_t kSmallFileBytes = 1024 * 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  auto const first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool same_word(std::string_view a, std::string_view lower) {
  return std::ranges::equal(
      a, lower, [](char x, char y) { return static_cast<char>(std::tolower(static_cast<unsigned char>(x))) == y; });
}

// A value without its quotes, escapes and trailing comment.
std::string plain_value(std::string_view text) {
  std::string value;
  std::size_t kept = 0;  // trailing blanks outside quotes do not count
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (c == '"') {
      quoted = !quoted;
      kept = value.size();
      continue;
    }
    if (!quoted && (c == '#' || c == ';')) break;
    bool const escaped = c == '\\' && i + 1 < text.size();
    value += escaped ? text[++i] : c;
    if (quoted || escaped || (c != ' ' && c != '\t')) kept = value.size();
  }
  value.resize(kept);
  return value;
}

}  // namespace

std::optional<std::string> small_file(std::string const& path) {
  Descriptor const file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (!file || fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  if (facts.st_size > static_cast<off_t>(kSmallFileBytes)) return std::nullopt;
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    auto const got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

std::optional<std::string> git_setting(std::string_view config, std::string_view section, std::string_view key) {
  std::optional<std::string> found;
  bool inside = false;
  while (!config.empty()) {
    auto const end = config.find('\n');
    auto line = trimmed(config.substr(0, end));
    config.remove_prefix(end == std::string_view::npos ? config.size() : end + 1);
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      auto const close = line.find(']');
      if (close == std::string_view::npos) continue;
      inside = same_word(trimmed(line.substr(1, close - 1)), section);
      line = trimmed(line.substr(close + 1));
      if (line.empty()) continue;
    }
    auto const equals = line.find('=');
    if (!inside || !same_word(trimmed(line.substr(0, equals)), key)) continue;
    found = equals == std::string_view::npos ? "true" : plain_value(trimmed(line.substr(equals + 1)));
  }
  return found;
}

std::optional<std::string> git_setting_in(std::string const& path, std::string_view section, std::string_view key) {
  auto const text = small_file(path);
  return text ? git_setting(*text, section, key) : std::nullopt;
}

}  // namespace decapod::cli
