#pragma once
// Requests that are asked until they are answered, under the same request id, by processes that may die.

#include <support/repository.h>

#include <cstdint>
#include <string>
#include <vector>

namespace decapod::test {

enum class Effect {
  none,     // a read or a dry run
  item,     // an item with the title `subject`
  claim,    // the item `subject` held by `actor`
  imported  // the items `subject`0 to `subject`(amount - 1)
};

enum class Outcome { unanswered, done, refused };

// A line of a file that `todo import` takes.
std::string exported_item(std::string const& id);

struct Request {
  std::string id;    // "" of a read
  std::string line;  // for `decapod batch`
  Effect effect = Effect::none;
  std::string actor;
  std::string subject;
  int amount = 0;
  // What happened.
  Outcome outcome = Outcome::unanswered;
  std::string marker;
  std::string code;  // of the refusal
};

Request add_request(std::string id, std::string actor, std::string title);
Request dry_add_request(std::string actor, std::string title);
Request claim_request(std::string id, std::string actor, std::string item);
Request import_request(std::string id, std::string actor, std::string file, std::string prefix, int amount);
Request read_request(std::string operation, std::string arguments = "{}");

// What the processes of one client went through.
struct Course {
  int processes = 0;
  int deaths = 0;                   // of a process of the client itself
  int unknown = 0;                  // answers that say that nobody knows
  std::vector<std::string> errors;  // what no client should ever see
};

enum class Manner {
  one_process,   // all requests on one connection, as `decapod batch` does
  process_each,  // a process for each, started one after the other, with a pause of up to 6 ms between them
};

// Asks all of them, in order, of one process or many; whatever a process that died did not answer is asked of another
// one under the same id. Returns when all are answered, or records an error. Thread-safe.
Course ask_all(TempRepository const& repository, std::vector<Request>& requests, Manner manner);

}  // namespace decapod::test
