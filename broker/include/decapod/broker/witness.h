#pragma once
// acknowledged.json in the state directory: how far a store has come as far as anybody was told. It lies beside the
// store, not in it, so that whoever opens the store next finds out if commits are gone from it that were acknowledged:
// with a log of commits that was removed or cut off while nobody held it, or under a process that was killed.
//
// It is written before an acknowledgement goes out, and by whoever opens a store that has more, which may be told from
// then on. It is not synced: a process that dies leaves it whole, and what a loss of power takes of it makes it older,
// never newer than the store, whose commit was synced before. So a store that is behind it has lost something, and one
// that is ahead of it has not.

#include <decapod/base/descriptor.h>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace decapod::broker {

// The last commit that was acknowledged, and of which store.
struct Acknowledged {
  std::string store_uuid;
  std::int64_t generation = 0;
  std::uint64_t epoch = 0;
  std::uint64_t commit_seq = 0;
};
BOOST_DESCRIBE_STRUCT(Acknowledged, (), (store_uuid, generation, epoch, commit_seq))

std::string witness_path(std::string const& state_directory);

// Only under the leader lock. Opens the file when it is first asked, makes it when it first writes, and keeps it open.
class Witness {
 public:
  explicit Witness(std::string const& state_directory) : path_(witness_path(state_directory)) {}

  // nullopt: there is none, or none that can be read.
  std::optional<Acknowledged> read();
  // What cannot be written is left as it is: a witness that is behind does no harm. False: it was not written.
  bool write(Acknowledged const& last);

 private:
  enum class Absent : std::uint8_t { leave, make };
  bool open(Absent absent);

  std::string path_;
  Descriptor file_;
};

}  // namespace decapod::broker
