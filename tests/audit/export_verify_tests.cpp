#include <decapod/audit/jsonl_export.h>
#include <support/temp_directory.h>

#include <catch2/catch.hpp>

#include <filesystem>

#include "sample_chain.h"

namespace decapod::audit {
namespace {

// A store of ten records, and a file to compare with it.
class Exported {
 public:
  explicit Exported(std::uint64_t count = 10) : records_(sample_chain(count)) {}
  std::vector<StoredRecord> const& records() const { return records_; }

  ExportReport verify(std::string const& content, Chain chain = Chain::mutations) const {
    test::write_file(path_, content);
    return report(records_.size(), std::string::npos, chain);
  }

  // The first `bytes` of the file, with a store that has no more than `stored` records.
  ExportReport verify_beginning(std::uint64_t stored, std::uint64_t bytes) const {
    test::write_file(path_, lines(0, records_.size()));
    return report(stored, bytes);
  }

  std::string lines(std::size_t from = 0, std::size_t to = 10) const {
    std::string text;
    for (auto i = from; i < to; ++i) text += to_line(records_[i]);
    return text;
  }

 private:
  ExportReport report(std::uint64_t stored, std::uint64_t bytes, Chain chain = Chain::mutations) const {
    auto const lookup = [&](std::uint64_t sequence) {
      return sequence <= stored ? std::optional(records_[sequence - 1]) : std::nullopt;
    };
    auto const verified = verify_export(path_, chain, lookup, bytes);
    REQUIRE(verified.has_value());
    return *verified;
  }

  test::TempDirectory scratch_;
  std::string path_ = scratch_ / "audit.jsonl";
  std::vector<StoredRecord> records_;
};

TEST_CASE("a faithful export has no break, be it complete, behind, torn or empty") {
  Exported const exported;
  auto const complete = exported.verify(exported.lines());
  CHECK_FALSE(complete.first_break);
  CHECK(complete.first == 1);
  CHECK(complete.last == 10);
  CHECK(exported.verify(exported.lines(0, 4)).last == 4);
  CHECK(exported.verify("").last == 0);
  auto const torn = exported.verify(exported.lines(0, 5) + exported.lines(5, 6).substr(0, 50));
  CHECK_FALSE(torn.first_break);
  CHECK(torn.last == 5);
  CHECK(torn.torn_bytes == 50);
}

TEST_CASE("a beginning that is gone is missing, but of the reads, whose oldest may be pruned") {
  Exported const exported;
  auto const mutations = exported.verify(exported.lines(3, 10));
  REQUIRE(mutations.first_break);
  CHECK(mutations.first_break->kind == BreakKind::missing);
  CHECK(mutations.first_break->sequence == 1);
  auto const reads = exported.verify(exported.lines(3, 10), Chain::reads);
  CHECK_FALSE(reads.first_break);
  CHECK(reads.first == 4);
}

TEST_CASE("what is exported while the store is read is left for the next time") {
  Exported const exported;
  for (std::size_t stored = 1; stored <= 10; ++stored) {
    auto const report = exported.verify_beginning(stored, exported.lines(0, stored).size());
    CHECK_FALSE(report.first_break);
    CHECK(report.last == stored);
  }
}

TEST_CASE("everything before the limit is read, however many lines it is") {
  // More lines than the last one has bytes: a limit that is counted a byte a line too high ends before it.
  Exported const exported(2000);
  auto const all = exported.lines(0, 2000).size();
  auto const report = exported.verify_beginning(2000, all);
  CHECK_FALSE(report.first_break);
  CHECK(report.last == 2000);
}

TEST_CASE("changing any byte of an export names the line") {
  Exported const exported;
  auto const whole = exported.lines();
  std::uint64_t line = 1;
  for (std::size_t byte = 0; byte + 1 < whole.size(); ++byte) {
    auto touched = whole;
    touched[byte] = static_cast<char>(touched[byte] ^ 1);
    auto const report = exported.verify(touched);
    CAPTURE(byte, line);
    REQUIRE(report.first_break);
    // A changed number of the first line may name another record: the file may begin anywhere.
    if (line > 1) REQUIRE(report.first_break->sequence == line);
    if (whole[byte] == '\n') ++line;
  }
}

TEST_CASE("a line that was removed or swapped is named") {
  Exported const exported;
  auto const removed = exported.verify(exported.lines(0, 4) + exported.lines(5, 10));
  REQUIRE(removed.first_break);
  CHECK(removed.first_break->kind == BreakKind::missing);
  CHECK(removed.first_break->sequence == 5);
  auto const swapped = exported.verify(exported.lines(0, 2) + exported.lines(3, 4) + exported.lines(2, 3));
  REQUIRE(swapped.first_break);
  CHECK(swapped.first_break->sequence == 3);
}

TEST_CASE("of several things that are wrong the first is named, as what it is") {
  Exported const exported;
  auto touched = exported.lines(2, 3);
  auto const hash = touched.find(R"("hash":")") + 8;
  touched[hash] = touched[hash] == '0' ? '1' : '0';
  for (auto const& third : {touched, std::string("notes\n")}) {
    auto const report = exported.verify(exported.lines(0, 2) + third + exported.lines(3, 5) + exported.lines(6, 10));
    REQUIRE(report.first_break);
    CHECK(report.first_break->kind == BreakKind::altered);
    CHECK(report.first_break->sequence == 3);
    CHECK(report.last == 2);
  }
}

TEST_CASE("an export that goes further than the store shows what the store lost") {
  Exported const exported;
  auto longer = sample_chain(11);
  auto const report = exported.verify(exported.lines() + to_line(longer[10]));
  REQUIRE(report.first_break);
  CHECK(report.first_break->kind == BreakKind::diverged);
  CHECK(report.first_break->sequence == 11);
  CHECK(report.last == 10);
}

TEST_CASE("what follows the last line and is none of ours is named as the next record") {
  Exported const exported;
  auto const report = exported.verify(exported.lines(0, 5) + "notes");
  REQUIRE(report.first_break);
  CHECK(report.first_break->kind == BreakKind::altered);
  CHECK(report.first_break->sequence == 6);
  CHECK(report.torn_bytes == 0);
}

TEST_CASE("another name of a file is never read as an export") {
  test::TempDirectory const scratch;
  test::write_file(scratch / "file", "");
  std::filesystem::create_hard_link(scratch / "file", scratch / "hard");
  std::filesystem::create_symlink(scratch / "file", scratch / "soft");
  for (auto const* name : {"hard", "soft"}) {
    auto const report =
        verify_export(scratch / name, Chain::mutations, [](std::uint64_t) { return std::optional<StoredRecord>(); });
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().code == ErrorCode::unsafe_directory);
  }
}

TEST_CASE("a file that cannot be read is an error") {
  auto const report = verify_export("/nonexistent/audit.jsonl", Chain::mutations,
                                    [](std::uint64_t) { return std::optional<StoredRecord>(); });
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().code == ErrorCode::input_unreadable);
}

}  // namespace
}  // namespace decapod::audit
