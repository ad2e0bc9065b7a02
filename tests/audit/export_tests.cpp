#include <decapod/audit/jsonl_export.h>
#include <fcntl.h>
#include <support/temp_directory.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include "sample_chain.h"

namespace decapod::audit {
namespace {

using test::read_file;
using test::TempDirectory;
using test::write_file;

std::string lines_of(std::vector<StoredRecord> const& records) {
  std::string text;
  for (auto const& record : records) text += to_line(record);
  return text;
}

std::vector<StoredRecord> part(std::vector<StoredRecord> const& records, std::size_t from) {
  return {records.begin() + static_cast<std::ptrdiff_t>(from), records.end()};
}

std::unique_ptr<JsonlExport> must_open(std::string const& path) {
  auto opened = open_export(path);
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

// Whether this process has the file open, and no program that it starts would.
bool stays_with_this_process(std::string const& path) {
  bool open = false;
  for (auto const& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) != path) continue;
    open = true;
    if ((fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) == 0) return false;
  }
  return open;
}

TEST_CASE("a line holds the stored bytes and reads back to them") {
  auto const record = sample_chain(2)[1];
  auto const line = to_line(record);
  CHECK(line == "{\"seq\":2,\"hash\":\"" + hex(record.hash) + "\",\"record\":" + record.body + "}\n");
  CHECK(parse_json(line, "the line").has_value());
  auto const back = parse_line(line);
  REQUIRE(back.has_value());
  CHECK(back->sequence == 2);
  CHECK(back->body == record.body);
  CHECK(back->hash == record.hash);
}

TEST_CASE("lines of other forms are refused") {
  auto const line = to_line(sample_chain(1)[0]);
  for (auto const& bad :
       {std::string(), std::string("{}"), " " + line, "{\"seq\":01" + line.substr(8), "{\"seq\":0" + line.substr(8),
        "{\"seq\":-1" + line.substr(8), std::string(line).replace(line.find(R"("hash":")") + 8, 1, "g"),
        line.substr(0, line.size() - 2), line.substr(0, 40), line + line}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_line(bad).has_value());
  }
}

TEST_CASE("a line that lacks one of its parts is refused") {
  auto const record = sample_chain(1)[0];
  auto const line = to_line(record);
  for (auto const& part : {std::string("{\"seq\":"), std::string("1"), std::string(",\"hash\":\""), hex(record.hash),
                           std::string("\",\"record\":"), record.body, std::string("}")}) {
    CAPTURE(part);
    auto const at = line.find(part);
    REQUIRE(at != std::string::npos);
    CHECK_FALSE(parse_line(std::string(line).erase(at, part.size())).has_value());
  }
}

// No file of this process may be longer, while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit const limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(FileSizeLimit const&) = delete;
  FileSizeLimit& operator=(FileSizeLimit const&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_CASE("an export that finds no room says so, takes back what it wrote, and goes on where there is room again") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(6);
  auto const file = must_open(path);
  REQUIRE(file->append(part(records, 4)).has_value());
  auto const before = read_file(path);
  {
    FileSizeLimit const limit(before.size() + 40);
    auto const refused = file->append({sample_chain(7).back()});
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::disk_full);
    CHECK(refused.error().message.find("could not be taken back") == std::string::npos);
  }
  CHECK(read_file(path) == before);
  CHECK(file->tail().sequence == 6);
  CHECK(file->append({sample_chain(7).back()}).has_value());
  CHECK(read_file(path) == before + to_line(sample_chain(7).back()));
}

// While it lives, this program's ftruncate, below, fails.
class NothingIsCut {
 public:
  NothingIsCut() { active_ = true; }
  ~NothingIsCut() { active_ = false; }
  NothingIsCut(NothingIsCut const&) = delete;
  NothingIsCut& operator=(NothingIsCut const&) = delete;
  static bool active() { return active_; }

 private:
  static inline bool active_ = false;
};

TEST_CASE("an export that cannot take back what it wrote says that, too, and is repaired when it can be") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(2);
  auto const first = to_line(records[0]);
  auto const file = must_open(path);
  REQUIRE(file->append({records[0]}).has_value());
  {
    FileSizeLimit const limit(first.size() + 40);
    NothingIsCut const nothing;
    auto const refused = file->append({records[1]});
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::disk_full);
    CHECK(refused.error().message.ends_with("; what was written of it could not be taken back"));
    REQUIRE(read_file(path).size() == first.size() + 40);
    CHECK(open_export(path).error().code == ErrorCode::not_writable);
  }
  CHECK(must_open(path)->tail().cut_bytes == 40);
  CHECK(read_file(path) == first);
}

TEST_CASE("an export whose directory is not there cannot be written, which is no lack of room") {
  TempDirectory const scratch;
  auto const opened = open_export(scratch / "none/audit.jsonl");
  REQUIRE(opened.has_error());
  CHECK(opened.error().code == ErrorCode::not_writable);
}

TEST_CASE("an export is private, grows line by line, and is continued after reopening") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(6);
  {
    auto const file = must_open(path);
    CHECK(file->tail().state == TailState::absent);
    REQUIRE(file->append({records[0], records[1]}).has_value());
    REQUIRE(file->append({records[2]}).has_value());
    CHECK(file->tail().sequence == 3);
    CHECK(file->tail().cut_bytes == 0);
    CHECK(stays_with_this_process(path));
  }
  auto const file = must_open(path);
  CHECK(file->tail().state == TailState::clean);
  CHECK(file->tail().sequence == 3);
  CHECK(file->tail().hash == records[2].hash);
  REQUIRE(file->append(part(records, 3)).has_value());
  CHECK(read_file(path) == lines_of(records));
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE("an export cut at any byte of its last three lines is repaired and continued") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(6);
  auto const whole = lines_of(records);
  auto const kept = lines_of({records[0], records[1], records[2]}).size();
  for (auto size = kept; size <= whole.size(); ++size) {
    CAPTURE(size);
    write_file(path, whole.substr(0, size));
    auto const file = must_open(path);
    auto const last_newline = whole.rfind('\n', size - 1) + 1;
    REQUIRE(file->tail().state == (last_newline == size ? TailState::clean : TailState::repaired));
    REQUIRE(file->tail().cut_bytes == size - last_newline);
    REQUIRE(read_file(path) == whole.substr(0, last_newline));
    auto const sequence = file->tail().sequence;
    REQUIRE(sequence >= 3);
    REQUIRE(file->tail().hash == records[sequence - 1].hash);
    if (sequence < 6) REQUIRE(file->append(part(records, sequence)).has_value());
    REQUIRE(read_file(path) == whole);
  }
}

TEST_CASE("half of a first line, and NULs that a crash left, are cut off") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const record = sample_chain(1)[0];
  for (auto const& torn : {std::string("{"), std::string("{\"s"), to_line(record).substr(0, 60),
                           std::string(5000, '\0'), to_line(record).substr(0, 30) + std::string(100, '\0')}) {
    write_file(path, torn);
    auto const file = must_open(path);
    CHECK(file->tail().state == TailState::repaired);
    CHECK(file->tail().sequence == 0);
    CHECK(read_file(path).empty());
  }
}

TEST_CASE("a file that is not ours is left as it is") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(2);
  for (auto const& foreign : {std::string("notes"), std::string("notes\n"), lines_of({records[0]}) + "notes",
                              lines_of({records[0]}) + "{\"x\":1}\n", lines_of({records[0]}) + "\n"}) {
    CAPTURE(foreign);
    write_file(path, foreign);
    auto const file = must_open(path);
    CHECK(file->tail().state == TailState::foreign);
    CHECK(file->tail().sequence == 0);
    CHECK(file->tail().cut_bytes == 0);
    auto const refused = file->append({records[1]});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::audit_broken);
    CHECK(check_tail(file->tail(), records[0].hash).error().code == ErrorCode::audit_broken);
    CHECK(read_file(path) == foreign);
  }
}

TEST_CASE("records that do not follow the last line are refused and nothing is written") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(5);
  auto const file = must_open(path);
  REQUIRE(file->append({records[0]}).has_value());
  auto const refused = file->append({records[2]});
  REQUIRE(refused.has_error());
  CHECK(refused.error().message == "record 3 was to be exported where 2 belongs");
  CHECK_FALSE(file->append({records[0]}).has_value());
  CHECK_FALSE(file->append({records[1], records[3]}).has_value());
  CHECK(read_file(path) == lines_of({records[0]}));
}

TEST_CASE("an export that another program wrote to meanwhile is not continued") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(2);
  auto const file = must_open(path);
  REQUIRE(file->append({records[0]}).has_value());
  auto const changed = read_file(path) + "a stray line\n";
  write_file(path, changed);
  auto const refused = file->append({records[1]});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::audit_broken);
  CHECK(read_file(path) == changed);
}

TEST_CASE("a tail that the store does not have, or has otherwise, is evidence") {
  auto const records = sample_chain(3);
  ExportTail const tail{.state = TailState::clean, .sequence = 3, .hash = records[2].hash, .cut_bytes = 0};
  CHECK(check_tail(tail, records[2].hash).has_value());
  CHECK(check_tail(ExportTail{}, std::nullopt).has_value());
  CHECK(check_tail(tail, std::nullopt).error().code == ErrorCode::audit_broken);
  CHECK(check_tail(tail, records[1].hash).error().code == ErrorCode::audit_broken);
}

TEST_CASE("another name of a file is never opened as an export") {
  TempDirectory const scratch;
  auto const database = scratch / "store.db";
  write_file(database, "precious");
  std::filesystem::create_hard_link(database, scratch / "hard");
  std::filesystem::create_symlink(database, scratch / "soft");
  for (auto const* name : {"hard", "soft"}) {
    auto const refused = open_export(scratch / name);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::unsafe_directory);
  }
  CHECK(read_file(database) == "precious");
}

TEST_CASE("only the end of a long export is read, however long its last line") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto records = sample_chain(3);
  records[2].body = R"({"long":")" + std::string(600'000, 'x') + R"("})";
  write_file(path, std::string(1 << 20, 'z') + "\n" + lines_of(records));
  auto const file = must_open(path);
  CHECK(file->tail().state == TailState::clean);
  CHECK(file->tail().sequence == 3);
}

TEST_CASE(
    "a torn line of any length is cut off, also where the reader's first look begins with the newline before it") {
  TempDirectory const scratch;
  auto const path = scratch / "audit.jsonl";
  auto const records = sample_chain(3);
  auto const whole = lines_of(records);
  // The first look is at 64 KiB: around that, and around what it grows to.
  for (std::size_t const around : {std::size_t{64} << 10, std::size_t{256} << 10}) {
    for (auto size = around - 3; size <= around + 3; ++size) {
      CAPTURE(size);
      std::string torn = "{\"seq\":4,";
      torn.resize(size, 'x');
      write_file(path, whole + torn);
      auto const file = must_open(path);
      REQUIRE(file->tail().state == TailState::repaired);
      REQUIRE(file->tail().sequence == 3);
      REQUIRE(file->tail().cut_bytes == size);
      REQUIRE(read_file(path) == whole);
    }
  }
}

}  // namespace
}  // namespace decapod::audit

extern "C" int ftruncate(int fd, off_t size) noexcept {
  if (!decapod::audit::NothingIsCut::active()) return static_cast<int>(syscall(SYS_ftruncate, fd, size));
  errno = EPERM;
  return -1;
}
