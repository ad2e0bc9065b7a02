#pragma once
// A store with an engine over every subsystem of the program, an operator with keys, and agents who ask.

#include <decapod/broker/engine.h>
#include <decapod/governance/proposal.h>
#include <decapod/governance/statements.h>

#include <engine_fixture.h>
#include <told.h>
#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace decapod::policy::testing {

// Every subsystem of the program, as its composition root lists them.
std::span<contract::Subsystem const* const> every_subsystem();

// The least that the declaration asks for, each member in its bounds.
json::object least_arguments(RequestType const& type);

governance::SecretKey key_number(int n);

inline constexpr std::string_view kOperator = "olga";

class Bench {
 public:
  Bench() : Bench(storage::OpenMode::read_write) {}
  explicit Bench(storage::OpenMode mode);

  broker::Engine& engine() { return *engine_; }
  test::SettableClock& clock() { return store_.clock(); }
  StatePaths const& paths() const { return store_.paths(); }
  broker::Directory const& directory() const { return directory_; }
  std::string const& uuid() { return engine().facts().store_uuid; }
  // The engine goes, and another opens the same store.
  void open_again(storage::OpenMode mode = storage::OpenMode::read_write,
                  contract::Standing standing = contract::Standing::live);

  // One write of one actor in session "s1", under a key of its own.
  ipc::Reply write(std::string const& operation, json::object arguments, std::string const& actor = "alice",
                   std::string const& token = "");
  std::vector<ipc::Reply> write_all(std::vector<ipc::Request> const& requests);
  ipc::Reply read(std::string const& operation, json::object arguments, std::string const& actor = "alice",
                  std::string const& token = "");
  ipc::Request request(std::string const& operation, json::object arguments, std::string const& actor = "alice");

  // What the operator does. Each returns what was sent, so that it can be sent again, or changed.
  governance::Signed say(int key, governance::StatementKind kind, json::object body);
  ipc::Reply pin(int key = 1);
  // `toml` as proposal_of() takes it.
  ipc::Reply activate(std::string const& toml, std::int64_t sequence = 1, int key = 1);
  // The body that approves exactly this request, for alice, once, for an hour.
  governance::Approval approval_for(std::string const& operation, json::object arguments);
  ipc::Reply approve(governance::Approval const& approval, int key = 1);
  json::object approve_arguments(governance::Approval const& approval, int key = 1);

  std::int64_t count(std::string_view sql);
  void tamper(std::string_view sql);
  std::vector<std::string> gate_codes(std::string_view gate);
  std::string add_task(json::array labels = {});

 private:
  test::Store store_;
  broker::Directory directory_{every_subsystem()};
  std::unique_ptr<broker::Engine> engine_;
};

inline std::string code_of(ipc::Reply const& reply) {
  return reply.error ? reply.error->code : "";
}
std::string id_in(ipc::Reply const& reply);

// A whole proposal: `toml` without its first line, "format = 1", and without tiers where those that ask for nothing do.
std::string proposal_of(std::string const& toml);

// The policy of the shelf (support/policies.h), in which also reopening is critical, and only bob may reclaim.
std::string careful_policy();

}  // namespace decapod::policy::testing
