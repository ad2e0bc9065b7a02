// Whether a policy makes sense. Each refusal names the key, as it is written in the file.

#include <decapod/governance/document.h>
#include <decapod/governance/glob.h>
#include <decapod/governance/keys.h>

#include <algorithm>
#include <set>

namespace decapod::governance {
namespace {

constexpr std::size_t kMost = 200;  // zones, globs of one list, scopes
constexpr std::size_t kGlobBytesMost = 512;
constexpr std::size_t kNameBytesMost = 64;
constexpr std::size_t kAttestorsMost = 16;
constexpr std::int64_t kExcerptsMost = 1000;
constexpr Millis kLifeLeast{60 * 1000};
constexpr Millis kLifeMost{365LL * 24 * 60 * 60 * 1000};

Error bad(std::string const& key, std::string const& what) {
  return fail(ErrorCode::policy_invalid, '\'' + key + "' " + what, {{"key", key}});
}

std::string item(std::string_view list, std::size_t index) {
  return std::string(list) + '[' + std::to_string(index) + ']';
}

bool is_name(std::string_view name) {
  auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  return !name.empty() && name.size() <= kNameBytesMost && std::ranges::all_of(name, letter);
}

// A glob that could never match would protect nothing without anybody noticing.
bool is_path_glob(std::string_view glob) {
  if (glob.size() > kGlobBytesMost) return false;
  while (glob.size() > 1 && glob.ends_with('/')) glob.remove_suffix(1);
  auto const normal = normal_path(glob);
  return normal && *normal == glob && glob.find('\\') == std::string_view::npos;
}

bool is_operation_glob(std::string_view glob) {
  auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_' || c == '*'; };
  return !glob.empty() && glob.size() <= kGlobBytesMost && std::ranges::all_of(glob, letter);
}

Result<void> check_globs(std::vector<std::string> const& globs, std::string const& key, bool (*sound)(std::string_view),
                         std::string_view example) {
  if (globs.size() > kMost) return bad(key, "has more than " + std::to_string(kMost) + " patterns");
  for (std::size_t i = 0; i < globs.size(); ++i) {
    if (!sound(globs[i])) return bad(item(key, i), "must be a pattern such as " + std::string(example));
  }
  return {};
}

Result<void> check_paths(std::vector<std::string> const& globs, std::string const& key) {
  return check_globs(globs, key, &is_path_glob, "\"src/**\" or \"docs\", from the root of the repository");
}

Result<void> check_life(Millis life, std::string const& key) {
  if (life >= kLifeLeast && life <= kLifeMost) return {};
  return bad(key, "must be between 1m and 365d");
}

Result<void> check_tier(Tier const& tier, std::string const& key, Document const& document) {
  if (tier.capsule_limit < 0 || tier.capsule_limit > kExcerptsMost) {
    return bad(key + ".capsule_limit", "must be between 0 and " + std::to_string(kExcerptsMost));
  }
  for (std::size_t i = 0; i < tier.capsule_scopes.size(); ++i) {
    auto const& scope = tier.capsule_scopes[i];
    if (!document.scopes.contains(scope)) {
      return bad(item(key + ".capsule_scopes", i), "names '" + scope + "', which is not in [scopes]");
    }
  }
  return {};
}

Result<void> check_tiers(Document const& document) {
  auto const& tiers = document.tiers;
  struct Named {
    std::string_view name;
    Tier const* tier;
  };
  std::array<Named, 4> const all = {
      {{"low", &tiers.low}, {"medium", &tiers.medium}, {"high", &tiers.high}, {"critical", &tiers.critical}}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const key = "tiers." + std::string(all[i].name);
    DECAPOD_CHECK(check_tier(*all[i].tier, key, document));
    if (i == 0) continue;
    auto const& less = *all[i - 1].tier;
    auto const& more = *all[i].tier;
    auto const than = "asks for less than that of tiers." + std::string(all[i - 1].name);
    if (more.trust < less.trust) return bad(key + ".trust", than);
    if (more.approval < less.approval) return bad(key + ".approval", than);
    if (more.proof < less.proof) return bad(key + ".proof", than);
    if (more.seal.value_or(SealNeed::never) < less.seal.value_or(SealNeed::never)) return bad(key + ".seal", than);
  }
  return {};
}

Result<void> check_zone(Zone const& zone, std::string const& key, std::set<std::string>& names) {
  if (!is_name(zone.name)) return bad(key + ".name", "must be a short name of a-z, 0-9, - and _");
  if (!names.insert(zone.name).second) return bad(key + ".name", "is the name of another zone: " + zone.name);
  if (zone.paths.empty() && zone.operations.empty()) return bad(key, "needs 'paths' or 'operations'");
  if (zone.actors.size() > kMost) return bad(key + ".actors", "has too many names");
  for (std::size_t i = 0; i < zone.actors.size(); ++i) {
    if (zone.actors[i].empty()) return bad(item(key + ".actors", i), "must be a name");
  }
  DECAPOD_CHECK(check_paths(zone.paths, key + ".paths"));
  return check_globs(zone.operations, key + ".operations", &is_operation_glob, "\"promote.*\"");
}

Result<void> check_scopes(Document const& document) {
  if (document.scopes.size() > kMost) return bad("scopes", "has too many");
  for (auto const& [name, paths] : document.scopes) {
    auto const key = "scopes." + name;
    if (!is_name(name)) return bad(key, "must be a short name of a-z, 0-9, - and _");
    DECAPOD_CHECK(check_paths(paths, key));
  }
  return {};
}

Result<void> check_attestors(Document const& document) {
  std::set<std::string> names;
  if (document.attestors.size() > kAttestorsMost) return bad("attestors", "has too many");
  for (std::size_t i = 0; i < document.attestors.size(); ++i) {
    auto const& [name, key] = document.attestors[i];
    auto const at = item("attestors", i);
    if (!is_name(name) || !names.insert(name).second) return bad(at + ".name", "must be a short name of its own");
    if (!public_key_from_hex(key)) return bad(at + ".key", "must be an Ed25519 public key, 64 hex digits");
  }
  return {};
}

}  // namespace

Result<void> check(Document const& document) {
  if (document.format != kDocumentFormat) {
    return bad("format", "must be " + std::to_string(kDocumentFormat) + ", the form that this decapod understands");
  }
  if (document.name.size() > kNameBytesMost) return bad("name", "is too long");
  if (document.default_trust > Trust::basic) {
    return bad("default_trust", "must be untrusted or basic: more takes a token that the operator signs");
  }
  DECAPOD_CHECK(check_life(document.approval_max, "approval_max"));
  DECAPOD_CHECK(check_life(document.trust_max, "trust_max"));
  DECAPOD_CHECK(check_tiers(document));
  if (document.zones.size() > kMost) return bad("zones", "has more than " + std::to_string(kMost));
  std::set<std::string> names;
  for (std::size_t i = 0; i < document.zones.size(); ++i) {
    DECAPOD_CHECK(check_zone(document.zones[i], item("zones", i), names));
  }
  DECAPOD_CHECK(check_scopes(document));
  return check_attestors(document);
}

}  // namespace decapod::governance
