#pragma once
// `decapod policy operator-init | operator-replace`: the operator's key. The private part never leaves the command.

#include <decapod/base/request_type.h>
#include <decapod/governance/key_fields.h>
#include <decapod/policy/views.h>

namespace decapod::policy {

// What guessing the passphrase of a new key file costs.
enum class Cost : std::uint8_t {
  usual,  // 256 MiB and about a second a guess
  least,  // next to nothing: for keys that protect nothing
};
BOOST_DESCRIBE_ENUM(Cost, usual, least)

// Whether the request pinned the key, or found it pinned.
enum class Pinned : std::uint8_t { now, before };
BOOST_DESCRIBE_ENUM(Pinned, now, before)

struct OperatorReply {
  std::int64_t number = 0;                 // 1: the first key of this store
  std::string key;                         // hex, the public part
  std::optional<std::string> file;         // the private part, encrypted
  std::optional<std::string> public_file;  // .decapod/operator.pub, to be committed
  Pinned pinned = Pinned::now;
};
BOOST_DESCRIBE_STRUCT(OperatorReply, (), (number, key, file, public_file, pinned))

struct OperatorInit {
  using Reply = OperatorReply;
  static constexpr Verb verb{
      .subsystem = "policy",
      .name = "operator-init",
      .access = Access::write,
      .summary = "Make the operator's key, protected by a passphrase, and pin its public part in the store",
      .examples = {{{"policy operator-init", "once; asks for a passphrase"}}}};
  static constexpr auto fields = std::to_array<Field>({
      governance::key_path_field(
          "key", "The key file to make, or one that is there; ~/.config/decapod/operator.key otherwise"),
      governance::kPassphraseFileField,
      governance::kPassphraseFdField,
      {.name = "cost", .meaning = "What guessing the passphrase costs"},
      {.name = "statement", .meaning = "The public key, signed by itself", .place = Place::fact},
  });
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  Cost cost = Cost::usual;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(OperatorInit, (), (key, passphrase_file, passphrase_fd, cost, statement))

struct OperatorReplace {
  using Reply = OperatorReply;
  static constexpr Verb verb{
      .subsystem = "policy",
      .name = "operator-replace",
      .access = Access::write,
      .summary = "Pin another operator's key in the store, signed with the one that it replaces",
      .examples = {{{"policy operator-replace --new-key ~/.config/decapod/next.key", "approvals by the old key end"}}}};
  static constexpr auto fields = std::to_array<Field>({
      governance::key_path_field("key", "The present key file; ~/.config/decapod/operator.key otherwise"),
      governance::key_path_field("passphrase_file", "A file with its passphrase, instead of the terminal"),
      governance::kPassphraseFdField,
      {.name = "new_key",
       .meaning = "The key file to make, or one that is there",
       .presence = Presence::required,
       .min = 1,
       .max = kPathBytesMax,
       .value_name = "FILE"},
      governance::key_path_field("new_passphrase_file",
                                 "A file with the passphrase of the new key; that of the present one otherwise"),
      {.name = "cost", .meaning = "What guessing the new passphrase costs"},
      {.name = "statement", .meaning = "The new public key, signed with the present one", .place = Place::fact},
  });
  std::string key;
  std::string passphrase_file;
  std::optional<std::int64_t> passphrase_fd;
  std::string new_key;
  std::string new_passphrase_file;
  Cost cost = Cost::usual;
  std::optional<governance::Signed> statement;
};
BOOST_DESCRIBE_STRUCT(OperatorReplace, (),
                      (key, passphrase_file, passphrase_fd, new_key, new_passphrase_file, cost, statement))

}  // namespace decapod::policy
