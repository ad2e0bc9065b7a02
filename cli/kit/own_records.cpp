#include <decapod/cli_kit/own_records.h>

#include <decapod/base/short_id.h>
#include <decapod/base/tracked_paths.h>

#include <algorithm>

namespace decapod::cli {
namespace {

constexpr std::size_t kIdBytesMax = 64;  // of an item, whose id its work unit has
constexpr std::size_t kHashDigits = 16;
constexpr std::string_view kJson = ".json";
constexpr std::size_t kUuidDigits = 32;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Takes `end` off; false where it is not there.
bool take_end(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

bool is_digits(std::string_view name, std::size_t count) {
  return name.size() == count && std::ranges::all_of(name, is_hex);
}

bool is_hashed(std::string_view name, std::string_view prefix) {
  return name.starts_with(prefix) && is_digits(name.substr(prefix.size()), kHashDigits);
}

}  // namespace

bool is_own_record(std::string_view path) {
  auto const folder =
      std::ranges::find_if(kRecordFolders, [&](auto one) { return path.starts_with(one) && path.size() > one.size(); });
  if (folder == kRecordFolders.end() || path[folder->size()] != '/') return false;
  auto name = path.substr(folder->size() + 1);
  if (*folder == kPinFolder) return take_end(name, ".txt") && is_digits(name, kUuidDigits);
  if (!take_end(name, kJson)) return false;
  if (*folder == kCapsuleFolder) return is_hashed(name, "c-");
  if (*folder == kLineageFolder) return is_hashed(name, "p-");
  return is_id_text(name, kIdBytesMax);
}

}  // namespace decapod::cli
