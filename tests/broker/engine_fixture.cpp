#include "engine_fixture.h"

#include <decapod/storage/migration.h>
#include <decapod/storage/transaction.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace decapod::test {

Instant SettableClock::now() {
  auto instant = machine_->now();
  instant.wall = instant.wall + Millis(ahead_ms_.load());
  return instant;
}

Store::Store() : paths_(directory_ / "state") {
  std::filesystem::create_directory(paths_.directory);
  write_file(paths_.leader_lock, "");
  write_file(paths_.want_lock, "");
  write_file(paths_.database, "");
}

void begin_every_subsystem(Store& store, broker::Directory const& directory) {
  auto const engine = broker::Engine::open(Bench::options_of(store), directory, store.clock());
  if (!engine) FAIL("the engine does not open: " << engine.error().message);
  auto& database = (*engine)->database();
  storage::Transaction transaction(database, storage::TransactionKind::write);
  for (auto const* subsystem : directory.subsystems()) {
    storage::begin_subsystem(database, database.declared_schema(), subsystem->name);
  }
  transaction.commit();
}

bool has_counters(storage::Database& database) {
  return std::ranges::count(storage::tables_in(database), "counter") == 1;
}

ipc::Request request(std::string const& operation, json::object arguments, std::string const& key,
                     std::string const& actor) {
  ipc::Request request;
  request.op = operation;
  request.arguments = std::move(arguments);
  request.caller = {.actor = actor, .actor_source = "--actor", .session = "once:1", .cwd = "/"};
  request.request_id = random_id();
  request.idempotency_key = key;
  request.timeout_ms = 30'000;
  return request;
}

ipc::Request add(std::string const& name, std::string const& key, std::string const& actor) {
  return request("counter.add", {{"name", name}}, key, actor);
}

ipc::Request fail_by(Way way, std::string const& name, std::string const& key) {
  return request("counter.fail", {{"name", name}, {"way", codec::encode(way)}}, key);
}

ipc::Request peek(std::string const& name, std::int64_t laps) {
  return request("counter.peek", {{"name", name}, {"laps", laps}}, "");
}

ipc::Request get(std::string const& name) {
  return request("counter.get", {{"name", name}}, "");
}

broker::EngineOptions Bench::options_of(Store const& store) {
  broker::EngineOptions options{.paths = store.paths()};
  options.fresh_store_uuid = "store-1";
  return options;
}

Bench::Bench(Store& store, broker::EngineOptions options) : store_(store) {
  auto opened = broker::Engine::open(options, directory_, store.clock());
  if (!opened) FAIL("the engine does not open: " << opened.error().message);
  engine_ = *std::move(opened);
}

broker::Job Bench::job(ipc::Request request) {
  auto const now = store_.clock().steady();
  auto const deadline = now + Millis(request.timeout_ms);
  return {.request = std::move(request), .arrived = now, .deadline = deadline};
}

std::vector<ipc::Reply> Bench::write_all(std::vector<ipc::Request> requests) {
  std::vector<broker::Job> jobs;
  for (auto& one : requests) jobs.push_back(job(std::move(one)));
  auto replies = engine_->write(jobs);
  REQUIRE(replies.size() == jobs.size());
  return replies;
}

ipc::Reply Bench::read(ipc::Request request) {
  return engine_->read(job(std::move(request))).reply;
}

std::int64_t Bench::count(std::string_view sql) {
  auto rows = engine_->database().query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

std::int64_t Bench::value(std::string const& name) {
  if (!has_counters(engine_->database())) return 0;
  auto rows = engine_->database().query("SELECT value FROM counter WHERE name = ?1", name);
  return rows.next() ? rows.integer(0) : 0;
}

std::vector<std::string> Bench::trail(audit::Chain chain) {
  std::vector<std::string> lines;
  for (auto const& stored : ledger::records_after(engine_->database(), chain, 0, 1000)) {
    auto const record = audit::parse_record(stored.body).value();
    auto line = std::string(to_text(record.status)) + ' ';
    if (!record.error.empty()) line += record.error + ' ';
    lines.push_back(line + record.request_type);
  }
  return lines;
}

std::string error_of(ipc::Reply const& reply) {
  return reply.error ? reply.error->code : "";
}

std::int64_t value_in(ipc::Reply const& reply) {
  if (!reply.data) throw std::runtime_error("the reply has no data, but the error '" + error_of(reply) + "'");
  return reply.data->at("value").to_number<std::int64_t>();
}

}  // namespace decapod::test
