#include "batch.h"

#include "identity.h"
#include "line_reader.h"
#include "output.h"

#include <decapod/base/id.h>

#include <fmt/core.h>

namespace decapod::cli {
namespace {

Result<BatchLine> parse_line(std::string const& text) {
  DECAPOD_TRY(auto const document, parse_json(text, "the line"));
  DECAPOD_TRY(auto line, codec::decode<BatchLine>(document, codec::Unknown::refuse));
  if (line.request_id) DECAPOD_CHECK(check_request_id(*line.request_id));
  DECAPOD_CHECK(check_name(line.actor, "'actor'", ErrorCode::bad_request));
  if (line.timeout_ms && *line.timeout_ms < 1) return fail(ErrorCode::bad_request, "'timeout_ms' must be at least 1");
  if (line.min_seq && *line.min_seq < 0) return fail(ErrorCode::bad_request, "'min_seq' must be at least 0");
  return line;
}

Result<VerbFace const*> find_operation(Desk& desk, std::string const& op) {
  if (op == Batch::verb.name) return fail(ErrorCode::bad_request, "a batch cannot hold a batch");
  if (auto const* face = desk.catalogue.operation(op)) return face;
  auto error = fail(ErrorCode::unknown_verb, fmt::format("there is no operation '{}'", op), {{"op", op}});
  error.suggestions = desk.catalogue.suggest_operation(op);
  return error;
}

// A line that asks for nothing that could be run: its number, because no request id points back at it.
Answer bad_line(std::string op, Error error, std::int64_t number) {
  error.details.emplace("line", number);
  return failed(std::move(op), std::move(error));
}

Answer answer_line(Desk& desk, Globals const& globals, std::string const& text, std::int64_t number) {
  auto line = parse_line(text);
  if (!line) return bad_line("", std::move(line).error(), number);
  auto const face = find_operation(desk, line->op);
  if (!face) return bad_line(line->op, face.error(), number);
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

Answer answer(Desk& desk, Globals const& globals, InputLine const& line, std::int64_t number) {
  if (line.kind == LineEnd::line) return answer_line(desk, globals, line.text, number);
  return bad_line("", fail(ErrorCode::too_large, fmt::format("the line has more than {} bytes", kBatchLineBytes)),
                  number);
}

bool blank(InputLine const& line) {
  return line.kind == LineEnd::line && line.text.find_first_not_of(" \t") == std::string::npos;
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
    if (write_out(1, to_text(envelope(reply)) + '\n') != Written::all || ended) return status;
  }
}

}  // namespace decapod::cli
