#include "verbs_record.h"

#include <decapod/base/same_file.h>
#include <decapod/cli_kit/arguments.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <utility>

namespace decapod::inspect {
namespace {

constexpr Millis kBetweenLooks{100};
constexpr std::size_t kKeyColumns = 80;

std::string joined(json::object const& record, std::string_view name) {
  std::string text;
  auto const* value = record.if_contains(name);
  if (value == nullptr || !value->is_array()) return text;
  for (auto const& element : value->get_array()) {
    if (!text.empty()) text += ' ';
    if (element.is_string()) text += element.get_string();
  }
  return text;
}

// How far a reader has come.
struct Shown {
  std::uint64_t sequence = 0;
  std::string ts;  // of that record; "" if there is none
};

Shown newest_in(json::object const& reply) {
  auto const* records = reply.if_contains("records");
  if (records == nullptr || !records->is_array() || records->get_array().empty()) return {};
  auto const& newest = records->get_array().back();
  auto const* record = newest.at("record").if_object();
  return {newest.at("seq").to_number<std::uint64_t>(), record != nullptr ? cli::text_argument(*record, "ts") : ""};
}

// The growing file, line by line; and the one that takes its place, from its beginning.
class Tail {
 public:
  explicit Tail(std::string path) : path_(std::move(path)) {}
  Tail(Tail const&) = delete;
  Tail& operator=(Tail const&) = delete;
  ~Tail() {
    if (fd_ >= 0) close(fd_);
  }

  enum class File : std::uint8_t { same, another };

  // To be asked before each look: a restore begins a new file under the old name. What the old one still got is in no
  // line of this store any more.
  File follow_name() {
    struct stat there {};
    if (fd_ < 0 || stat(path_.c_str(), &there) != 0) return File::same;
    struct stat ours {};
    fstat(fd_, &ours);
    if (same_file(ours, there)) return File::same;
    close(std::exchange(fd_, -1));
    rest_.clear();
    return File::another;
  }

  // Whole lines that were appended since the last call.
  std::vector<std::string> fresh_lines() {
    if (fd_ < 0) fd_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd_ < 0) return {};
    std::array<char, 64 * 1024> chunk{};
    for (;;) {
      auto const got = read(fd_, chunk.data(), chunk.size());
      if (got <= 0) break;
      rest_.append(chunk.data(), static_cast<std::size_t>(got));
    }
    std::vector<std::string> lines;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      lines.push_back(rest_.substr(0, end));
      rest_.erase(0, end + 1);
    }
    return lines;
  }

 private:
  std::string path_;
  int fd_ = -1;
  std::string rest_;
};

// Of the commit that it speaks of; "" if there is none.
std::string marker_of(json::object const& record) {
  auto const* epoch = record.if_contains("epoch");
  auto const* number = record.if_contains("commit_seq");
  return epoch != nullptr && number != nullptr ? to_text(*epoch) + '.' + to_text(*number) : "";
}

// "COMMITTED 2.7" with the marker of that commit; "OK cached" of a read that another one's result served. A record of
// anything else has a marker as well: of what was there when it was asked.
std::string status_words(json::object const& record) {
  auto const status = cli::text_argument(record, "status");
  auto more = status == "COMMITTED" ? marker_of(record) : cli::text_argument(record, "served");
  if (more == "executed") more.clear();
  return more.empty() ? status : status + ' ' + more;
}

std::string words_of(std::uint64_t sequence, json::object const& record) {
  std::string words;
  for (auto const& cell : cells_of(sequence, record)) words += (words.empty() ? "" : "  ") + cli::printable(cell);
  return words;
}

// A new line of the store numbers its records anew, from the beginning: of those, the ones that are no older than what
// was shown before are news.
bool is_news(Shown const& shown, std::uint64_t sequence, std::string const& ts) {
  return shown.sequence > 0 ? sequence > shown.sequence : ts >= shown.ts;
}

std::string line_of(std::uint64_t sequence, json::object const& record) {
  cli::Text text(cli::Colour::never);
  cli::Lines<kRecord> lines(text);
  add_record(lines, sequence, record, std::nullopt);
  auto line = text.take();
  line.pop_back();
  return line;
}

cli::LineSink::Reader show(std::string const& line, Shown& shown, cli::LineSink& sink) {
  auto const parsed = parse_json(line, "an exported record");
  auto const* object = parsed ? parsed->if_object() : nullptr;
  auto const* sequence = object != nullptr ? object->if_contains("seq") : nullptr;
  auto const* record = object != nullptr ? object->if_contains("record") : nullptr;
  if (sequence == nullptr || record == nullptr || !record->is_object()) return cli::LineSink::Reader::there;
  auto const number = sequence->to_number<std::uint64_t>();
  auto ts = cli::text_argument(record->get_object(), "ts");
  if (!is_news(shown, number, ts)) return cli::LineSink::Reader::there;
  shown = {number, std::move(ts)};
  auto const& content = record->get_object();
  return sink.put({.json = line, .words = words_of(number, content), .columns = line_of(number, content)});
}

}  // namespace

std::vector<std::string> cells_of(std::uint64_t sequence, json::object const& record) {
  return {std::to_string(sequence),
          cli::text_argument(record, "ts"),
          cli::text_argument(record, "actor"),
          cli::text_argument(record, "request_type"),
          status_words(record),
          cli::shortened(joined(record, "affected_keys"), kKeyColumns)};
}

void add_record(cli::Lines<kRecord>& lines, std::uint64_t sequence, json::object const& record,
                std::optional<std::string> const& step) {
  lines.add(sequence, cli::text_argument(record, "ts"), cli::text_argument(record, "actor"),
            cli::text_argument(record, "request_type"), cli::text_argument(record, "status"),
            joined(record, "affected_keys"), marker_of(record), step);
}

Result<void> follow_trail(cli::Surroundings& around, json::object const& arguments, json::object const& reply,
                          cli::LineSink& sink) {
  if (!arguments.at("follow").as_bool()) return {};
  auto const& place = around.place();
  if (!place) return place.error();
  Tail tail(place->paths.exported(arguments.at("chain").as_string()));
  auto shown = newest_in(reply);
  while (around.clock().steady() < around.deadline()) {
    if (tail.follow_name() == Tail::File::another) shown.sequence = 0;
    for (auto const& line : tail.fresh_lines()) {
      if (show(line, shown, sink) == cli::LineSink::Reader::gone) return {};
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return {};
}

}  // namespace decapod::inspect
