#pragma once
// How a request reaches the store: through a `decapod batch` that lives on, or through a process of its own.

#include <support/repository.h>

#include <boost/json.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace decapod::history {

struct Request {
  std::string operation;  // "todo.claim"
  boost::json::object arguments = {};
  std::string request_id = "";                                       // "" for a read
  std::optional<std::chrono::milliseconds> patience = std::nullopt;  // else what the environment says
};

// Everything here belongs to one thread.
class Transport {
 public:
  virtual ~Transport() = default;
  // The envelope; nullopt: the process ended without one.
  virtual std::optional<boost::json::object> ask(Request const& request) = 0;
  // Asks, and kills the process that asks after `delay`: nobody hears the answer.
  virtual void ask_and_die(Request const& request, std::chrono::microseconds delay) = 0;
};

// One process and, in it, one connection, for as long as it lives; a new one after it died. Throws std::system_error if
// none can be started.
std::unique_ptr<Transport> batch_transport(test::TempRepository const& repository, test::Environment const& identity);

// A process for each request. In a sandbox that forbids sockets ("claude") it works under the lock itself.
std::unique_ptr<Transport> one_shot_transport(test::TempRepository const& repository, test::Environment const& identity,
                                              std::string const& sandbox);

}  // namespace decapod::history
