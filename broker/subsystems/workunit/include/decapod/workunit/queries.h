#pragma once
// Looking at work units: show, status, list, export.

#include <decapod/fields/fields.h>
#include <decapod/workunit/requests.h>

namespace decapod::workunit {

inline constexpr std::int64_t kProofsShown = 50;

struct ShowReply {
  Unit unit;
  std::vector<Proof> proofs;  // newest first, at most kProofsShown
  std::int64_t proofs_total = 0;
  std::string sum;  // hex: SHA-256 over the document that `export` writes, in its compact spelling
};
BOOST_DESCRIBE_STRUCT(ShowReply, (), (unit, proofs, proofs_total, sum))

struct Show {
  using Reply = ShowReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "show",
      .access = Access::read,
      .summary = "Show a unit: intent, references, plan, proofs",
      .examples = {{{"workunit show t-4k2m", "what it is for, what it rests on, and what was proved"}}}};
  static constexpr auto fields = std::to_array<Field>({kTaskField});
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id))

struct GateStatus {
  std::string gate;
  std::vector<std::string> command;
  Lack lacks = Lack::proof;
  std::optional<Level> level;        // of the proof that decides
  std::optional<std::string> proof;  // its id
  std::optional<std::string> marker;
  std::optional<Subject> at;
};
BOOST_DESCRIBE_STRUCT(GateStatus, (), (gate, command, lacks, level, proof, marker, at))

struct StatusReply {
  std::string id;
  State state = State::draft;
  std::vector<std::string> moves;    // that would be let through from here
  std::optional<Subject> here;       // the files as they are now, where they could be looked at
  std::optional<Subject> judged_at;  // the claimed tree, else what is here
  std::string risk;
  Level needed = Level::asserted;  // by the policy, of every gate
  std::vector<std::string> reasons;
  std::vector<GateStatus> gates;
  std::int64_t capsules = 0;      // that it refers to; a promotion takes one at least
  std::vector<std::string> next;  // the commands that lead on from here, in their order
};
BOOST_DESCRIBE_STRUCT(StatusReply, (),
                      (id, state, moves, here, judged_at, risk, needed, reasons, gates, capsules, next))

struct Status {
  using Reply = StatusReply;
  static constexpr Verb verb{
      .subsystem = "workunit",
      .name = "status",
      .access = Access::read,
      .summary = "Say where a unit stands: what each gate lacks, what the policy asks for, what comes next",
      .examples = {{{"workunit status t-4k2m", "its last lines are the commands that come next"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      kHereField,
      {.name = "paths",
       .meaning = "What differs from the tree where the work began",
       .place = Place::fact,
       .max = 4096,
       .max_items = kPathsMax},
      {.name = "complete", .meaning = "Whether that is all of it", .place = Place::fact},
  });
  std::string id;
  std::optional<Subject> here;
  std::vector<std::string> paths;
  Complete complete = Complete::no;
};
BOOST_DESCRIBE_STRUCT(Status, (), (id, here, paths, complete))

struct UnitLine {
  std::string id;
  State state = State::draft;
  std::int64_t gates = 0;
  std::string intent;  // its beginning
};
BOOST_DESCRIBE_STRUCT(UnitLine, (), (id, state, gates, intent))

struct ListReply {
  std::vector<UnitLine> units;  // by id
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ListReply, (), (units, next_cursor))

struct List {
  using Reply = ListReply;
  static constexpr Verb verb{.subsystem = "workunit",
                             .name = "list",
                             .access = Access::read,
                             .summary = "List work units, by id",
                             .examples = {{{"workunit list --state executing", "what is being worked on"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "state", .meaning = "Only those that stand here"},
      fields::limit(500),
      fields::cursor(kIdBytesMax, 0),
  });
  std::optional<State> state;
  std::int64_t limit = 50;
  std::string cursor;
};
BOOST_DESCRIBE_STRUCT(List, (), (state, limit, cursor))

enum class Print : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Print, no, yes)

struct ExportReply {
  std::string id;
  std::string sum;
  Document document;
  std::optional<std::string> file;  // that it was written to
};
BOOST_DESCRIBE_STRUCT(ExportReply, (), (id, sum, document, file))

struct Export {
  using Reply = ExportReply;
  static constexpr Verb verb{.subsystem = "workunit",
                             .name = "export",
                             .access = Access::read,
                             .summary = "Write a unit to .decapod/workunits/ID.json, to be committed",
                             .examples = {Example{"workunit export t-4k2m", "The same state gives the same bytes"}}};
  static constexpr auto fields = std::to_array<Field>({
      kTaskField,
      {.name = "print", .meaning = "Write no file: the answer is all"},
  });
  std::string id;
  Print print = Print::no;
};
BOOST_DESCRIBE_STRUCT(Export, (), (id, print))

}  // namespace decapod::workunit
