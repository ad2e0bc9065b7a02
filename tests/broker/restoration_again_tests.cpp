// A restore that is asked for again: it was done once, and that is what everybody is told.

#include <filesystem>
#include <thread>

#include "restoration_scene.h"

namespace decapod::broker {

using namespace test;
namespace fs = std::filesystem;

TEST_CASE("a restore that is asked for twice under one request id happens once") {
  Scene scene;
  auto const first = scene.restore();
  REQUIRE(first.has_value());
  {
    Bench bench(scene.store);
    add_times(bench, 1, "later-");
  }
  auto const second = scene.restore();
  REQUIRE(second.has_value());
  CHECK(second->commit_seq == first->commit_seq);
  Bench bench(scene.store);
  CHECK(bench.value("a") == 3);
}

TEST_CASE("a restore that was done is remembered although its file is gone") {
  Scene scene;
  auto const directory = counters();
  auto const recall = [&](Job const& job) {
    return Restoration(scene.store.paths(), "store-2", directory, scene.store.clock())
        .recall(job.request.idempotency_key, [&](json::object const& answered) {
          CHECK(answered.contains("value"));
          return job;
        });
  };
  auto const before = recall(restoring());
  REQUIRE((before.has_value() && before->ledger == LedgerState::asked));
  CHECK_FALSE(before->reply.has_value());
  auto const first = scene.restore();
  REQUIRE(first.has_value());
  fs::remove(scene.snapshot);

  auto const again = recall(restoring());
  REQUIRE(again.has_value());
  REQUIRE(again->reply.has_value());
  CHECK(again->reply->commit_seq == first->commit_seq);
  auto const other = recall(job_of(add("another", "restore-1")));
  REQUIRE((other.has_value() && other->reply.has_value()));
  CHECK(error_of(*other->reply) == "REQUEST_ID_CONFLICT");

  test::write_file(scene.store.paths().database, std::string(8192, 'x'));
  auto const unreadable = recall(restoring());
  REQUIRE(unreadable.has_value());
  CHECK(unreadable->ledger == LedgerState::unreadable);
}

TEST_CASE("a restore that was done is still known as done when its reply is no longer kept") {
  Scene scene;
  REQUIRE(scene.restore().has_value());
  {
    auto options = Bench::options_of(scene.store);
    options.replies_kept = Millis(1);
    Bench bench(scene.store, options);
    std::this_thread::sleep_for(Millis(2));
    while (bench.engine().forget_replies() == Engine::Left::more) {
    }
  }
  auto const directory = counters();
  auto const recall = [&](std::string const& actor) {
    // What the digest covered is known from the reply only.
    auto const complete = [&](json::object const& answered) {
      return job_of(add(answered.empty() ? "" : "restored", "restore-1", actor));
    };
    return Restoration(scene.store.paths(), "store-2", directory, scene.store.clock(), {})
        .recall("restore-1", complete);
  };
  auto const again = recall("alice");
  REQUIRE(again.has_value());
  REQUIRE(again->reply.has_value());
  CHECK(error_of(*again->reply) == "EXPIRED_REQUEST_ID");
  CHECK(again->reply->status == ipc::Status::COMMITTED);
  CHECK(again->reply->vouched == ipc::Vouched::yes);
  auto const another = recall("bob");
  REQUIRE(another.has_value());
  REQUIRE(another->reply.has_value());
  CHECK(error_of(*another->reply) == "REQUEST_ID_CONFLICT");
}

}  // namespace decapod::broker
