#pragma once
// `decapod promote show | list | export | seal | verify`: promotions that were recorded.

#include <decapod/fields/fields.h>
#include <decapod/governance/key_fields.h>
#include <decapod/governance/statement.h>
#include <decapod/promote/requests.h>

namespace decapod::promote {

// The operator's signature over a lineage and the record that it left.
enum class Sealed : std::uint8_t {
  no,
  yes,
  awaited,  // its policy asks for one: it counts for nothing before
};
BOOST_DESCRIBE_ENUM(Sealed, no, yes, awaited)

struct Brief {
  std::string id;
  Kind kind = Kind::workunit;
  std::vector<std::string> units;
  std::string revision;
  std::string tree;
  std::string policy;
  std::string marker;
  Timestamp at;
  std::string by;
  Sealed sealed = Sealed::no;
};
BOOST_DESCRIBE_STRUCT(Brief, (), (id, kind, units, revision, tree, policy, marker, at, by, sealed))

struct ShowReply {
  Brief promotion;
  std::string digest;
  json::object lineage;  // promote_lineage/lineage.h
};
BOOST_DESCRIBE_STRUCT(ShowReply, (), (promotion, digest, lineage))

struct Show {
  using Reply = ShowReply;
  static constexpr Verb verb{
      .subsystem = "promote",
      .name = "show",
      .access = Access::read,
      .summary = "Show a promotion and what it rests on",
      .budget = std::chrono::milliseconds(200),
      .examples = {{{"promote show p-93ab51c07d22e8f4", "what it rests on, with the marker of each step"}}}};
  static constexpr auto fields = std::to_array<Field>({kPromotionField});
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id))

struct ListReply {
  std::vector<Brief> promotions;  // newest first
  std::optional<std::int64_t> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ListReply, (), (promotions, next_cursor))

struct List {
  using Reply = ListReply;
  static constexpr Verb verb{.subsystem = "promote",
                             .name = "list",
                             .access = Access::read,
                             .summary = "List promotions, newest first",
                             .examples = {{{"promote list --unit t-4k2m", "what became of one work unit"},
                                           {"promote list --kind release --limit 1", "the latest release"}}}};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "unit", .meaning = "Only those of this work unit (its whole id)", .max = kIdBytesMax},
      {.name = "kind", .meaning = "Only those of this kind"},
      fields::limit(100),
      fields::numbered_cursor(),
  });
  std::string unit;
  std::optional<Kind> kind;
  std::int64_t limit = 20;
  std::optional<std::int64_t> cursor;
};
BOOST_DESCRIBE_STRUCT(List, (), (unit, kind, limit, cursor))

enum class Print : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Print, no, yes)

struct ExportReply {
  std::string id;
  json::object bundle;              // promote_lineage/bundle.h
  std::optional<std::string> file;  // that it was written to
};
BOOST_DESCRIBE_STRUCT(ExportReply, (), (id, bundle, file))

struct Export {
  using Reply = ExportReply;
  static constexpr Verb verb{
      .subsystem = "promote",
      .name = "export",
      .access = Access::read,
      .summary = "Write the lineage bundle of a promotion to .decapod/lineage/ID.json, to be committed",
      .budget = std::chrono::milliseconds(200),
      .examples = {{{"promote export p-93ab51c07d22e8f4", "the same promotion gives the same bytes"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kPromotionField,
      {.name = "print", .meaning = "Write no file: the answer is all"},
  });
  std::string id;
  Print print = Print::no;
};
BOOST_DESCRIBE_STRUCT(Export, (), (id, print))

struct SealReply {
  std::string id;
  std::string digest;
  std::string key;  // hex
  std::optional<std::string> file;
};
BOOST_DESCRIBE_STRUCT(SealReply, (), (id, digest, key, file))

struct Seal {
  using Reply = SealReply;
  static constexpr Verb verb{
      .subsystem = "promote",
      .name = "seal",
      .access = Access::write,
      .summary = "Sign the whole lineage of a promotion with the operator's key",
      .examples = {{{"promote seal p-93ab51c07d22e8f4", "the operator vouches for it, and the bundle says so"}}}};
  static constexpr auto fields = std::to_array<Field>({
      kPromotionField,
      governance::kOperatorKeyField,
      governance::kPassphraseFileField,
      governance::kPassphraseFdField,
      governance::kSignatureField,
  });
  std::string id;
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(Seal, (), (id, key, passphrase_file, passphrase_fd, statement))

}  // namespace decapod::promote
