#include <decapod/base/codec.h>
#include <decapod/broker/witness.h>
#include <decapod/ledger/ledger.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace decapod::broker {
namespace {

// Less than a block, and always the same: it is overwritten in one piece, needs no room that was not there before, and
// nothing of a longer one stays behind.
constexpr std::size_t kBytes = 256;

// A second name may be the database's, which is not to be written to, nor closed.
bool is_plain(int file) {
  struct stat facts {};
  return fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 1;
}

// Numbers that no leader has written are no store's.
bool is_possible(Acknowledged const& last) {
  return !last.store_uuid.empty() && last.generation >= 0 && last.generation < ledger::kGenerationMost &&
         last.epoch < ledger::kEpochMost && last.commit_seq <= ledger::kEpochMost;
}

}  // namespace

std::string witness_path(std::string const& state_directory) {
  return state_directory + "/acknowledged.json";
}

bool Witness::open(Absent absent) {
  if (file_) return true;
  int const flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (absent == Absent::make ? O_CREAT : 0);
  file_ = Descriptor(::open(path_.c_str(), flags, 0600));
  if (file_ && !is_plain(file_.get())) file_ = Descriptor();
  return static_cast<bool>(file_);
}

std::optional<Acknowledged> Witness::read() {
  if (!open(Absent::leave)) return std::nullopt;
  std::string text(kBytes, '\0');
  if (pread(file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(kBytes)) return std::nullopt;
  auto const parsed = parse_json(text, path_);
  auto const last =
      parsed ? codec::decode<Acknowledged>(*parsed, codec::Unknown::ignore) : Result<Acknowledged>(parsed.error());
  return last && is_possible(*last) ? std::optional(*last) : std::nullopt;
}

bool Witness::write(Acknowledged const& last) {
  auto text = to_text(codec::encode(last));
  if (text.size() >= kBytes || !open(Absent::make)) return false;
  text.resize(kBytes - 1, ' ');
  text += '\n';
  return pwrite(file_.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(kBytes);
}

}  // namespace decapod::broker
