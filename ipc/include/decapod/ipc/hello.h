#pragma once
// The first bytes on every connection, sent by the broker. The client sends nothing before it has read them: whatever
// goes wrong until then is safe to start over.

#include <decapod/base/codec.h>
#include <boost/describe.hpp>
#include <string>

namespace decapod::ipc {

struct Hello {
  std::int64_t protocol_major = 0;
  std::int64_t protocol_minor = 0;
  std::string build;                  // "0.1.0"
  std::int64_t version_rank = 0;      // election::BuildRank::version of the broker
  std::int64_t schema_supported = 0;  // the newest store this build can write
  std::int64_t schema = 0;            // of the store
  std::string store_uuid;
  std::int64_t generation = 0;
  std::uint64_t state_dev = 0;  // the state directory's device and inode: the client compares them with its own
  std::uint64_t state_ino = 0;
  std::uint64_t epoch = 0;
  std::int64_t pid = 0;  // for people; never for deciding whether it lives
};
BOOST_DESCRIBE_STRUCT(Hello, (),
                      (protocol_major, protocol_minor, build, version_rank, schema_supported, schema, store_uuid,
                       generation, state_dev, state_ino, epoch, pid))

// Frozen for ever: "DCPD", then two little-endian 16-bit numbers: the version of this framing (1) and the length of the
// JSON object that follows.
inline constexpr std::size_t kHelloPrefixBytes = 8;

std::string make_hello(Hello const& hello);
// The length of the object; foreign_peer if these are not our bytes, version_skew if the framing is unknown.
Result<std::size_t> parse_hello_prefix(std::string_view prefix);
Result<Hello> parse_hello_body(std::string_view body);

}  // namespace decapod::ipc
