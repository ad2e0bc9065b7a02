#include <decapod/audit/checkpoint.h>

#include <catch2/catch.hpp>

#include "sample_chain.h"

namespace decapod::audit {
namespace {

Checkpoint pin(std::vector<StoredRecord> const& records, std::uint64_t size) {
  auto const head = size == 0 ? genesis(Chain::mutations, kStore) : Head{size, records[size - 1].hash};
  return {.store_uuid = std::string(kStore), .generation = 2, .mutations = head};
}

std::optional<Break> compare_with(std::vector<StoredRecord> const& records, Checkpoint const& checkpoint) {
  std::optional<Sha256> at_size;
  auto const size = checkpoint.mutations.size;
  if (size == 0)
    at_size = genesis(Chain::mutations, kStore).head;
  else if (size <= records.size())
    at_size = records[size - 1].hash;
  return compare(checkpoint, at_size, records.size());
}

TEST_CASE("a checkpoint has exactly this text") {
  Checkpoint const checkpoint{
      .store_uuid = "store-1",
      .generation = 4,
      .mutations = extend(Chain::mutations, genesis(Chain::mutations, "store-1"), R"({"a":1})")};
  CHECK(to_text(checkpoint) ==
        "decapod audit checkpoint v2\nstore-1 4\n1\nM1L1WW3uOIVAqirrO9UJkVfdP67y6E6cNl7D/reQ2/s=\n");
}

TEST_CASE("a checkpoint reads back, with or without its last newline") {
  auto const checkpoint = pin(sample_chain(9), 9);
  auto text = to_text(checkpoint);
  for (int round = 0; round < 2; ++round) {
    auto const back = parse_checkpoint(text);
    REQUIRE(back.has_value());
    CHECK(back->store_uuid == checkpoint.store_uuid);
    CHECK(back->generation == 2);
    CHECK(back->mutations == checkpoint.mutations);
    text.pop_back();
  }
}

TEST_CASE("a checkpoint that was touched anywhere is refused or says something else") {
  auto const checkpoint = pin(sample_chain(9), 9);
  auto const text = to_text(checkpoint);
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto touched = text;
    touched[i] = static_cast<char>(touched[i] ^ 1);
    auto const read = parse_checkpoint(touched);
    bool const same = read && read->store_uuid == checkpoint.store_uuid && read->generation == checkpoint.generation &&
                      read->mutations == checkpoint.mutations;
    CAPTURE(i, touched);
    REQUIRE_FALSE(same);
  }
}

TEST_CASE("what is no checkpoint is refused") {
  auto const text = to_text(pin(sample_chain(3), 3));
  for (auto const& bad : {std::string(), std::string("hello"), text + "more\n", text + "\n", "\n" + text,
                          text.substr(0, text.size() - 3)}) {
    CAPTURE(bad);
    auto const read = parse_checkpoint(bad);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == ErrorCode::bad_request);
  }
}

TEST_CASE("a checkpoint's store has a name of 1 to 64 bytes") {
  auto checkpoint = pin(sample_chain(3), 3);
  for (std::size_t const size : {1, 64}) {
    checkpoint.store_uuid = std::string(size, 'u');
    auto const read = parse_checkpoint(to_text(checkpoint));
    REQUIRE(read.has_value());
    CHECK(read->store_uuid == checkpoint.store_uuid);
  }
  for (std::size_t const size : {0, 65}) {
    checkpoint.store_uuid = std::string(size, 'u');
    CHECK_FALSE(parse_checkpoint(to_text(checkpoint)).has_value());
  }
}

TEST_CASE("a record that a checkpoint pins is gone, whichever of count and hash says so") {
  auto const records = sample_chain(10);
  auto const pinned = pin(records, 8);
  for (auto const& found : {compare(pinned, std::nullopt, 10), compare(pinned, records[7].hash, 7)}) {
    REQUIRE(found);
    CHECK(found->kind == BreakKind::truncated);
  }
  auto const shorter = compare(pinned, std::nullopt, 5);
  REQUIRE(shorter);
  CHECK(shorter->message == "the checkpoint counts 8 records, the store has 5: record 6 and what followed are gone");
}

TEST_CASE("a chain that only grew matches every earlier checkpoint") {
  auto const records = sample_chain(10);
  for (std::uint64_t size = 0; size <= 10; ++size) CHECK_FALSE(compare_with(records, pin(records, size)));
}

TEST_CASE("a tail cut below a checkpoint names the first record that is gone") {
  auto const whole = sample_chain(10);
  auto const pinned = pin(whole, 8);
  for (std::uint64_t left = 0; left < 8; ++left) {
    std::vector<StoredRecord> const cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(left));
    REQUIRE_FALSE(verify(cut));  // the chain alone cannot tell
    auto const found = compare_with(cut, pinned);
    REQUIRE(found);
    CHECK(found->kind == BreakKind::truncated);
    CHECK(found->sequence == left + 1);
  }
}

TEST_CASE("a chain that was computed anew does not match its checkpoint") {
  auto const whole = sample_chain(10);
  auto const pinned = pin(whole, 8);
  std::vector<StoredRecord> forged;
  auto head = genesis(Chain::mutations, kStore);
  for (auto const& record : whole) {
    auto body = record.body;
    if (record.sequence == 4) body.replace(body.find("agent-"), 6, "other-");
    head = extend(Chain::mutations, head, body);
    forged.push_back({.sequence = head.size, .body = body, .hash = head.head});
  }
  REQUIRE_FALSE(verify(forged));  // the chain alone cannot tell
  auto const found = compare_with(forged, pinned);
  REQUIRE(found);
  CHECK(found->kind == BreakKind::diverged);
  CHECK(found->sequence == 8);
}

}  // namespace
}  // namespace decapod::audit
