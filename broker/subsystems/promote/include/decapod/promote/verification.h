#pragma once
// `decapod promote verify`: whether what was promoted still holds, however much later.

#include <decapod/promote/requests.h>

namespace decapod::promote {

inline constexpr Millis kReplayDefault{10LL * 60 * 1000};
inline constexpr std::int64_t kReplayMostMs = 24LL * 3600 * 1000;
inline constexpr std::int64_t kGatesMax = kUnitsMax * 32;
inline constexpr std::int64_t kFilesMax = kUnitsMax * 200;

enum class Replayed : std::uint8_t { passed, failed };
BOOST_DESCRIBE_ENUM(Replayed, passed, failed)

// What came of the planned command of a gate when it was run again, on the files as they are.
struct Replay {
  std::string unit;
  std::string gate;
  Replayed outcome = Replayed::failed;
  std::string words;  // "ended with exit status 1"
  static constexpr auto fields = std::to_array<Field>({
      {.name = "unit", .meaning = "The work unit", .max = kIdBytesMax},
      {.name = "gate", .meaning = "The gate", .max = kIdBytesMax},
      {.name = "outcome", .meaning = "What came of it"},
      {.name = "words", .meaning = "How it ended", .max = 200},
  });
};
BOOST_DESCRIBE_STRUCT(Replay, (), (unit, gate, outcome, words))

// A file that a unit refers to, or lines that an entry rests on, as they are at HEAD.
struct FileNow {
  std::string path;    // of an entry's lines, "file:PATH#L3-L9"
  std::string sha256;  // hex; "": it is not there any more
  static constexpr auto fields = std::to_array<Field>({
      {.name = "path",
       .meaning = "From the root of the repository, or the source of an entry",
       .max = kPathBytesMax + 64},
      {.name = "sha256", .meaning = "SHA-256 of it, in hex", .max = kHashBytes},
  });
};
BOOST_DESCRIBE_STRUCT(FileNow, (), (path, sha256))

// What there is to compare.
enum class Matter : std::uint8_t {
  replay,    // the planned commands, run again
  files,     // what the units refer to
  tree,      // the files as a whole; they move on, and nothing is wrong with that
  revision,  // whether HEAD still has what was promoted in its history
  age,       // of the proofs
  policy,    // that judged it, and the one in force
  entry,     // whether what is known is still live, and procedural by this promotion
  seal,      // that the policy asks for
};
BOOST_DESCRIBE_ENUM(Matter, replay, files, tree, revision, age, policy, entry, seal)

enum class Verdict : std::uint8_t {
  holds,
  moved,    // it is another one now, as may be
  stale,    // it has to be proved again
  broken,   // it does not hold any more
  unknown,  // nobody looked
};
BOOST_DESCRIBE_ENUM(Verdict, holds, moved, stale, broken, unknown)

struct Point {
  Matter matter = Matter::replay;
  Verdict verdict = Verdict::holds;
  std::string what;
  std::string recorded;
  std::string found;
};
BOOST_DESCRIBE_STRUCT(Point, (), (matter, verdict, what, recorded, found))

struct VerifyReply {
  std::string id;
  Verdict verdict = Verdict::holds;  // the worst of stale and broken; holds otherwise
  std::vector<Point> points;
};
BOOST_DESCRIBE_STRUCT(VerifyReply, (), (id, verdict, points))

enum class SkipReplay : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(SkipReplay, no, yes)

struct Verify {
  using Reply = VerifyReply;
  static constexpr Verb verb{
      .subsystem = "promote",
      .name = "verify",
      .access = Access::read,
      .summary = "Run the proof plan of a promotion again, and look what has drifted since",
      .budget = std::chrono::milliseconds(200),
      .examples = {{{"promote verify p-93ab51c07d22e8f4", "exit 6 if something does not hold any more"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kPromotionField,
      {.name = "skip_replay", .meaning = "Run nothing: only look"},
      {.name = "timeout_ms", .meaning = "How long each command may take", .min = 1, .max = kReplayMostMs},
      {.name = "replays", .meaning = "What came of the commands", .place = Place::fact, .max_items = kGatesMax},
      {.name = "files", .meaning = "The files that are referred to", .place = Place::fact, .max_items = kFilesMax},
      {.name = "here", .meaning = "The tree of the files as they are", .place = Place::fact, .max = kHashBytes},
      {.name = "reached", .meaning = "Whether HEAD has the commit", .place = Place::fact, .max_items = 1},
  });
  std::string id;
  SkipReplay skip_replay = SkipReplay::no;
  Millis timeout_ms = kReplayDefault;
  std::vector<Replay> replays;
  std::vector<FileNow> files;
  std::string here;
  std::vector<Reached> reached;
};
BOOST_DESCRIBE_STRUCT(Verify, (), (id, skip_replay, timeout_ms, replays, files, here, reached))

}  // namespace decapod::promote
