#include <catch2/catch.hpp>
#include <random>

#include "sample_chain.h"

namespace decapod::audit {
namespace {

constexpr std::uint64_t kCount = 12;

TEST_CASE("an untouched chain verifies") {
  CHECK_FALSE(verify(sample_chain(kCount)));
  CHECK_FALSE(verify(sample_chain(kCount, Chain::reads), Chain::reads));
}

TEST_CASE("changing any byte of any record names that record") {
  auto const whole = sample_chain(kCount);
  std::size_t changes = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::size_t byte = 0; byte < whole[i].body.size(); ++byte) {
      auto touched = whole;
      touched[i].body[byte] = static_cast<char>(touched[i].body[byte] ^ 1);
      auto const found = verify(touched);
      REQUIRE(found);
      REQUIRE(found->kind == BreakKind::altered);
      REQUIRE(found->sequence == i + 1);
      ++changes;
    }
  }
  CHECK(changes > kCount * 300);
}

TEST_CASE("changing any bit of any stored hash names that record") {
  auto const whole = sample_chain(kCount);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::size_t bit = 0; bit < 256; ++bit) {
      auto touched = whole;
      touched[i].hash.bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
      auto const found = verify(touched);
      REQUIRE(found);
      REQUIRE(found->sequence == i + 1);
    }
  }
}

TEST_CASE("adding bytes to a record, or moving them to the next, names the first of them") {
  auto touched = sample_chain(kCount);
  touched[4].body += ' ';
  CHECK(verify(touched)->sequence == 5);

  touched = sample_chain(kCount);
  touched[5].body.insert(touched[5].body.begin(), touched[4].body.back());
  touched[4].body.pop_back();
  CHECK(verify(touched)->sequence == 5);
}

TEST_CASE("removing any record names it") {
  auto const whole = sample_chain(kCount);
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
    auto touched = whole;
    touched.erase(touched.begin() + static_cast<std::ptrdiff_t>(i));
    auto const found = verify(touched);
    REQUIRE(found);
    CHECK(found->kind == BreakKind::missing);
    CHECK(found->sequence == i + 1);
  }
}

TEST_CASE("removing a record and closing the gap in the numbers names its place") {
  auto touched = sample_chain(kCount);
  touched.erase(touched.begin() + 3);
  for (std::size_t i = 3; i < touched.size(); ++i) touched[i].sequence = i + 1;
  auto const found = verify(touched);
  REQUIRE(found);
  CHECK(found->kind == BreakKind::altered);
  CHECK(found->sequence == 4);
}

TEST_CASE("swapping any two records names the first of them") {
  auto const whole = sample_chain(kCount);
  for (std::size_t a = 0; a < whole.size(); ++a) {
    for (std::size_t b = a + 1; b < whole.size(); ++b) {
      auto touched = whole;
      std::swap(touched[a], touched[b]);
      auto const in_place = verify(touched);
      REQUIRE(in_place);
      REQUIRE(in_place->sequence == a + 1);

      std::swap(touched[a].sequence, touched[b].sequence);
      auto const renumbered = verify(touched);
      REQUIRE(renumbered);
      REQUIRE(renumbered->sequence == a + 1);
    }
  }
}

TEST_CASE("changing a record together with its own hash is found at the next record") {
  auto touched = sample_chain(kCount);
  touched[6].body[10] = 'X';
  touched[6].hash = link(Chain::mutations, 7, touched[5].hash, touched[6].body);
  auto const found = verify(touched);
  REQUIRE(found);
  CHECK(found->sequence == 8);
}

TEST_CASE("records of another store or another chain do not verify") {
  auto const records = sample_chain(3);
  Verifier other_store(Chain::mutations, genesis(Chain::mutations, "another store"));
  CHECK(other_store.feed(1, records[0].body, records[0].hash));
  Verifier other_chain(Chain::reads, genesis(Chain::reads, kStore));
  CHECK(other_chain.feed(1, records[0].body, records[0].hash));
}

TEST_CASE("a break says in words what is wrong and where") {
  auto touched = sample_chain(3);
  touched[1].body[0] = '[';
  auto const found = verify(touched);
  REQUIRE(found);
  CHECK(found->message.find("record 2 of the mutations chain was altered") == 0);
}

}  // namespace
}  // namespace decapod::audit
