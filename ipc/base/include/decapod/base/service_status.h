#pragma once
// What a broker says of itself: it sends this, and `broker status` and `doctor` show it.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace decapod {

enum class Serving : std::uint8_t { no, yes };
BOOST_DESCRIBE_ENUM(Serving, no, yes)

// When nobody serves, only `serving` and `losses` are there, and `unserved` if no command could change that.
struct ServiceStatus {
  Serving serving = Serving::no;
  std::optional<std::int64_t> pid;  // for people
  std::optional<std::string> build;
  std::optional<std::uint64_t> epoch;
  std::optional<std::int64_t> uptime_ms;
  std::optional<std::int64_t> idle_ms;
  std::optional<std::int64_t> connections;
  std::optional<std::int64_t> queued;
  std::optional<std::int64_t> in_flight;
  std::optional<std::int64_t> requests;  // answered: executed, or by the execution of an equal one
  std::optional<std::int64_t> executed;
  std::optional<std::int64_t> joined;  // reads that waited for an equal one's result
  std::optional<std::int64_t> cached;  // reads that a recent result answered
  std::optional<std::int64_t> groups;
  std::optional<std::int64_t> grouped_writes;
  std::optional<std::int64_t> losses;   // on record in the state directory; nullopt: none. Whoever shows it has looked
  std::optional<std::string> unserved;  // why no command will serve the store either
};
BOOST_DESCRIBE_STRUCT(ServiceStatus, (),
                      (serving, pid, build, epoch, uptime_ms, idle_ms, connections, queued, in_flight, requests,
                       executed, joined, cached, groups, grouped_writes, losses, unserved))

}  // namespace decapod
