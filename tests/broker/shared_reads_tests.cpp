#include <decapod/broker/shared_reads.h>

#include <catch2/catch.hpp>

namespace decapod::broker {
namespace {

using audit::Served;

Instant at(std::int64_t ms) {
  return {.wall = {1'000'000 + ms}, .boot = {5'000 + ms}, .boot_id = "this-boot"};
}

ReadKey key(std::string const& name) {
  return read_key("counter.peek", {{"name", name}});
}

ReadResult result(std::string frames, Instant executed) {
  return {.frames = std::move(frames), .executed = std::move(executed), .valid_until = std::nullopt, .error = ""};
}

// Readers are numbered; so are executions.
class Desk {
 public:
  explicit Desk(CacheLimits limits = {}) : reads(limits) {}

  SharedReads::Admitted ask(std::uint64_t connection, std::string const& name, Instant const& now) {
    auto admitted = reads.admit(key(name), {.connection = connection, .job = {}, .arrived = now}, now, Ticket{next_});
    if (admitted.served == Served::executed) ++next_;
    return admitted;
  }
  // Asks and executes.
  void learn(std::string const& name, ReadResult const& what) {
    auto const admitted = ask(99, name, what.executed);
    REQUIRE(admitted.served == Served::executed);
    reads.finish(admitted.ticket, what);
  }

  SharedReads reads;

 private:
  std::uint64_t next_ = 1;
};

std::vector<std::uint64_t> connections(std::vector<Waiter> const& waiters) {
  std::vector<std::uint64_t> ids;
  for (auto const& waiter : waiters) ids.push_back(waiter.connection);
  return ids;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("equal reads that wait at the same time are executed once, and all are answered") {
  Desk desk;
  auto const first = desk.ask(1, "a", at(0));
  CHECK(first.served == Served::executed);
  auto const second = desk.ask(2, "a", at(1));
  CHECK(second.served == Served::joined);
  CHECK(second.ticket == first.ticket);
  CHECK(desk.ask(3, "b", at(1)).served == Served::executed);
  auto const settled = desk.reads.finish(first.ticket, result("A", at(2)));
  CHECK(connections(settled.answered) == Ids{1, 2});
  CHECK(settled.answered[0].served == Served::executed);
  CHECK(settled.answered[1].served == Served::joined);
  CHECK(settled.again.empty());
}

TEST_CASE("a result answers again until something in its logical database is committed") {
  Desk desk;
  desk.learn("a", result("A", at(0)));
  CHECK(desk.ask(1, "a", at(5)).frames == "A");
  desk.reads.changed("another");
  CHECK(desk.ask(2, "a", at(6)).served == Served::cached);
  desk.reads.changed("counter");
  CHECK(desk.ask(3, "a", at(7)).served == Served::executed);
  CHECK(desk.reads.cached_bytes() == 0);
}

TEST_CASE("a result is not served past the moment until which it is true, by either clock") {
  auto ends_at_10 = result("A", at(0));
  ends_at_10.valid_until = at(10).wall;
  auto const asked_at = [&](Instant const& now) {
    Desk desk;
    desk.learn("a", ends_at_10);
    return desk.ask(1, "a", now).served;
  };
  CHECK(asked_at(at(9)) == Served::cached);
  CHECK(asked_at(at(10)) == Served::executed);
  // The wall clock was set back, or the machine's clock runs behind it: the lease has ended by the other one.
  auto wall_back = at(10);
  wall_back.wall = at(5).wall;
  CHECK(asked_at(wall_back) == Served::executed);
  auto wall_ahead = at(5);
  wall_ahead.wall = at(10).wall;
  CHECK(asked_at(wall_ahead) == Served::executed);
}

TEST_CASE("a wall clock that was set back makes no old result true again") {
  Desk desk;
  desk.learn("a", result("A", at(100)));
  auto before = at(101);
  before.wall = at(99).wall;
  CHECK(desk.ask(1, "a", before).served == Served::executed);
}

TEST_CASE("whoever joins after the result stopped being true is asked to read anew, the others are answered") {
  Desk desk;
  auto const first = desk.ask(1, "a", at(0));
  desk.ask(2, "a", at(9));
  desk.ask(3, "a", at(10));
  auto ends_at_10 = result("A", at(5));
  ends_at_10.valid_until = at(10).wall;
  auto const settled = desk.reads.finish(first.ticket, ends_at_10);
  CHECK(connections(settled.answered) == Ids{1, 2});
  CHECK(connections(settled.again) == Ids{3});
}

TEST_CASE("an error is told to those who waited and to nobody after them") {
  Desk desk;
  auto const first = desk.ask(1, "a", at(0));
  desk.ask(2, "a", at(0));
  auto refused = result("no", at(1));
  refused.error = "REFUSED";
  CHECK(connections(desk.reads.finish(first.ticket, refused).answered) == Ids{1, 2});
  CHECK(desk.ask(3, "a", at(2)).served == Served::executed);
}

TEST_CASE("an execution is for nobody once its last reader has gone, and the next reader starts another") {
  Desk desk;
  auto const first = desk.ask(1, "a", at(0));
  desk.ask(2, "a", at(0));
  CHECK(desk.reads.left(first.ticket, 1) == SharedReads::Wanted::still);
  CHECK(desk.reads.left(first.ticket, 2) == SharedReads::Wanted::no_longer);
  auto const next = desk.ask(3, "a", at(1));
  CHECK(next.served == Served::executed);
  CHECK(next.ticket != first.ticket);
  CHECK(desk.reads.finish(first.ticket, result("old", at(1))).answered.empty());
  CHECK(connections(desk.reads.finish(next.ticket, result("new", at(2))).answered) == Ids{3});
}

TEST_CASE("the cache stays within its bytes by dropping what was served longest ago") {
  Desk desk({.bytes = 4'000, .entry_bytes = 2'000, .time_to_live = Millis(1'000)});
  auto const big = std::string(1'000, 'x');
  for (auto const* name : {"a", "b", "c", "d", "e", "f"}) {
    desk.learn(name, result(big, at(0)));
    if (*name > 'a') CHECK(desk.ask(1, "a", at(1)).served == Served::cached);
    CHECK(desk.reads.cached_bytes() <= 4'000);
  }
  CHECK(desk.ask(1, "f", at(1)).served == Served::cached);
  CHECK(desk.ask(1, "b", at(1)).served == Served::executed);
}

TEST_CASE("what is too large or too old is not kept") {
  Desk desk({.bytes = 4'000, .entry_bytes = 2'000, .time_to_live = Millis(1'000)});
  desk.learn("a", result(std::string(2'001, 'x'), at(0)));
  CHECK(desk.reads.cached_bytes() == 0);
  desk.learn("b", result("B", at(0)));
  CHECK(desk.ask(1, "b", at(999)).served == Served::cached);
  CHECK(desk.ask(1, "b", at(1'000)).served == Served::executed);
}

TEST_CASE("reads are told apart by their whole text, whatever their hashes are") {
  auto one = key("a");
  auto other = key("b");
  other.params = one.params;
  CHECK_FALSE(one == other);
  CHECK(to_string(one).starts_with("counter.peek:"));
  CHECK(to_string(one).size() == std::string("counter.peek:").size() + 32);
}

}  // namespace decapod::broker
