#pragma once
// How entries look in replies.

#include <decapod/base/clock.h>
#include <decapod/knowledge/vocabulary.h>

#include <optional>
#include <string>
#include <vector>

namespace decapod::knowledge {

enum class Truncated : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Truncated, no, yes)

// One line of a list. What is usual is left out, to keep lists small.
struct Brief {
  std::string id;
  std::string title;
  EntryKind kind = EntryKind::fact;
  Grade grade = Grade::noted;
  State state = State::live;
  std::optional<std::string> superseded_by;
  std::optional<Timestamp> expires_at;  // also after it has
};
BOOST_DESCRIBE_STRUCT(Brief, (), (id, title, kind, grade, state, superseded_by, expires_at))

struct SourceView {
  SourceKind kind = SourceKind::file;
  std::string value;  // a path relative to the repository, a whole commit hash, a URL, a command line, a marker
  std::optional<std::int64_t> first_line;  // from 1; left out for a whole file
  std::optional<std::int64_t> last_line;
  std::optional<std::string> sha256;  // of the bytes of these lines, line ends and all; of files only
};
BOOST_DESCRIBE_STRUCT(SourceView, (), (kind, value, first_line, last_line, sha256))

// Something that was done to an entry.
struct DeedView {
  Timestamp at;
  std::string actor;
  std::string reason;  // "" if none was given
};
BOOST_DESCRIBE_STRUCT(DeedView, (), (at, actor, reason))

// How an entry became procedural.
struct PromotionView {
  Timestamp at;
  std::string actor;
  std::string reason;
  std::string record;  // the id of the promotion
  std::string marker;  // of the commit that did it: 3.17
};
BOOST_DESCRIBE_STRUCT(PromotionView, (), (at, actor, reason, record, marker))

struct EntryView {
  std::string id;
  std::string title;
  EntryKind kind = EntryKind::fact;
  Grade grade = Grade::noted;
  State state = State::live;
  std::string body;
  std::vector<SourceView> provenance;
  std::string digest;  // SHA-256 of title, kind, body and provenance, which never change
  Timestamp created_at;
  std::string created_by;
  std::optional<std::string> superseded_by;
  std::optional<DeedView> superseded;
  std::optional<std::string> current;   // where the chain of successors ends; left out if it is too long to follow
  std::vector<std::string> supersedes;  // the latest 50
  std::int64_t supersedes_total = 0;
  std::optional<Timestamp> expires_at;
  std::optional<DeedView> expiry;
  std::optional<PromotionView> promotion;
  std::vector<std::string> shortened;  // names of texts that were cut; `--full` shows them whole
};
BOOST_DESCRIBE_STRUCT(EntryView, (),
                      (id, title, kind, grade, state, body, provenance, digest, created_at, created_by, superseded_by,
                       superseded, current, supersedes, supersedes_total, expires_at, expiry, promotion, shortened))

}  // namespace decapod::knowledge
