#include "batch.h"

#include "identity.h"
#include "line_reader.h"
#include "output.h"

#include <decapod/base/id.h>

#include <fmt/core.h>

#include <cerrno>
#include <cstring>

namespace decapod::cli {
namespace {

Result<BatchLine> read_line(std::string const& text) {
  DECAPOD_TRY(auto const document, parse_json(text, "the line"));
  DECAPOD_TRY(auto line, codec::decode<BatchLine>(document, codec::Unknown::refuse));
  if (line.request_id) DECAPOD_CHECK(check_request_id(*line.request_id));
  if (line.actor && tidy_name(*line.actor).empty()) return fail(ErrorCode::bad_request, "'actor' is empty");
  DECAPOD_CHECK(check_name(line.actor, "'actor'", ErrorCode::bad_request));
  return line;
}

Result<BatchLine> parse_line(std::string const& text) {
  auto line = read_line(text);
  if (line) return line;
  auto error = std::move(line).error();
  if (error.hint.empty()) error.hint = "`decapod schema batch` says what a line may have";
  return error;
}

Result<VerbFace const*> find_operation(Desk& desk, std::string const& op) {
  if (op == Batch::verb.name) return fail(ErrorCode::bad_request, "a batch cannot hold a batch");
  if (auto const* face = desk.catalogue.operation(op)) return face;
  auto error = fail(ErrorCode::unknown_verb, fmt::format("there is no operation '{}'", op), {{"op", op}});
  error.suggestions = desk.catalogue.suggest_operation(op);
  return error;
}

Error out_of_place(std::string_view member, std::string const& op, std::string_view why, std::string hint) {
  auto error =
      fail(ErrorCode::bad_request, fmt::format("'{}' is not for {}, {}", member, op, why), {{"field", member}});
  error.hint = std::move(hint);
  return error;
}

// What a command of its own refuses: passed over, it would let its sender believe that it counts.
Result<void> check_place(BatchLine const& line, VerbFace const& face) {
  auto const access = face.type->verb->access;
  if (line.request_id && access != Access::write) {
    return out_of_place("request_id", line.op, "which is no write",
                        "leave it out: only a write is repeated under an id");
  }
  if (line.min_seq && access != Access::read) {
    return out_of_place("min_seq", line.op, "which is no read", "give it to the reads afterwards");
  }
  auto const* follow = face.follow != nullptr && line.args ? line.args->if_contains("follow") : nullptr;
  if (follow != nullptr && *follow != false) {
    return out_of_place("follow", "a batch", "whose lines have one answer each",
                        "leave it out, or run the command alone");
  }
  return {};
}

Answer answer_line(Desk& desk, Globals const& globals, std::string const& text) {
  auto line = parse_line(text);
  if (!line) return failed("", std::move(line).error());
  auto const face = find_operation(desk, line->op);
  if (!face) return failed(line->op, face.error());
  if (auto const placed = check_place(*line, **face); !placed) return failed(line->op, placed.error());
  auto& outside = desk.outside;
  auto const limit = line->timeout_ms ? Millis(*line->timeout_ms) : patience(globals, *(*face)->type->verb);
  outside.set_deadline(outside.clock().steady() + limit);
  outside.act_as(line->actor.value_or(""));
  return run_task(desk, {.face = *face,
                         .arguments = std::move(line->args).value_or(json::object()),
                         .dry_run = line->dry_run.value_or(false) ? ipc::DryRun::yes : ipc::DryRun::no,
                         .request_id = new_request_id(outside.clock().now().wall),
                         .idempotency_key = line->request_id.value_or(""),
                         .min_seq = static_cast<std::uint64_t>(line->min_seq.value_or(0))});
}

// A failure tells which line it answers, also where no request id points back at it.
Answer answer(Desk& desk, Globals const& globals, InputLine const& line, std::int64_t number) {
  auto reply =
      line.kind == LineEnd::line
          ? answer_line(desk, globals, line.text)
          : failed("", fail(ErrorCode::too_large, fmt::format("the line has more than {} bytes", kBatchLineBytes)));
  reply.line = number;
  return reply;
}

bool blank(InputLine const& line) {
  return line.kind == LineEnd::line && line.text.find_first_not_of(" \t") == std::string::npos;
}

struct Unread {
  std::int64_t lines = 0;
  enum class Ended : std::uint8_t { no, yes } ended = Ended::no;
};

// Those at hand: who writes them may keep its end open, although nobody reads the answers any more.
Unread count_unread(LineReader& lines) {
  Unread unread;
  for (;;) {
    auto const line = lines.next_at_hand();
    if (!line || !*line) return unread;
    if ((*line)->kind == LineEnd::end) break;
    if (!blank(**line)) ++unread.lines;
  }
  unread.ended = Unread::Ended::yes;
  return unread;
}

// As for a command of its own: if the effect is there and could not be told, the outcome is unknown to the caller.
ExitStatus end_unheard(Answer const& reply, std::int64_t number, std::string_view why, Unread const& unread,
                       ExitStatus before) {
  bool const committed = is_committed(reply);
  auto words = fmt::format("error: the answer to line {} could not be written to standard output: {}\n", number, why);
  if (committed) words += committed_words(reply);
  bool const more = unread.ended == Unread::Ended::no;
  words += fmt::format("lines after it that were not run: {}{}\n", more ? "at least " : "", unread.lines);
  write_out(2, words);
  if (committed) return ExitStatus::unknown;
  return before == ExitStatus::ok ? ExitStatus::unreachable : before;
}

}  // namespace

ExitStatus run_batch(Desk& desk, Globals const& globals) {
  LineReader lines(desk.outside, kBatchLineBytes);
  auto status = ExitStatus::ok;
  for (std::int64_t number = 1;; ++number) {
    auto const line = lines.next();
    bool const ended = !line || line->kind == LineEnd::end;
    if (ended && line) return status;
    if (!ended && blank(*line)) continue;
    auto const reply = ended ? failed("", line.error()) : answer(desk, globals, *line, number);
    if (status == ExitStatus::ok) status = exit_status(reply);
    auto const written = write_out(1, to_text(envelope(reply)) + '\n');
    if (written != Written::all) {
      std::string const why = written == Written::failed ? std::strerror(errno) : "its reader is gone";
      return end_unheard(reply, number, why, count_unread(lines), status);
    }
    if (ended) return status;
  }
}

}  // namespace decapod::cli
