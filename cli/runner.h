#pragma once
// Runs one command: gather, send (or do it here), conclude. Prints nothing.

#include "answer.h"
#include "catalogue.h"
#include "globals.h"
#include "outside.h"

#include <exception>

namespace decapod::cli {

struct Task {
  VerbFace const* face = nullptr;
  json::object arguments;  // as given; made canonical after the gather step
  ipc::DryRun dry_run = ipc::DryRun::no;
  std::string request_id;       // of this invocation
  std::string idempotency_key;  // "" = the request id
  std::uint64_t min_seq = 0;
};

// What local verbs work with.
struct Desk {
  Catalogue const& catalogue;
  Outside& outside;
  Style style;
};

// What an exception that nobody foresaw says: busy if memory was out, else internal.
Error fault_of(std::exception const& fault);

// The outside's deadline bounds it.
Answer run_task(Desk& desk, Task task);

}  // namespace decapod::cli
