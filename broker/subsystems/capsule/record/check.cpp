#include <decapod/base/counted.h>
#include <decapod/capsule_record/check.h>

#include <decapod/base/codec.h>
#include <decapod/governance/glob.h>

#include <algorithm>
#include <map>

namespace decapod::capsule {
namespace {

Error contradiction(std::string const& field, std::string const& what) {
  return fail(ErrorCode::bad_request, '\'' + field + "' " + what, {{"field", field}});
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool names_object(std::string_view text) {
  return is_hex(text) && (text.size() == kObjectDigitsLeast || text.size() == kObjectDigitsMost);
}

Result<void> check_names(Capsule const& capsule) {
  if (!is_hex(capsule.policy)) return contradiction("policy", "must be a SHA-256 in hex");
  if (!names_object(capsule.revision.commit)) return contradiction("revision.commit", "must be the name of a commit");
  if (!names_object(capsule.revision.tree)) return contradiction("revision.tree", "must be the name of a tree");
  return {};
}

Result<void> check_amount(Capsule const& capsule) {
  auto const count = static_cast<std::int64_t>(capsule.excerpts.size());
  if (count > capsule.limit) {
    return fail(ErrorCode::capsule_limit_denied,
                counted(count, "excerpt") + ", where the limit is " + std::to_string(capsule.limit),
                {{"limit", capsule.limit}, {"excerpts", count}});
  }
  if (capsule.matched < count) return contradiction("matched", "must be as many as the excerpts at least");
  std::int64_t bytes = 0;
  for (auto const& excerpt : capsule.excerpts) bytes += static_cast<std::int64_t>(excerpt.text.size());
  if (bytes > kTextBytesMax) {
    return fail(ErrorCode::capsule_limit_denied,
                "the excerpts have " + std::to_string(bytes) + " bytes, where " + std::to_string(kTextBytesMax) +
                    " are allowed",
                {{"limit", kTextBytesMax}, {"bytes", bytes}});
  }
  return {};
}

Result<void> check_excerpt(Capsule const& capsule, Excerpt const& excerpt, std::string const& at) {
  if (!in_scope(capsule.documents, excerpt.path)) {
    return fail(ErrorCode::capsule_scope_denied, excerpt.path + " is no document of the scope " + capsule.scope,
                {{"scope", capsule.scope}, {"path", excerpt.path}});
  }
  if (!is_hex(excerpt.source)) return contradiction(at + ".source", "must be a SHA-256 in hex");
  auto const lines = 1 + std::ranges::count(excerpt.text, '\n');
  if (excerpt.last_line - excerpt.first_line + 1 != lines) {
    return contradiction(at + ".text", "must have as many lines as first_line and last_line say");
  }
  return {};
}

// Whether `after` may follow `before`.
bool in_order(Excerpt const& before, Excerpt const& after) {
  if (before.score != after.score) return before.score > after.score;
  if (before.path != after.path) return before.path < after.path;
  return before.first_line < after.first_line;
}

Result<void> check_order(std::vector<Excerpt> const& excerpts) {
  for (std::size_t i = 1; i < excerpts.size(); ++i) {
    if (in_order(excerpts[i - 1], excerpts[i])) continue;
    return contradiction("excerpts[" + std::to_string(i) + "]", "must come before the one before it");
  }
  return {};
}

// Lines by the file that they are of.
Result<void> check_overlap(std::vector<Excerpt> const& excerpts) {
  std::map<std::pair<std::string, std::int64_t>, Excerpt const*> by_line;
  for (auto const& excerpt : excerpts) by_line.emplace(std::pair(excerpt.path, excerpt.first_line), &excerpt);
  Excerpt const* before = nullptr;
  for (auto const& [key, excerpt] : by_line) {
    bool const same_file = before != nullptr && before->path == excerpt->path;
    if (same_file && before->source != excerpt->source) {
      return contradiction("excerpts", "must agree on the source of " + excerpt->path);
    }
    if (same_file && before->last_line >= excerpt->first_line) {
      return contradiction("excerpts", "must not show a line of " + excerpt->path + " twice");
    }
    before = excerpt;
  }
  if (by_line.size() != excerpts.size()) return contradiction("excerpts", "must not show a line twice");
  return {};
}

}  // namespace

bool in_scope(std::vector<std::string> const& documents, std::string_view path) {
  if (governance::normal_path(path) != std::string(path)) return false;
  return std::ranges::any_of(documents, [&](std::string const& glob) { return governance::path_matches(glob, path); });
}

Result<void> check(Capsule const& capsule) {
  DECAPOD_CHECK(codec::check(capsule, codec::Path(codec::Unknown::refuse)));
  DECAPOD_CHECK(check_names(capsule));
  DECAPOD_CHECK(check_amount(capsule));
  for (std::size_t i = 0; i < capsule.excerpts.size(); ++i) {
    DECAPOD_CHECK(check_excerpt(capsule, capsule.excerpts[i], "excerpts[" + std::to_string(i) + ']'));
  }
  DECAPOD_CHECK(check_order(capsule.excerpts));
  return check_overlap(capsule.excerpts);
}

}  // namespace decapod::capsule
