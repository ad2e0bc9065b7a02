#pragma once
// A context capsule: what a task's worker is given to read, and what that rests on. A value: the same inputs make the
// same one, whoever asks, whenever, in whichever clone. No time, no name of a person, no path outside of the
// repository.

#include <decapod/base/request.h>
#include <decapod/fields/fields.h>
#include <decapod/governance/vocabulary.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace decapod::capsule {

inline constexpr std::int64_t kFormat = 1;
inline constexpr std::int64_t kTopicBytesMax = 500;
inline constexpr std::int64_t kScopeBytesMax = 64;
using fields::kIdBytesMax;
inline constexpr std::int64_t kPathBytesMax = 1024;
inline constexpr std::int64_t kGlobBytesMax = 512;
inline constexpr std::int64_t kGlobsMax = 200;
inline constexpr std::int64_t kExcerptsMax = 1000;
inline constexpr std::int64_t kExcerptBytesMax = 4096;
inline constexpr std::int64_t kTextBytesMax = 32 * 1024;  // of all excerpts together
inline constexpr std::int64_t kHashDigits = 64;
inline constexpr std::int64_t kObjectDigitsLeast = 40;  // git names objects by SHA-1
inline constexpr std::int64_t kObjectDigitsMost = 64;   // or by SHA-256
inline constexpr std::int64_t kLinesMax = 1'000'000'000;
inline constexpr std::int64_t kScoreMax = 1LL << 40;

// A revision of the repository.
struct Revision {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "commit", .meaning = "", .min = kObjectDigitsLeast, .max = kObjectDigitsMost},
      {.name = "tree", .meaning = "", .min = kObjectDigitsLeast, .max = kObjectDigitsMost},
  });
  std::string commit;
  std::string tree;
  friend bool operator==(Revision const&, Revision const&) = default;
};
BOOST_DESCRIBE_STRUCT(Revision, (), (commit, tree))

// Whole lines of one file, to the byte, without the last one's line break.
struct Excerpt {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "path", .meaning = "", .min = 1, .max = kPathBytesMax},
      {.name = "source", .meaning = "", .min = kHashDigits, .max = kHashDigits},
      {.name = "first_line", .meaning = "", .min = 1, .max = kLinesMax},
      {.name = "last_line", .meaning = "", .min = 1, .max = kLinesMax},
      {.name = "score", .meaning = "", .min = 1, .max = kScoreMax},
      {.name = "text", .meaning = "", .min = 1, .max = kExcerptBytesMax},
  });
  std::string path;             // from the root of the repository
  std::string source;           // hex SHA-256 of the whole file
  std::int64_t first_line = 0;  // counted from 1
  std::int64_t last_line = 0;
  std::int64_t score = 0;  // of its relevance, to be compared within one capsule only
  std::string text;
  friend bool operator==(Excerpt const&, Excerpt const&) = default;
};
BOOST_DESCRIBE_STRUCT(Excerpt, (), (path, source, first_line, last_line, score, text))

struct Capsule {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "format", .meaning = "", .min = kFormat, .max = kFormat},
      {.name = "topic", .meaning = "", .min = 1, .max = kTopicBytesMax, .content = Content::visible},
      {.name = "scope", .meaning = "", .min = 1, .max = kScopeBytesMax},
      {.name = "task", .meaning = "", .min = 1, .max = kIdBytesMax},
      {.name = "workunit", .meaning = "", .min = 1, .max = kIdBytesMax},
      {.name = "tier", .meaning = ""},
      {.name = "limit", .meaning = "", .min = 1, .max = kExcerptsMax},
      {.name = "policy", .meaning = "", .min = kHashDigits, .max = kHashDigits},
      {.name = "documents", .meaning = "", .min = 1, .max = kGlobBytesMax, .max_items = kGlobsMax},
      {.name = "revision", .meaning = ""},
      {.name = "matched", .meaning = "", .max = kLinesMax},
      {.name = "excerpts", .meaning = "", .max_items = kExcerptsMax},
  });
  std::int64_t format = kFormat;
  std::string topic;
  std::string scope;
  std::string task;
  std::optional<std::string> workunit;  // if it was issued for one
  governance::Risk tier = governance::Risk::low;
  std::int64_t limit = 1;
  std::string policy;                  // hex: the policy under which it was issued
  std::vector<std::string> documents;  // what that policy says the scope is, as globs
  Revision revision;
  std::int64_t matched = 0;       // passages that have anything to do with the topic, shown here or not
  std::vector<Excerpt> excerpts;  // best first; equal ones by path, then by line
  friend bool operator==(Capsule const&, Capsule const&) = default;
};
BOOST_DESCRIBE_STRUCT(Capsule, (),
                      (format, topic, scope, task, workunit, tier, limit, policy, documents, revision, matched,
                       excerpts))

// A document of the scope that no excerpt was taken from, because it cannot be shown exactly.
enum class Reason : std::uint8_t {
  link,       // links are followed nowhere, in or out of the repository
  submodule,  // a repository of its own
  no_text,    // no UTF-8, or with a NUL or DEL in it
  too_large,
};
BOOST_DESCRIBE_ENUM(Reason, link, submodule, no_text, too_large)

inline constexpr std::int64_t kLeftOutShown = 20;

struct LeftOut {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "path", .meaning = "", .min = 1, .max = 4 * kPathBytesMax},
      {.name = "reason", .meaning = ""},
  });
  std::string path;  // what is no text in it became visible
  Reason reason = Reason::link;
};
BOOST_DESCRIBE_STRUCT(LeftOut, (), (path, reason))

// What somebody who can read the repository has taken from it. Nobody who holds the store can: it is believed as far as
// `check` (capsule_record/check.h) goes, and for the rest until somebody verifies.
struct Material {
  static constexpr auto fields = std::to_array<Field>({
      {.name = "policy", .meaning = "", .min = kHashDigits, .max = kHashDigits},
      {.name = "revision", .meaning = ""},
      {.name = "matched", .meaning = "", .max = kLinesMax},
      {.name = "excerpts", .meaning = "", .max_items = kExcerptsMax},
      {.name = "left_out", .meaning = "", .max_items = kLeftOutShown},
      {.name = "left_out_total", .meaning = ""},
  });
  std::string policy;  // hex: the policy that said what to read
  Revision revision;
  std::int64_t matched = 0;
  std::vector<Excerpt> excerpts;
  std::vector<LeftOut> left_out;
  std::int64_t left_out_total = 0;
};
BOOST_DESCRIBE_STRUCT(Material, (), (policy, revision, matched, excerpts, left_out, left_out_total))

}  // namespace decapod::capsule
