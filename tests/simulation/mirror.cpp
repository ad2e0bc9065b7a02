#include "mirror.h"

#include <array>

namespace decapod::sim {
namespace {

struct MirrorPeek {
  using Reply = test::AddReply;
  static constexpr Verb verb{.subsystem = "mirror",
                             .name = "peek",
                             .access = Access::read,
                             .summary = "Read a counter as others do",
                             .sharing = Sharing::shared};
  static constexpr auto fields = std::to_array<Field>({
      {.name = "name", .meaning = "The counter", .presence = Presence::required},
  });
  std::string name;
};
BOOST_DESCRIBE_STRUCT(MirrorPeek, (), (name))

Result<test::AddReply> peek(contract::Context& context, MirrorPeek const& request) {
  auto rows = context.store().query("SELECT value FROM counter WHERE name = ?1", request.name);
  return test::AddReply{.value = rows.next() ? rows.integer(0) : 0};
}

constexpr contract::Operation kOperations[] = {contract::operation<&peek>};
constexpr contract::Subsystem kMirror{.name = "mirror", .operations = kOperations, .migrations = {}, .gates = {}};

}  // namespace

broker::Directory mirrored_counters() {
  static std::array<contract::Subsystem const*, 2> const table = {
      test::counters().find("counter.get") != nullptr ? test::counters().subsystems().front() : nullptr, &kMirror};
  return broker::Directory(table);
}

}  // namespace decapod::sim
