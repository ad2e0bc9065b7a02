#pragma once
// What can be promoted, and what somebody who can read the repository saw of it. Nobody who holds the store can: it is
// held against the store as far as the store knows, and against the repository by whoever checks a bundle in a clone.

#include <decapod/base/codec.h>
#include <decapod/base/request.h>
#include <decapod/fields/fields.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace decapod::promote {

using fields::kIdBytesMax;
inline constexpr std::int64_t kHashBytes = 64;  // hex digits of a SHA-256; a git id is no longer
inline constexpr std::int64_t kUnitsMax = 20;
inline constexpr std::int64_t kCapsulesMax = 40;  // of all units together
inline constexpr std::int64_t kPathsMax = 2000;
inline constexpr std::int64_t kPathBytesMax = 4096;
inline constexpr std::int64_t kKeyBytesMax = 1024;
inline constexpr std::int64_t kSourcesMax = 50;  // of one entry

// Each kind has its own artifacts to agree. Names are published: they stand in approvals and in bundles.
enum class Kind : std::uint8_t {
  workunit,   // what one task proved is published
  release,    // a commit is released, with the published work that it consists of
  knowledge,  // what is known becomes procedural: to be followed
};
BOOST_DESCRIBE_ENUM(Kind, workunit, release, knowledge)

enum class Complete : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Complete, no, yes)

enum class Ancestor : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Ancestor, no, yes)

// A commit that an artifact names, and whether it is HEAD or in the history of HEAD.
struct Reached {
  std::string commit;
  Ancestor ancestor = Ancestor::no;
  static constexpr auto fields = std::to_array<Field>({
      {.name = "commit", .meaning = "A commit, in hex", .max = kHashBytes},
      {.name = "ancestor", .meaning = "Whether HEAD has it in its history"},
  });
};
BOOST_DESCRIBE_STRUCT(Reached, (), (commit, ancestor))

// A file that decapod wrote to be committed: SHA-256 of its bytes in hex, "" where there is none.
struct Written {
  std::string id;         // of the work unit or the capsule
  std::string committed;  // at HEAD
  std::string here;       // in the worktree
  static constexpr auto fields = std::to_array<Field>({
      {.name = "id", .meaning = "What it is the file of", .max = kIdBytesMax},
      {.name = "committed", .meaning = "SHA-256 of the file at HEAD, in hex", .max = kHashBytes},
      {.name = "here", .meaning = "SHA-256 of the file in the worktree, in hex", .max = kHashBytes},
  });
};
BOOST_DESCRIBE_STRUCT(Written, (), (id, committed, here))

// A capsule that was made again from the objects of its own commit.
struct Again {
  std::string id;
  std::string hash;  // hex; "": it could not be made again
  static constexpr auto fields = std::to_array<Field>({
      {.name = "id", .meaning = "The capsule", .max = kIdBytesMax},
      {.name = "hash", .meaning = "The hash of what its inputs give, in hex", .max = kHashBytes},
  });
};
BOOST_DESCRIBE_STRUCT(Again, (), (id, hash))

// Lines that an entry of knowledge rests on, as they are at HEAD.
struct Seen {
  std::string source;  // "file:cli/app.cpp#L10-L24"
  std::string sha256;  // hex; "": they are not there any more
  static constexpr auto fields = std::to_array<Field>({
      {.name = "source", .meaning = "What the entry rests on, as it is written", .max = kPathBytesMax + 64},
      {.name = "sha256", .meaning = "SHA-256 of these lines at HEAD, in hex", .max = kHashBytes},
  });
};
BOOST_DESCRIBE_STRUCT(Seen, (), (source, sha256))

struct Told {
  std::string here;                // hex: the tree of the files as they are now
  std::string base;                // hex: the commit that the changes are counted from
  std::vector<std::string> paths;  // that differ between `base` and HEAD
  Complete complete = Complete::no;
  std::vector<Reached> reached;
  std::vector<Written> files;
  std::vector<Again> capsules;
  std::string operator_key;                  // what .decapod/operator.pub has at HEAD; "" where there is none
  std::optional<std::vector<Seen>> sources;  // exactly of knowledge
  static constexpr auto fields = std::to_array<Field>({
      {.name = "here", .meaning = "The tree of the files as they are now", .max = kHashBytes},
      {.name = "base", .meaning = "The commit that the changes are counted from", .max = kHashBytes},
      {.name = "paths",
       .meaning = "What differs between that commit and HEAD",
       .max = kPathBytesMax,
       .max_items = kPathsMax},
      {.name = "complete", .meaning = "Whether that is all of it"},
      {.name = "reached", .meaning = "Commits that are named, and whether HEAD has them", .max_items = 500},
      {.name = "files", .meaning = "The exported files", .max_items = kUnitsMax + kCapsulesMax},
      {.name = "capsules", .meaning = "What the capsules' inputs give", .max_items = kCapsulesMax},
      {.name = "operator_key", .meaning = "The content of .decapod/operator.pub", .max = kKeyBytesMax},
      {.name = "sources", .meaning = "The lines that the entry rests on, at HEAD", .max_items = kSourcesMax},
  });
};
BOOST_DESCRIBE_STRUCT(Told, (), (here, base, paths, complete, reached, files, capsules, operator_key, sources))

}  // namespace decapod::promote
