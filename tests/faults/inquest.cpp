#include "inquest.h"

#include <decapod/broker/witness.h>
#include <decapod/ledger/agreement.h>
#include <decapod/ledger/trail.h>
#include <decapod/storage/integrity.h>
#include <decapod/storage/migration.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace decapod::test {
namespace {

using storage::Database;

void look_at_effects(Database& database, Observation& observation) {
  if (std::ranges::count(storage::tables_in(database), "counter") == 0) return;
  auto rows = database.query("SELECT name, value FROM counter");
  while (rows.next()) observation.requests[rows.text(0)].effects = rows.integer(1);
}

void look_at_ledger(Database& database, Observation& observation) {
  auto rows = database.query("SELECT key, status, coalesce(commit_seq, 0) FROM ledger");
  while (rows.next()) {
    auto& found = observation.requests[rows.text(0)];
    found.status = rows.text(1);
    found.commit_seq = static_cast<std::uint64_t>(rows.integer(2));
  }
}

// The key in a record's canonical bytes; the requests of these tests have plain names.
std::string key_in(std::string_view body) {
  static constexpr std::string_view kField = "\"idempotency_key\":\"";
  auto const at = body.find(kField);
  if (at == std::string_view::npos) return "";
  auto const rest = body.substr(at + kField.size());
  return std::string(rest.substr(0, rest.find('"')));
}

// Each committed request has one record, under the number that the ledger names.
void look_at_mutations(Database& database, Observation& observation) {
  std::set<std::string> recorded;
  auto rows = database.query("SELECT sequence, body FROM audit_mutation ORDER BY sequence");
  while (rows.next()) {
    auto const sequence = static_cast<std::uint64_t>(rows.integer(0));
    auto const key = key_in(rows.view(1));
    if (sequence != ++observation.mutations) observation.faults.push_back("a gap before mutation " + key);
    auto const found = observation.requests.find(key);
    bool const in_ledger = found != observation.requests.end() && found->second.status == "COMMITTED";
    if (!in_ledger) observation.faults.push_back("a record without a ledger row: " + key);
    if (in_ledger && found->second.commit_seq != sequence) observation.faults.push_back("another commit_seq: " + key);
    if (!recorded.insert(key).second) observation.faults.push_back("two records of " + key);
  }
  for (auto const& [name, one] : observation.requests) {
    bool const committed = one.status == "COMMITTED";
    if (one.effects != (committed ? 1 : 0)) {
      observation.faults.push_back("request '" + name + "' has " + std::to_string(one.effects) +
                                   " effects and status '" + one.status + "'");
    }
    if (committed && !recorded.contains(name)) observation.faults.push_back("a ledger row without a record: " + name);
  }
}

void look_at_index(Database& database, Observation& observation) {
  ledger::compare_index(database, [&](ledger::Disagreement const& found) {
    observation.faults.push_back(found.where + ": " + found.what);
  });
}

void look_at_chain(broker::Engine& engine, audit::Chain chain, Observation& observation) {
  auto const walked = ledger::verify_chain(engine.database(), chain, engine.facts().store_uuid);
  if (walked.first_break) observation.faults.push_back("the chain is broken: " + walked.first_break->message);
  if (chain == audit::Chain::reads) observation.reads = walked.head.size;
}

}  // namespace

Inquest::Inquest(std::string const& folder) : folder_(folder), vfs_("inquest", folder) {}

std::unique_ptr<broker::Engine> Inquest::open(storage::OnClose on_close, std::vector<std::string>& faults) {
  // Of another image.
  std::filesystem::remove(broker::witness_path(folder_));
  broker::EngineOptions options{
      .paths = StatePaths(folder_), .on_close = on_close, .vfs = vfs_.name(), .fresh_store_uuid = "store-1"};
  auto opened = broker::Engine::open(options, directory_, clock_);
  if (opened) return *std::move(opened);
  faults.push_back("the store does not open: " + opened.error().message);
  return nullptr;
}

void Inquest::look(broker::Engine& engine, Observation& observation) const {
  try {
    for (auto const& finding : storage::check_integrity(engine.database(), storage::IntegrityDepth::full)) {
      observation.faults.push_back("integrity: " + finding);
    }
    look_at_effects(engine.database(), observation);
    look_at_ledger(engine.database(), observation);
    look_at_mutations(engine.database(), observation);
    look_at_index(engine.database(), observation);
    look_at_chain(engine, audit::Chain::mutations, observation);
    look_at_chain(engine, audit::Chain::reads, observation);
  } catch (storage::Failure const& failure) {
    observation.faults.push_back(std::string("the store cannot be read: ") + failure.what());
  }
}

void Inquest::ask_again(broker::Engine& engine, Observation const& before, Knowledge& knowledge,
                        std::vector<std::string>& contradictions) {
  std::vector<std::string> again;
  std::vector<broker::Job> jobs;
  for (auto const& [name, answer] : knowledge.requests) {
    if (answer.known != Known::unsure) continue;
    again.push_back(name);
    jobs.push_back(write_job({name, answer.way}, clock_));
  }
  if (jobs.empty()) return;
  auto const replies = engine.write(jobs);
  for (std::size_t i = 0; i < again.size(); ++i) {
    auto const& name = again[i];
    auto& answer = knowledge.requests[name];
    auto const expected = answer.way ? ipc::Status::NOT_COMMITTED : ipc::Status::COMMITTED;
    if (replies[i].status != expected) contradictions.push_back("asked again, '" + name + "' has another answer");
    auto const found = before.requests.find(name);
    bool const applied = found != before.requests.end() && found->second.effects == 1;
    answer.commit_seq = replies[i].commit_seq.value_or(0);
    if (applied && answer.commit_seq != found->second.commit_seq) {
      contradictions.push_back("asked again, '" + name + "' is not told of its first effect");
    }
    answer.known = answer.way ? Known::refused : Known::committed;
  }
}

Verdicts Inquest::examine(Image const& image, Knowledge const& knowledge, Depth depth) {
  Verdicts verdicts;
  Disk disk(image);
  vfs_.mount(disk);
  auto& first = verdicts.observation;
  {
    auto const on_close = depth == Depth::look ? storage::OnClose::keep_wal : storage::OnClose::checkpoint;
    auto const engine = open(on_close, first.faults);
    if (engine) look(*engine, first);
    verdicts.contradictions = contradictions(first, knowledge);
    if (!engine || depth == Depth::look) return verdicts;
    auto known = knowledge;
    ask_again(*engine, first, known, verdicts.contradictions);
    Observation second;
    look(*engine, second);
    for (auto const& text : contradictions(second, known)) verdicts.contradictions.push_back("asked again: " + text);
  }
  return verdicts;
}

}  // namespace decapod::test
