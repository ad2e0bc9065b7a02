#include <decapod/validate_config/source_rules.h>

#include <decapod/base/codec.h>
#include <decapod/base/suggest.h>

#include <algorithm>
#include <array>
#include <span>

#include <toml++/toml.h>

namespace decapod::validate {
namespace {

constexpr std::size_t kMostExceptions = 100;

Error bad(toml::node const& node, std::string message) {
  return fail(ErrorCode::bad_request, "line " + std::to_string(node.source().begin.line) + ": " + std::move(message));
}

Result<void> check_keys(toml::table const& table, std::string_view name, std::span<std::string_view const> known) {
  for (auto const& [key, node] : table) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    auto error = bad(node, "[" + std::string(name) + "] has no '" + std::string(key.str()) + "'");
    error.suggestions = closest(key.str(), known);
    return error;
  }
  return {};
}

Result<std::string> read_text(toml::node const& node, std::string_view name) {
  auto const text = node.value_exact<std::string>();
  if (!text || text->empty()) return bad(node, "'" + std::string(name) + "' must be a text that is not empty");
  return *text;
}

Result<std::string> read_path(toml::node const& node, std::string_view name) {
  DECAPOD_TRY(auto path, read_text(node, name));
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  auto const inside = '/' + path + '/';
  if (path.starts_with('/') || inside.find("/../") != std::string::npos || inside.find("/./") != std::string::npos ||
      inside.find("//") != std::string::npos || path.find_first_of("*?\\") != std::string::npos) {
    return bad(node, "'" + path + "' must be a path inside the repository, such as \"broker/storage\"; no patterns");
  }
  return path;
}

Result<std::vector<std::string>> read_paths(toml::table const& table, std::string_view name) {
  std::vector<std::string> paths;
  auto const* node = table.get(name);
  if (node == nullptr) return paths;
  auto const* array = node->as_array();
  if (array == nullptr) return bad(*node, "'" + std::string(name) + "' must be a list of paths");
  for (auto const& element : *array) {
    DECAPOD_TRY(auto path, read_path(element, name));
    paths.push_back(std::move(path));
  }
  return paths;
}

Result<DeclaredException> read_exception(toml::node const& node) {
  static constexpr auto kKeys = std::to_array<std::string_view>({"path", "reason"});
  auto const* table = node.as_table();
  if (table == nullptr) return bad(node, "write each exception as [[validate.source.exception]]");
  DECAPOD_CHECK(check_keys(*table, "validate.source.exception", kKeys));
  for (auto const key : kKeys) {
    if (!table->contains(key)) return bad(node, "an exception needs a '" + std::string(key) + "'");
  }
  DeclaredException exception;
  DECAPOD_TRY(exception.path, read_path(*table->get("path"), "path"));
  DECAPOD_TRY(exception.reason, read_text(*table->get("reason"), "reason"));
  return exception;
}

Result<void> read_exceptions(toml::table const& source, SourceRules& rules) {
  auto const* node = source.get("exception");
  if (node == nullptr) return {};
  auto const* array = node->as_array();
  if (array == nullptr) return bad(*node, "write each exception as [[validate.source.exception]]");
  if (array->size() > kMostExceptions) return bad(*node, "at most 100 exceptions: exclude a folder instead");
  for (auto const& element : *array) {
    DECAPOD_TRY(auto exception, read_exception(element));
    rules.exceptions.push_back(std::move(exception));
  }
  return {};
}

Result<SourceRules> read_source(toml::table const& source) {
  static constexpr auto kKeys = std::to_array<std::string_view>({"mode", "broker", "exclude", "exception"});
  DECAPOD_CHECK(check_keys(source, "validate.source", kKeys));
  SourceRules rules;
  if (auto const* node = source.get("mode")) {
    DECAPOD_TRY(auto const word, read_text(*node, "mode"));
    auto const mode = from_text<ScanMode>(word);
    if (!mode) return bad(*node, "'mode' must be \"strict\" or \"own-store\"; it is \"" + word + '"');
    rules.mode = *mode;
  }
  DECAPOD_TRY(rules.broker, read_paths(source, "broker"));
  DECAPOD_TRY(rules.exclude, read_paths(source, "exclude"));
  DECAPOD_CHECK(read_exceptions(source, rules));
  return rules;
}

bool covers(std::string_view folder, std::string_view path) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

Result<SourceRules> parse_source_rules(std::string_view toml) {
  auto const parsed = toml::parse(toml);
  if (!parsed) {
    return fail(ErrorCode::bad_request, "line " + std::to_string(parsed.error().source().begin.line) + ": " +
                                            std::string(parsed.error().description()));
  }
  // A misspelt section must not pass for one that was left out.
  static constexpr auto kSections = std::to_array<std::string_view>({"store", "validate"});
  DECAPOD_CHECK(check_keys(parsed.table(), "config.toml", kSections));
  static constexpr auto kKeys = std::to_array<std::string_view>({"source"});
  auto const* validate = parsed.table().get("validate");
  if (validate == nullptr) return SourceRules{};
  if (!validate->is_table()) return bad(*validate, "'validate' must be a table");
  DECAPOD_CHECK(check_keys(*validate->as_table(), "validate", kKeys));
  auto const* source = validate->as_table()->get("source");
  if (source == nullptr) return SourceRules{};
  if (!source->is_table()) return bad(*source, "'validate.source' must be a table");
  return read_source(*source->as_table());
}

bool lies_in(std::string_view path, std::vector<std::string> const& folders) {
  return std::ranges::any_of(folders, [&](std::string const& folder) { return covers(folder, path); });
}

DeclaredException* exception_for(std::string_view path, SourceRules& rules) {
  auto const found = std::ranges::find_if(
      rules.exceptions, [&](DeclaredException const& exception) { return covers(exception.path, path); });
  return found == rules.exceptions.end() ? nullptr : &*found;
}

}  // namespace decapod::validate
