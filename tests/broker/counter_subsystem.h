#pragma once
// A subsystem made for these tests: counters that are added to, and requests that fail in every way there is.

#include <decapod/broker/directory.h>
#include <decapod/contract/subsystem.h>

#include <string>

namespace decapod::test {

enum class Way : std::uint8_t {
  refuse,      // a deterministic refusal, after it has written
  busy,        // a transient one, after it has written
  constraint,  // breaks a constraint: that statement fails, the transaction lives
  interrupt,   // runs past its time while it writes: SQLite drops the whole transaction
  roll_back,   // asks SQLite to drop the whole transaction
  hide,        // the same, and says that all is well
  exception,   // a fault in the handler
  outgrow,     // a deterministic refusal, after it has changed more pages than the page cache holds
};
BOOST_DESCRIBE_ENUM(Way, refuse, busy, constraint, interrupt, roll_back, hide, exception, outgrow)

struct AddReply {
  std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(AddReply, (), (value))

struct Add {
  using Reply = AddReply;
  static constexpr Verb verb{.subsystem = "counter", .name = "add", .access = Access::write, .summary = "Add one"};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "The counter", .presence = Presence::required},
      {.name = "seen", .meaning = "What the caller saw", .place = Place::fact},
      {.name = "ballast", .meaning = "Makes the request as long as wanted", .max = 128 << 20},
      {.name = "held_by", .meaning = "A path: the handler makes <path>.here and waits for <path>.go"},
      {.name = "drops_once",
       .meaning = "A path: where it is not, the handler makes it, and SQLite drops the transaction"},
  });
  std::string name;
  std::int64_t seen = 0;
  std::string ballast;
  std::string held_by;
  std::string drops_once;
};
BOOST_DESCRIBE_STRUCT(Add, (), (name, seen, ballast, held_by, drops_once))

struct Fail {
  using Reply = AddReply;
  static constexpr Verb verb{
      .subsystem = "counter", .name = "fail", .access = Access::write, .summary = "Add one, then fail"};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "The counter", .presence = Presence::required},
      {.name = "way", .meaning = "How", .presence = Presence::required},
  });
  std::string name;
  Way way = Way::refuse;
};
BOOST_DESCRIBE_STRUCT(Fail, (), (name, way))

struct Get {
  using Reply = AddReply;
  static constexpr Verb verb{
      .subsystem = "counter", .name = "get", .access = Access::read, .summary = "Read a counter"};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "The counter", .presence = Presence::required},
  });
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Get, (), (name))

// The same for everybody: equal ones may share an execution.
struct Peek {
  using Reply = AddReply;
  static constexpr Verb verb{.subsystem = "counter",
                             .name = "peek",
                             .access = Access::read,
                             .summary = "Read a counter as others do",
                             .budget = std::chrono::milliseconds(1000),
                             .sharing = Sharing::shared};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "The counter", .presence = Presence::required},
      {.name = "laps", .meaning = "How many rows to count meanwhile"},
      {.name = "lasts_ms", .meaning = "For how long the answer is true"},
  });
  std::string name;
  std::int64_t laps = 0;
  std::int64_t lasts_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Peek, (), (name, laps, lasts_ms))

// A peek with the budget that a read has by itself.
struct Glance {
  using Reply = AddReply;
  static constexpr Verb verb{.subsystem = "counter",
                             .name = "glance",
                             .access = Access::read,
                             .summary = "Read a counter within the usual budget",
                             .sharing = Sharing::shared};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "The counter", .presence = Presence::required},
      {.name = "laps", .meaning = "How many rows to count meanwhile"},
  });
  std::string name;
  std::int64_t laps = 0;
};
BOOST_DESCRIBE_STRUCT(Glance, (), (name, laps))

struct Load {
  using Reply = AddReply;
  static constexpr Verb verb{.subsystem = "counter",
                             .name = "load",
                             .access = Access::write,
                             .summary = "Add one, and refuse",
                             .weight = Weight::heavy};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "The counter", .presence = Presence::required},
      {.name = "log", .meaning = "A path: each run adds a line", .presence = Presence::required},
  });
  std::string name;
  std::string log;
};
BOOST_DESCRIBE_STRUCT(Load, (), (name, log))

struct Sum {
  using Reply = AddReply;
  static constexpr Verb verb{.subsystem = "counter",
                             .name = "sum",
                             .access = Access::read,
                             .summary = "Add all counters up",
                             .weight = Weight::heavy};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Sum, (), ())

// One migration.
broker::Directory counters();
// The same with a second migration: a newer build.
broker::Directory newer_counters();

}  // namespace decapod::test
