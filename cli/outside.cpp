#include "outside.h"

#include "environment.h"
#include "files.h"
#include "git_process.h"
#include "probe.h"
#include "program_run.h"
#include "secret.h"
#include "settings.h"

#include <decapod/base/id.h>
#include <decapod/broker/remains.h>
#include <decapod/cli_kit/for_store.h>
#include <decapod/cli_kit/own_memory.h>

#include <fmt/core.h>

namespace decapod::cli {

Outside::Outside(Invocation const& invocation, Clock& clock, Claimed claimed, PlaceWish wish, std::string request_id)
    : invocation_(invocation),
      clock_(clock),
      claimed_(std::move(claimed)),
      wish_(std::move(wish)),
      request_id_(std::move(request_id)),
      deadline_(clock.steady()) {}

void Outside::act_as(std::string actor) {
  caller_.reset();
  auto claimed = claimed_;
  if (!actor.empty()) claimed_.actor = std::move(actor);
  caller();
  claimed_ = std::move(claimed);
}

Result<Session*> Outside::session() {
  if (!session_) {
    DECAPOD_TRY(auto const* found, made_place());
    DECAPOD_CHECK(make_missing_locks(found->paths));
    DECAPOD_TRY(auto const settings, broker_settings(invocation_, *found));
    session_ = open_session(*found, settings, clock_);
  }
  return session_.get();
}

Caller const& Outside::caller() const {
  if (!caller_) {
    auto const& found = place();
    caller_ = identify(invocation_, claimed_, found ? found->git : GitDirectories{}, request_id_);
  }
  return *caller_;
}

Result<StorePlace> const& Outside::place() const {
  if (!place_) place_ = find_place(wish_);
  return *place_;
}

std::optional<Error> Outside::lost_store() const {
  auto const made = made_place();
  return made ? broker::lost_database((*made)->paths) : std::nullopt;
}

Result<StorePlace const*> Outside::made_place() const {
  auto const& found = place();
  if (!found) return found.error();
  auto checked = check_store(found->paths, invocation_.uid);
  if (checked) return &*found;
  auto error = std::move(checked).error();
  if (error.code == ErrorCode::store_not_found) {
    auto const& root = found->main_worktree;
    error.hint = fmt::format("run `{}`; `{}` then brings back from a snapshot what was removed",
                             for_store("decapod init", found->kind, root),
                             for_store("decapod broker restore FILE", found->kind, root));
  }
  return error;
}

std::string Outside::absolute(std::string const& path) const {
  return path.starts_with('/') ? path : invocation_.cwd + '/' + path;
}

Result<std::string> Outside::read_input(std::size_t max_bytes) {
  if (input_ == Input::taken) return fail(ErrorCode::input_unreadable, "standard input was read already");
  input_ = Input::taken;
  return files::read_descriptor(0, "standard input", max_bytes, deadline_);
}

Result<std::string> Outside::read_some_input(std::size_t max_bytes) {
  input_ = Input::taken;
  return files::read_once(0, max_bytes);
}

Result<std::string> Outside::read(std::string const& path, std::size_t max_bytes) {
  if (path == "-") return read_input(max_bytes);
  auto const& found = place();
  return files::read(absolute(path), max_bytes, found ? &found->paths : nullptr, deadline_);
}

Result<void> Outside::write(std::string const& path, std::string_view content) {
  auto const& found = place();
  if (found) DECAPOD_CHECK(files::refuse_state_directory(absolute(path), found->paths));
  return files::replace(absolute(path), content);
}

Result<void> Outside::create_private(std::string const& path, std::string_view content) {
  return files::create_private(absolute(path), content);
}

Result<std::string> Outside::secret(Secret const& from) {
  close_own_memory();
  auto const began = clock_.steady();
  auto given = from.file.empty() ? read_secret(from, deadline_) : read(from.file, kSecretBytesMost);
  // Whoever types a passphrase is not the one who keeps others waiting.
  if (from.file.empty() && from.descriptor < 0) deadline_ += clock_.steady() - began;
  if (given) *given = first_line(std::move(*given));
  return given;
}

bool Outside::wants_no_broker() const {
  auto const value = environment(kNoBroker);
  return value && *value != "0";
}

Result<std::optional<std::string>> Outside::trust_token(Access access) {
  auto const file = invocation_.variable("DECAPOD_TRUST_TOKEN_FILE");
  if (!file) return std::optional<std::string>();
  auto content = read(*file, kSecretBytesMost);
  if (!content && access == Access::read) return std::optional<std::string>();
  if (!content) return std::move(content).error();
  return std::optional<std::string>(first_line(*std::move(content)));
}

Result<Finished> Outside::git(std::string const& directory, std::vector<std::string> const& arguments,
                              GitAside const& aside) {
  return run_git(directory, arguments, invocation_.environment, deadline_, aside);
}

Result<ProgramEnd> Outside::run(Program const& program) {
  auto const before = clock_.steady();
  auto const& found = place();
  auto end = run_program(program, invocation_.environment, found ? &found->paths : nullptr);
  deadline_ += clock_.steady() - before;
  return end;
}

Result<json::object> Outside::call(RequestType const& type, json::object const& arguments) {
  DECAPOD_TRY(auto canonical, type.canonical(arguments));
  DECAPOD_TRY(auto* session, session());
  ipc::Request request;
  request.op = operation_name(*type.verb);
  request.arguments = std::move(canonical);
  request.caller = caller();
  request.request_id = new_request_id(clock_.now().wall);
  if (type.verb->access == Access::write) request.idempotency_key = request.request_id;
  DECAPOD_TRY(request.trust_token, trust_token(type.verb->access));
  request.timeout_ms = std::chrono::floor<Millis>(deadline_ - clock_.steady()).count();
  DECAPOD_TRY(auto reply, session->send(type, request, deadline_));
  if (reply.error) return ipc::from_wire(*reply.error);
  return std::move(reply.data).value_or(json::object());
}

Result<ServiceStatus> Outside::probe_broker() {
  auto const& found = place();
  if (!found) return found.error();
  DECAPOD_TRY(auto status, probe(found->paths, deadline_));
  if (status.serving == Serving::no) {
    if (auto lost = lost_store()) status.unserved = std::move(lost->message);
  }
  return status;
}

}  // namespace decapod::cli
