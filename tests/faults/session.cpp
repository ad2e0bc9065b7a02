#include "session.h"

#include <decapod/broker/losses.h>
#include <decapod/broker/witness.h>

#include <filesystem>

namespace decapod::test {

Session::Session(std::string const& folder, std::string vfs, Knowledge knowledge, Notebook* notebook)
    : paths_(folder), vfs_(std::move(vfs)), knowledge_(std::move(knowledge)), notebook_(notebook) {
  // Of an earlier play.
  std::filesystem::remove(broker::witness_path(folder));
  std::filesystem::remove(broker::losses_path(folder));
  learn();
}

Session::~Session() {
  die();
}

void Session::learn() {
  if (notebook_ == nullptr) return;
  auto const page = static_cast<InodeNumber>(notebook_->pages.size());
  notebook_->pages.push_back(knowledge_);
  if (notebook_->recording != nullptr) {
    notebook_->recording->push_back({.kind = EventKind::mark, .inode = page, .name = {}, .change = {}});
  }
}

void Session::open(storage::OnClose on_close) {
  engine_.reset();
  trail_.reset();
  on_close_ = on_close;
  broker::EngineOptions options{.paths = paths_, .on_close = on_close, .vfs = vfs_, .fresh_store_uuid = "store-1"};
  auto opened = broker::Engine::open(options, directory_, clock_);
  if (opened) engine_ = *std::move(opened);
  for (auto const& loss : broker::read_losses(paths_.directory)) {
    if (loss.extent == broker::Extent::exact) findings_.push_back("a leader misses what was acknowledged: " + loss.why);
  }
}

bool Session::ready() {
  if (!engine_ || engine_->health() == broker::Health::lost) open(on_close_);
  return engine_ != nullptr;
}

void Session::write(std::vector<Ask> const& asks) {
  if (!ready()) return;
  std::vector<broker::Job> jobs;
  std::vector<std::optional<Answer>> before;
  for (auto const& ask : asks) {
    jobs.push_back(write_job(ask, clock_));
    auto const known = knowledge_.requests.find(ask.name);
    before.push_back(known == knowledge_.requests.end() ? std::nullopt : std::optional(known->second));
    if (!before.back() || before.back()->known == Known::refused) {
      knowledge_.requests[ask.name] = {.known = Known::unsure, .commit_seq = 0, .way = ask.way};
    }
  }
  learn();
  try {
    auto const replies = engine_->write(jobs);
    for (std::size_t i = 0; i < asks.size(); ++i) take(asks[i], replies.at(i), before[i]);
  } catch (std::exception const& thrown) {
    findings_.push_back(std::string("the engine threw: ") + thrown.what());
  }
  learn();
}

void Session::take(Ask const& ask, ipc::Reply const& reply, std::optional<Answer> before) {
  auto& answer = knowledge_.requests[ask.name];
  bool const was_committed = answer.known == Known::committed;
  if (reply.status == ipc::Status::COMMITTED) {
    auto const seq = reply.commit_seq.value_or(0);
    if (seq == 0) findings_.push_back("'" + ask.name + "' was acknowledged without a marker");
    if (was_committed && answer.commit_seq != seq) findings_.push_back("'" + ask.name + "' was committed twice");
    if (answer.known == Known::refused_for_good) findings_.push_back("'" + ask.name + "' was refused, then applied");
    answer = {.known = Known::committed, .commit_seq = seq, .way = ask.way};
    return;
  }
  if (reply.status != ipc::Status::NOT_COMMITTED) return;
  // The ledger was asked, and has nothing: that is said of every attempt. Any other refusal speaks of this one alone.
  bool const vouched = reply.vouched == ipc::Vouched::yes;
  if (vouched && (was_committed || answer.known == Known::seen)) {
    findings_.push_back("the ledger has nothing of '" + ask.name + "', which was there");
  }
  if (was_committed) return;
  bool const remembered = is_remembered(ask.way) && reply.error && reply.error->code == "REFUSED";
  if (remembered) {
    answer.known = Known::refused_for_good;
  } else if (answer.known != Known::refused_for_good && (vouched || !before || before->known == Known::refused)) {
    answer.known = Known::refused;
  }
}

void Session::read(std::string const& name) {
  if (!ready()) return;
  auto const reply = engine_->read(read_job(name, clock_)).reply;
  auto const known = knowledge_.requests.find(name);
  if (known == knowledge_.requests.end() || known->second.known != Known::unsure || !reply.data) return;
  if (reply.data->at("value").to_number<std::int64_t>() == 0) return;
  known->second.known = Known::seen;
  learn();
}

void Session::settle() {
  if (ready()) engine_->settle();
}

void Session::checkpoint(storage::CheckpointMode mode) {
  if (!ready()) return;
  try {
    engine_->database().checkpoint(mode);
  } catch (storage::Failure const&) {
    // Housekeeping: the broker complains and goes on.
  }
}

void Session::export_trail() {
  if (!ready() || !engine_->database().still_ours()) return;
  if (!trail_) trail_ = std::make_unique<broker::TrailExport>(paths_);
  try {
    trail_->catch_up(engine_->database());
  } catch (storage::Failure const&) {
    return;
  }
  for (auto const& complaint : trail_->take_complaints()) findings_.push_back(complaint);
  knowledge_.exported_mutations = engine_->ledger().position().mutations.size;
  knowledge_.exported_reads = engine_->ledger().position().reads.size;
  learn();
}

void Session::close() {
  if (engine_ && engine_->health() == broker::Health::sound) engine_->settle();
  trail_.reset();
  engine_.reset();
  learn();
}

void Session::die() {
  if (engine_) engine_->database().set_on_close(storage::OnClose::keep_wal);
  trail_.reset();
  engine_.reset();
}

}  // namespace decapod::test
