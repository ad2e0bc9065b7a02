#pragma once
// `decapod batch`: the persistent client for scripts and agents.

#include "work.h"

namespace decapod::cli {

// Each line is answered with an envelope of its own, so there is no reply beside them.
struct BatchReply {};
BOOST_DESCRIBE_STRUCT(BatchReply, (), ())

struct Batch {
  using Reply = BatchReply;
  static constexpr Verb verb{.subsystem = "",
                             .name = "batch",
                             .access = Access::local,
                             .summary = "Answer requests from standard input, one JSON object a line",
                             .store = StoreNeed::none,
                             .examples = {{{"batch <<< '{\"op\":\"todo.add\",\"args\":{\"title\":\"try\"}}'",
                                            "one request; its envelope is one line"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Batch, (), ())

inline constexpr Millis kTimeoutMost = std::chrono::days(3650);  // as for --timeout

// One line of input.
struct BatchLine {
  std::string op;
  std::optional<json::object> args;
  std::optional<std::string> request_id;  // writes: safe to repeat under it
  std::optional<std::string> actor;       // as --actor: blanks at the ends go, any other name is recorded or refused
  std::optional<bool> dry_run;
  std::optional<std::int64_t> timeout_ms;
  std::optional<std::int64_t> min_seq;  // reads

  static constexpr auto fields = std::to_array<Field>({
      {.name = "op", .meaning = "The operation, such as todo.add"},
      {.name = "args", .meaning = "What it takes"},
      {.name = "request_id", .meaning = "Repeat safely under this id"},
      {.name = "actor", .meaning = "Who asks"},
      {.name = "dry_run", .meaning = "Check everything, change nothing"},
      {.name = "timeout_ms", .meaning = "Patience", .min = 1, .max = kTimeoutMost.count()},
      {.name = "min_seq", .meaning = "Refuse a store that has committed less"},
  });
};
BOOST_DESCRIBE_STRUCT(BatchLine, (), (op, args, request_id, actor, dry_run, timeout_ms, min_seq))

inline constexpr std::size_t kBatchLineBytes = 8 * 1024 * 1024;

// Reads a line, answers it on standard output, then reads the next; a line that cannot be understood is answered with
// an error and the rest goes on. The exit status of the first line that failed. Ends with the input, or when an answer
// cannot be written: then standard error says why and how many lines were not run, and the exit status is `unknown` if
// what that line did was committed, else that of the first line that failed, else `unreachable`.
ExitStatus run_batch(Desk& desk, Globals const& globals);

}  // namespace decapod::cli
