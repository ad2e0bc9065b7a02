#include <decapod/scan/language.h>

#include <algorithm>
#include <array>
#include <string>

namespace decapod::scan {
namespace {

struct Known {
  std::string_view name;
  Language language;
};

using enum Language;

constexpr auto kExtensions = std::to_array<Known>({
    {"c", c},
    {"h", c},
    {"cc", c},
    {"cpp", c},
    {"cxx", c},
    {"c++", c},
    {"hh", c},
    {"hpp", c},
    {"hxx", c},
    {"h++", c},
    {"ipp", c},
    {"inl", c},
    {"tpp", c},
    {"ixx", c},
    {"cppm", c},
    {"m", c},
    {"mm", c},
    {"def", c},
    {"cu", c},
    {"rs", rust},
    {"py", python},
    {"pyi", python},
    {"pyx", python},
    {"pyw", python},
    {"js", javascript},
    {"mjs", javascript},
    {"cjs", javascript},
    {"jsx", javascript},
    {"ts", javascript},
    {"mts", javascript},
    {"cts", javascript},
    {"tsx", javascript},
    {"vue", javascript},
    {"svelte", javascript},
    {"go", go},
    {"java", java},
    {"scala", java},
    {"groovy", java},
    {"gradle", java},
    {"kt", kotlin},
    {"kts", kotlin},
    {"cs", csharp},
    {"csx", csharp},
    {"rb", ruby},
    {"rake", ruby},
    {"gemspec", ruby},
    {"ru", ruby},
    {"php", php},
    {"phtml", php},
    {"php5", php},
    {"swift", swift},
    {"sh", shell},
    {"bash", shell},
    {"zsh", shell},
    {"ksh", shell},
    {"bats", shell},
});

constexpr auto kNames = std::to_array<Known>({
    {"Rakefile", ruby},
    {"Gemfile", ruby},
    {"Vagrantfile", ruby},
    {".bashrc", shell},
    {".profile", shell},
    {".envrc", shell},
    {".zshrc", shell},
});

constexpr auto kInterpreters = std::to_array<Known>({
    {"sh", shell},          {"bash", shell},     {"dash", shell},      {"zsh", shell},          {"ksh", shell},
    {"bats", shell},        {"busybox", shell},  {"python", python},   {"pypy", python},        {"node", javascript},
    {"nodejs", javascript}, {"bun", javascript}, {"deno", javascript}, {"ts-node", javascript}, {"tsx", javascript},
    {"ruby", ruby},         {"php", php},        {"swift", swift},     {"kotlin", kotlin},      {"groovy", java},
});

template <std::size_t N>
std::optional<Language> find(std::array<Known, N> const& table, std::string_view name) {
  auto const row = std::ranges::find(table, name, &Known::name);
  if (row == table.end()) return std::nullopt;
  return row->language;
}

std::string_view file_name(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view next_word(std::string_view& line) {
  auto const begin = std::min(line.find_first_not_of(" \t"), line.size());
  auto const end = std::min(line.find_first_of(" \t\r", begin), line.size());
  auto const word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

}  // namespace

std::optional<Language> language_of_name(std::string_view path) {
  auto const name = file_name(path);
  if (auto const known = find(kNames, name)) return known;
  auto const dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  std::string extension(name.substr(dot + 1));
  std::ranges::transform(extension, extension.begin(),
                         [](char letter) { return letter >= 'A' && letter <= 'Z' ? char(letter + 32) : letter; });
  if (extension == "in") return language_of_name(name.substr(0, dot));  // a template: config.h.in is C
  return find(kExtensions, extension);
}

bool may_be_script(std::string_view path) {
  auto const name = file_name(path);
  auto const dot = name.rfind('.');
  return (dot == std::string_view::npos || dot == 0) && !find(kNames, name);
}

std::optional<Language> language_run_by(std::string_view program) {
  auto name = file_name(program);
  if (auto const known = find(kInterpreters, name)) return known;
  name = name.substr(0, name.find_last_not_of("0123456789.") + 1);  // python3.11, ruby3.1
  return find(kInterpreters, name);
}

std::optional<Language> language_of_interpreter(std::string_view content) {
  if (!content.starts_with("#!")) return std::nullopt;
  auto line = content.substr(2, content.find('\n') - 2);
  auto word = next_word(line);
  if (file_name(word) == "env") {
    word = next_word(line);
    while (word.starts_with('-') || word.find('=') != std::string_view::npos) word = next_word(line);
  }
  return language_run_by(word);
}

}  // namespace decapod::scan
