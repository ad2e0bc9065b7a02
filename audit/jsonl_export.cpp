#include <decapod/audit/jsonl_export.h>
#include <decapod/base/descriptor.h>
#include <decapod/base/os_error.h>
#include <decapod/base/same_file.h>
#include <decapod/base/whole_write.h>
#include <decapod/crash/point.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "export_line.h"
#include "plain_file.h"

namespace decapod::audit {
namespace {

constexpr std::uint64_t kFirstLook = 64 << 10;

Error io_error(std::string const& doing, std::string const& path) {
  return os_error(doing, path, errno, ErrorCode::not_writable);
}

Result<std::uint64_t> size_of(Descriptor const& file, std::string const& path) {
  struct stat found {};
  if (fstat(file.get(), &found) != 0) return io_error("look at", path);
  return static_cast<std::uint64_t>(found.st_size);
}

Error changed_by_another(std::string const& path) {
  return fail(ErrorCode::audit_broken, path + " was changed by another program");
}

// Of a file that has `to` bytes. At one go: a local file gives less only where somebody cuts it meanwhile.
Result<std::string> read_range(Descriptor const& file, std::string const& path, std::uint64_t from, std::uint64_t to) {
  std::string text(to - from, '\0');
  auto const got = pread(file.get(), text.data(), text.size(), static_cast<off_t>(from));
  if (got < 0) return io_error("read", path);
  if (static_cast<std::size_t>(got) != text.size()) return changed_by_another(path);
  return text;
}

// The end of the file, enough of it to hold its last whole line and what follows.
Result<std::string> read_end(Descriptor const& file, std::string const& path, std::uint64_t size) {
  for (std::uint64_t look = kFirstLook;; look *= 4) {
    auto const from = size > look ? size - look : 0;
    DECAPOD_TRY(auto text, read_range(file, path, from, size));
    auto const last = text.rfind('\n');
    bool const has_line = last != std::string::npos && last > 0 && text.rfind('\n', last - 1) != std::string::npos;
    if (from == 0 || has_line) return text;
  }
}

// What the end of a file says; `text` holds its last whole line, and begins with the file or a newline before that.
ExportTail judge(std::string_view text) {
  ExportTail tail;
  if (text.empty()) return tail;
  auto const last = text.rfind('\n');
  auto const whole = text.substr(0, last == std::string_view::npos ? 0 : last);
  auto const torn = text.substr(last == std::string_view::npos ? 0 : last + 1);
  if (last != std::string_view::npos) {
    auto const before = whole.rfind('\n');
    auto const record = parse_line(before == std::string_view::npos ? whole : whole.substr(before + 1));
    if (!record) return {.state = TailState::foreign, .sequence = 0, .hash = {}, .cut_bytes = 0};
    tail = {.state = TailState::clean, .sequence = record->sequence, .hash = record->hash, .cut_bytes = 0};
  }
  if (torn.empty()) return tail;
  if (!may_be_torn_line(torn)) return {.state = TailState::foreign, .sequence = 0, .hash = {}, .cut_bytes = 0};
  tail.state = TailState::repaired;
  tail.cut_bytes = torn.size();
  return tail;
}

class FileExport final : public JsonlExport {
 public:
  FileExport(Descriptor file, std::string path, ExportTail tail, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), tail_(tail), size_(size) {}

  ExportTail const& tail() const override { return tail_; }

  bool is_at_its_path(int directory) const override {
    struct stat held {};
    struct stat found {};
    return fstat(file_.get(), &held) == 0 && fstatat(directory, path_.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
           same_file(held, found);
  }

  Result<void> append(std::vector<StoredRecord> const& records) override {
    if (records.empty()) return {};
    DECAPOD_CHECK(check_continues(records));
    DECAPOD_TRY(auto const size, size_of(file_, path_));
    if (size != size_) return changed_by_another(path_);
    std::string lines;
    for (auto const& record : records) lines += to_line(record);
    crash::reach(crash::Point::export_before_write);
    crash::reach(crash::Point::mid_export, [&] { (void)write(std::string_view(lines).substr(0, lines.size() / 2)); });
    DECAPOD_CHECK(write(lines));
    crash::reach(crash::Point::export_written);
    size_ += lines.size();
    tail_ = {
        .state = TailState::clean, .sequence = records.back().sequence, .hash = records.back().hash, .cut_bytes = 0};
    return {};
  }

 private:
  Result<void> check_continues(std::vector<StoredRecord> const& records) const {
    if (tail_.state == TailState::foreign) {
      return fail(ErrorCode::audit_broken, path_ + " does not end with a line of ours and is left as it is");
    }
    auto expected = tail_.sequence == 0 ? records.front().sequence : tail_.sequence + 1;
    for (auto const& record : records) {
      if (record.sequence == expected++) continue;
      return fail(ErrorCode::internal, "record " + std::to_string(record.sequence) + " was to be exported where " +
                                           std::to_string(expected - 1) + " belongs");
    }
    return {};
  }

  // At a known offset, not with O_APPEND: half a line from a full disk must not stay in front of the next one.
  Result<void> write(std::string_view lines) {
    if (lseek(file_.get(), static_cast<off_t>(size_), SEEK_SET) < 0) return io_error("write to", path_);
    int const cause = write_whole(file_.get(), lines);
    if (cause == 0) return {};
    auto error = os_error("write to", path_, cause, ErrorCode::not_writable);
    if (ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) {
      error.message += "; what was written of it could not be taken back";
    }
    return error;
  }

  Descriptor file_;
  std::string path_;
  ExportTail tail_;
  std::uint64_t size_;
};

}  // namespace

Result<void> check_tail(ExportTail const& tail, std::optional<Sha256> const& stored_at_tail) {
  if (tail.state == TailState::foreign) {
    return fail(ErrorCode::audit_broken, "the exported trail does not end with a line of ours");
  }
  if (tail.sequence == 0) return {};
  auto const record = "record " + std::to_string(tail.sequence);
  if (!stored_at_tail) {
    return fail(ErrorCode::audit_broken, "the exported trail ends with " + record + ", which the store does not have",
                {{"sequence", tail.sequence}});
  }
  if (*stored_at_tail == tail.hash) return {};
  return fail(ErrorCode::audit_broken, "the exported trail ends with another " + record + " than the store has",
              {{"sequence", tail.sequence}});
}

Result<std::unique_ptr<JsonlExport>> open_export(std::string const& path, int directory) {
  DECAPOD_CHECK(check_plain_file(path, directory));
  Descriptor file(openat(directory, path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return io_error("open", path);
  DECAPOD_TRY(auto size, size_of(file, path));
  DECAPOD_TRY(auto const end, read_end(file, path, size));
  auto const tail = judge(end);
  if (tail.state == TailState::repaired) {
    size -= tail.cut_bytes;
    if (ftruncate(file.get(), static_cast<off_t>(size)) != 0) return io_error("cut the unfinished line off", path);
  }
  return std::unique_ptr<JsonlExport>(std::make_unique<FileExport>(std::move(file), path, tail, size));
}

}  // namespace decapod::audit
