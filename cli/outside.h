#pragma once
// The outside world of one command: its files, its git, its store, its clock. The Surroundings that verbs see.

#include "identity.h"
#include "invocation.h"
#include "place.h"
#include "session.h"

#include <decapod/cli_kit/surroundings.h>

#include <memory>
#include <optional>
#include <string>

namespace decapod::cli {

// Everything is found when it is first asked for, and then kept: a verb that needs no store never looks for one.
// Not thread-safe. `invocation` and `clock` must outlive it.
class Outside final : public Surroundings {
 public:
  Outside(Invocation const& invocation, Clock& clock, Claimed claimed, PlaceWish wish, std::string request_id);

  // Bounds what follows. A batch calls it once a line.
  void set_deadline(SteadyTime deadline) { deadline_ = deadline; }
  void set_effect(Effect effect) { effect_ = effect; }
  // Another actor for what follows ("" = the command's own).
  void act_as(std::string actor);

  // The connection to whoever leads, opened when it is first needed. Errors: as place() and check_store.
  Result<Session*> session();
  // What DECAPOD_TRUST_TOKEN_FILE holds; nullopt if it is not set. input_unreadable; but not for a read, which asks for
  // no trust: a token that ended, and whose file is gone, keeps nobody from looking.
  Result<std::optional<std::string>> trust_token(Access access);
  // One read of standard input, at most `max_bytes`, however long it takes; "" at its end. input_unreadable.
  Result<std::string> read_some_input(std::size_t max_bytes);

  Caller const& caller() const override;
  std::string const& cwd() const override { return invocation_.cwd; }
  Clock& clock() override { return clock_; }
  SteadyTime deadline() const override { return deadline_; }
  std::optional<std::string> environment(std::string_view name) const override { return invocation_.variable(name); }
  // Whether kNoBroker is set: no write is made.
  bool wants_no_broker() const;
  Result<StorePlace> const& place() const override;
  // The place of a store that was made and may be used. Errors: as place() and check_store.
  Result<StorePlace const*> made_place() const;
  std::optional<Error> lost_store() const override;
  Result<std::string> read(std::string const& path, std::size_t max_bytes) override;
  Result<void> write(std::string const& path, std::string_view content) override;
  Effect effect() const override { return effect_; }
  Result<void> create_private(std::string const& path, std::string_view content) override;
  Result<std::string> secret(Secret const& from) override;
  Result<Finished> git(std::string const& directory, std::vector<std::string> const& arguments,
                       GitAside const& aside) override;
  Result<ProgramEnd> run(Program const& program) override;
  Result<json::object> call(RequestType const& type, json::object const& arguments) override;
  Result<ServiceStatus> probe_broker() override;

  Invocation const& invocation() const { return invocation_; }

 private:
  enum class Input : std::uint8_t { fresh, taken };

  Result<std::string> read_input(std::size_t max_bytes);
  std::string absolute(std::string const& path) const;

  Invocation const& invocation_;
  Clock& clock_;
  Claimed claimed_;
  PlaceWish wish_;
  std::string request_id_;
  SteadyTime deadline_;
  Effect effect_ = Effect::done;
  Input input_ = Input::fresh;
  std::unique_ptr<Session> session_;
  mutable std::optional<Result<StorePlace>> place_;
  mutable std::optional<Caller> caller_;
};

}  // namespace decapod::cli
