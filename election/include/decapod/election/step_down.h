#pragma once
// Who gives way to whom when different builds meet.

#include <boost/describe.hpp>
#include <compare>
#include <cstdint>
#include <string>

namespace decapod::election {

// What a build can do, in the order in which it matters.
struct BuildRank {
  std::int64_t schema = 0;    // newest store it can write
  std::int64_t protocol = 0;  // major
  std::int64_t version = 0;   // 1'000'000 * major + 1'000 * minor + patch
  friend auto operator<=>(BuildRank const&, BuildRank const&) = default;
};
BOOST_DESCRIBE_STRUCT(BuildRank, (), (schema, protocol, version))

enum class Encounter : std::uint8_t {
  served,   // talk
  replace,  // the client is newer: ask the broker to step down, then lead
  refused,  // the client is too old for the store or the protocol: version_skew
};

// `store_schema` is what the store already has. Only strictly newer replaces, so two builds cannot push each other out
// in turn.
Encounter meet(BuildRank const& client, BuildRank const& broker, std::int64_t store_schema);

}  // namespace decapod::election
