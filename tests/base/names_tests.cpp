#include <decapod/base/counted.h>
#include <decapod/base/digest.h>
#include <decapod/base/id.h>
#include <decapod/base/shell_words.h>
#include <decapod/base/state_paths.h>
#include <decapod/base/suggest.h>

#include <array>
#include <catch2/catch.hpp>
#include <set>

using namespace decapod;

namespace {

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

constexpr auto kVerbs = std::to_array<std::string_view>({"claim", "comment", "list", "next", "release", "renew"});

}  // namespace

TEST_CASE("random ids are 32 hex digits and differ") {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    auto const id = random_id();
    REQUIRE(id.size() == 32);
    REQUIRE(is_hex(id));
    ids.insert(id);
  }
  CHECK(ids.size() == 1000);
}

TEST_CASE("request ids are UUIDs of version 7 that sort by time") {
  auto const id = new_request_id(Timestamp{0x0123456789AB});
  REQUIRE(id.size() == 36);
  CHECK(id.starts_with("01234567-89ab-7"));
  CHECK(std::string_view("89ab").find(id[19]) != std::string_view::npos);
  for (auto const at : {8U, 13U, 18U, 23U}) CHECK(id[at] == '-');
  std::string previous;
  for (std::int64_t ms = 1'700'000'000'000; ms < 1'700'000'001'000; ++ms) {
    auto const next = new_request_id(Timestamp{ms});
    REQUIRE(previous < next);
    previous = next;
  }
}

TEST_CASE("a marker prints as epoch and number, and sorts by them") {
  CHECK(to_string(Marker{3, 17}) == "3.17");
  CHECK(Marker{2, 99} < Marker{3, 1});
}

TEST_CASE("digests match the published vectors") {
  CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  auto const empty = hash128("");
  CHECK(empty.high == 0x99aa06d3014798d8ULL);
  CHECK(empty.low == 0x6001c324468d497fULL);
}

TEST_CASE("a digest depends on the bytes, not on how they were handed over") {
  auto const whole = sha256(std::string_view("ab\x02\0\0\0\0\0\0\0", 10));
  CHECK(Sha256Hasher().add("a").add("b").add_u64(2).finish() == whole);
  CHECK_FALSE(Sha256Hasher().add("ab").add_u64(3).finish() == whole);
}

TEST_CASE("the nearest words come first, and far ones not at all") {
  CHECK(closest("clami", kVerbs) == std::vector<std::string>{"claim"});
  CHECK(closest("relea", kVerbs) == std::vector<std::string>{"release"});
  CHECK(closest("comemnt", kVerbs).front() == "comment");
  CHECK(closest("zzzzzz", kVerbs).empty());
  CHECK(closest("", kVerbs).empty());
  CHECK(closest(std::string(5000, 'x'), kVerbs).empty());
}

TEST_CASE("at most three words are suggested") {
  constexpr auto many = std::to_array<std::string_view>({"aa", "ab", "ac", "ad", "ae"});
  CHECK(closest("af", many).size() == 3);
}

TEST_CASE("every file of a store lies in its directory and has a name of its own") {
  StatePaths const paths("/x/data");
  std::set<std::string> const names = {paths.leader_lock, paths.want_lock, paths.socket,     paths.socket_new,
                                       paths.database,    paths.wal,       paths.broker_log, paths.audit_directory};
  CHECK(names.size() == 8);
  for (auto const& name : names) CHECK(name.starts_with("/x/data/"));
  CHECK(paths.wal == paths.database + "-wal");
}

TEST_CASE("one of a kind is told in the singular, and no or more of it in the plural") {
  CHECK(counted(1, "gate") == "1 gate");
  CHECK(counted(0, "gate") == "0 gates");
  CHECK(counted(2U, "gate") == "2 gates");
  CHECK(counted(std::int64_t{1}, "reply", "replies") == "1 reply");
  CHECK(counted(std::size_t{3}, "reply", "replies") == "3 replies");
}

TEST_CASE("a word for a shell is quoted where a shell would take it for more than it is, and nowhere else") {
  for (std::string const plain : {"t-4k2m", "/srv/my_repo/.decapod", "a@b.org", "50%", "x:y+z,1"}) {
    CHECK(shell_word(plain) == plain);
  }
  CHECK(shell_word("") == "''");
  CHECK(shell_word("two words") == "'two words'");
  CHECK(shell_word("it's") == "'it'\\''s'");
  for (char const special : std::string("\t\n !\"#$&()*;<=>?[\\]^`{|}~")) {
    CHECK(shell_word(std::string("a") + special + "b") == std::string("'a") + special + "b'");
  }
  CHECK(shell_word("gr\xC3\xBC\xC3\x9F") == "'gr\xC3\xBC\xC3\x9F'");
}
