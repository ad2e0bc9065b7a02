#include "output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace decapod::cli {
namespace {

constexpr std::string_view kDryRun = "dry run, nothing changed: ";
constexpr char kUnaudited[] = "note: the store cannot be written, so this read left no record\n";

// A pipe that polls writable takes this much without blocking.
constexpr std::size_t kPipeBytes = 4096;

json::array texts(std::vector<std::string> const& words) {
  json::array array;
  for (auto const& word : words) array.emplace_back(word);
  return array;
}

// The ways out that leave the caller wondering what became of a write.
bool wants_result_hint(Answer const& answer) {
  if (!answer.error || answer.sent == Sent::no || !may_commit(answer)) return false;
  auto const status = exit_status(answer.error->code);
  return status == ExitStatus::busy || status == ExitStatus::unknown || status == ExitStatus::interrupted;
}

std::string result_command(Answer const& answer) {
  return "decapod broker result " + answer.request_id;
}

json::object error_member(Answer const& answer) {
  auto const& error = *answer.error;
  json::object member{{"code", name_of(error.code)},
                      {"message", error.message},
                      {"hint", error.hint_or_default()},
                      {"retry", to_text(retry_of(error.code))},
                      {"exit", static_cast<int>(exit_status(error.code))}};
  if (wants_result_hint(answer)) member.emplace("ask", result_command(answer));
  auto details = answer.data.value_or(error.details);
  // The file that a request names may have lines, too: those are told already.
  if (answer.line) details.emplace("line", *answer.line);
  if (!details.empty()) member.emplace("details", std::move(details));
  if (!error.suggestions.empty()) member.emplace("suggestions", texts(error.suggestions));
  return member;
}

std::string error_words(Answer const& answer, Style const& style) {
  auto const& error = *answer.error;
  Text text(style.colour);
  text.line(text.warn("error:") + ' ' + printable(error.message));
  if (!error.suggestions.empty()) {
    std::string nearest;
    for (auto const& word : error.suggestions) nearest += (nearest.empty() ? "" : ", ") + printable(word);
    text.line("did you mean: " + nearest);
  }
  text.line("hint: " + printable(error.hint_or_default()));
  if (wants_result_hint(answer)) {
    text.line("request: " + answer.request_id);
    text.line("ask: " + result_command(answer));
  }
  return text.take();
}

std::string data_words(Answer const& answer, VerbFace const* face, Style const& style) {
  bool const columns = style.layout == Layout::columns;
  bool const imagined = answer.dry_run == ipc::DryRun::yes;
  // An id that was never given to anything is worse for a script than none: the exit status says what it asked.
  if (columns && imagined) return "";
  if (face == nullptr) return "";
  auto const print = columns ? face->porcelain.print : face->render;
  if (print == nullptr) return "";
  Text text({.colour = columns ? Colour::never : style.colour,
             .columns = columns ? 0 : style.columns,
             .effect = imagined ? Effect::imagined : Effect::done,
             .volume = style.volume});
  print(*answer.data, text);
  return (imagined ? std::string(kDryRun) : std::string()) + text.take();
}

// Where the words for people are the columns for scripts.
bool text_is_data(VerbFace const& face) {
  return face.render == face.porcelain.print;
}

// What gets the rest of a list that was cut. A script that reads lines of data must not take a page for the whole.
void add_rest(Answer const& answer, VerbFace const* face, Style const& style, Printed& printed) {
  if (face == nullptr || face->more == nullptr) return;
  auto const rest = face->more(*answer.data);
  if (rest.empty()) return;
  bool const is_data = style.layout == Layout::columns || text_is_data(*face);
  Text const text(is_data ? Colour::never : style.colour);
  (is_data ? printed.err : printed.out) += text.dim("more: " + printable(rest)) + '\n';
}

}  // namespace

ExitStatus exit_status(Answer const& answer) {
  return answer.error ? exit_status(answer.error->code) : ExitStatus::ok;
}

bool may_commit(Answer const& answer) {
  return answer.access == Access::write && answer.dry_run == ipc::DryRun::no;
}

bool is_committed(Answer const& answer) {
  return answer.marker.has_value() && !answer.error;
}

std::string committed_words(Answer const& answer) {
  return "hint: it was committed; a repetition under this id, or `decapod broker result`, gives the answer\nrequest: " +
         answer.request_id + '\n';
}

Answer failed(std::string op, Error error) {
  Answer answer;
  answer.op = std::move(op);
  answer.error = std::move(error);
  return answer;
}

json::object envelope(Answer const& answer) {
  json::object out{{"schema", kEnvelopeVersion}, {"ok", !answer.error}};
  if (!answer.op.empty()) out.emplace("op", answer.op);
  if (answer.line) out.emplace("line", *answer.line);
  if (!answer.request_id.empty()) out.emplace("request_id", answer.request_id);
  if (answer.dry_run == ipc::DryRun::yes) out.emplace("dry_run", true);
  if (!answer.error || answer.sent == Sent::yes) out.emplace("status", to_text(answer.status));
  if (answer.marker) out.emplace("marker", to_string(*answer.marker));
  if (answer.audited == ipc::Audited::no) out.emplace("audited", false);
  if (answer.error)
    out.emplace("error", error_member(answer));
  else
    out.emplace("data", answer.data.value_or(json::object()));
  return out;
}

Printed words_for(Answer const& answer, VerbFace const* face, Style const& style) {
  if (style.format == Format::json) return {.out = to_text(envelope(answer)) + '\n', .err = ""};
  Printed printed;
  bool const silent = style.volume == Volume::quiet && !answer.error;
  if (answer.data && !silent) {
    printed.out = data_words(answer, face, style);
    add_rest(answer, face, style, printed);
  }
  if (answer.error)
    printed.err += error_words(answer, style);
  else if (answer.audited == ipc::Audited::no && !silent)
    printed.err += kUnaudited;
  return printed;
}

Written write_out(int descriptor, std::string_view text, Millis patience) {
  while (!text.empty()) {
    pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
    auto const count = poll(&ready, 1, static_cast<int>(patience.count()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Written::reader_gone;
    auto const size = write(descriptor, text.data(), std::min(text.size(), kPipeBytes));
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    // EBADF: whoever closed standard output wants to read nothing.
    if (size < 0) return errno == EPIPE || errno == EBADF ? Written::reader_gone : Written::failed;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return Written::all;
}

}  // namespace decapod::cli
