#include <decapod/base/codec.h>
#include <decapod/base/sync_directory.h>
#include <decapod/broker/losses.h>
#include <fcntl.h>
#include <unistd.h>

namespace decapod::broker {
namespace {

constexpr std::size_t kBytesMax = 1024 * 1024;

bool write_line(int fd, std::string const& line) {
  return write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd) == 0;
}

Loss loss_in(std::string const& line) {
  auto const parsed = parse_json(line, "a line of losses.jsonl");
  auto const loss = parsed ? codec::decode<Loss>(*parsed, codec::Unknown::ignore) : Result<Loss>(parsed.error());
  return loss ? *loss : Loss{.why = "a line of losses.jsonl that cannot be read"};
}

}  // namespace

std::string extent_in_words(Loss const& loss) {
  auto const last = std::to_string(loss.commit_seq);
  if (!loss.after) return "commits up to " + last + " may be gone";
  auto const first = *loss.after + 1;
  bool const one = first == loss.commit_seq;
  auto const range = one ? "commit " + last : "commits " + std::to_string(first) + " to " + last;
  if (loss.extent == Extent::exact) return range + (one ? " is gone" : " are gone");
  return range + (one ? " may be gone" : ", or some of them, may be gone");
}

std::string losses_path(std::string const& state_directory) {
  return state_directory + "/losses.jsonl";
}

bool record_loss(std::string const& state_directory, Loss const& loss) {
  int const fd =
      open(losses_path(state_directory).c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  bool const written = write_line(fd, to_text(codec::encode(loss)) + '\n');
  close(fd);
  (void)sync_directory(state_directory);  // the line itself is synced
  return written;
}

std::vector<Loss> read_losses(std::string const& state_directory) {
  int const fd = open(losses_path(state_directory).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return {};
  std::string text(kBytesMax, '\0');
  auto const size = pread(fd, text.data(), text.size(), 0);
  close(fd);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  std::vector<Loss> losses;
  for (std::size_t from = 0; from < text.size();) {
    auto const end = std::min(text.find('\n', from), text.size());
    losses.push_back(loss_in(text.substr(from, end - from)));
    from = end + 1;
  }
  return losses;
}

}  // namespace decapod::broker
