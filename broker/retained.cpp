// Whether the store still has what was acknowledged: when it is opened, while it is led, and when it is closed.

#include <decapod/broker/engine.h>
#include <decapod/contract/lost_line.h>
#include <decapod/storage/closing.h>
#include <decapod/storage/transaction.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "opening.h"

namespace decapod::broker {
namespace {

// Longer than it takes to remove a directory with what is in it.
constexpr Millis kRemoval{100};

// Gone, and nothing has taken its place: what was acknowledged lies in no file that anybody finds.
bool lacks_database(StatePaths const& paths) {
  struct stat facts {};
  return lstat(paths.database.c_str(), &facts) != 0 && errno == ENOENT && lstat(paths.leader_lock.c_str(), &facts) == 0;
}

// What was acknowledged up to `last`, of which the store has commits up to `here`.
Loss loss_of(Acknowledged const& last, std::uint64_t here) {
  return {
      .commit_seq = static_cast<std::int64_t>(last.commit_seq),
      .why =
          "the store was opened without commits that were acknowledged: its log (decapod.db-wal) was removed or cut "
          "off, or an older database was put in its place",
      .after = static_cast<std::int64_t>(here),
      .extent = Extent::exact};
}

}  // namespace

// Copies and staged stores promise nothing to anybody.
bool Engine::is_witnessed() const {
  return writable_ && facts_.standing == contract::Standing::live;
}

// The name of a store that was never folded lies in its log, and goes with it.
Engine::Name Engine::name_once(std::string const& fresh_store_uuid) {
  if (!writable_ || ledger::Ledger::has_identity(*database_)) return Name::found;
  auto const last = is_witnessed() ? witness_.read() : std::nullopt;
  // Before there is a name that the witness does not know: it is by the lack of one that this is found again.
  if (last && last->commit_seq > 0 && !record(loss_of(*last, 0))) {
    throw storage::Failure(ErrorCode::not_writable, 0,
                           "the commits of this store are gone, and that cannot be put on record in " +
                               losses_path(facts_.state_directory) + ": a new store in its place would hide it");
  }
  give_name(*database_, fresh_store_uuid, clock_.now().wall);
  return last ? Name::anew : Name::first;
}

// What the last leader had acknowledged, held against what is here.
void Engine::look_for_losses(Name name) {
  auto const last = witness_.read();
  // What is here can be read from now on, acknowledged by a predecessor or not.
  if (!last) return witness();
  if (name == Name::anew) {
    // It has gone on record already; and where there was nothing but a name, there was nothing to lose.
    begin_generation_after(*last,
                           last->commit_seq > 0 ? extent_in_words(loss_of(*last, 0)) : "the store's name is gone");
    return write_witness();
  }
  if (last->store_uuid != facts_.store_uuid) return heed_another(*last);
  if (last->generation < facts_.generation) return finish_loss(*last);
  witnessed_ = last->commit_seq;
  auto const here = ledger_->commit_seq();
  bool const lost = last->commit_seq > here;
  if (lost || last->generation > facts_.generation) {
    auto const loss = loss_of(*last, here);
    begin_generation_after(*last, lost ? extent_in_words(loss) : "the end of the line is gone, with no commits");
    // Found once: what cannot be put on record is found again by the next leader.
    if (!lost || record(loss)) write_witness();
    return;
  }
  // As a build leaves it that began no generation after a loss.
  if (last->epoch <= ledger_->epoch()) return witness();
  lost_epoch_ = last->epoch;
  ledger_ = make_ledger(std::nullopt);
}

// A witness of the store before this one, if whoever gave this one its name died before it said so here: its markers
// were told. A store that has commits has a witness of its own, unless somebody has put another in its place.
void Engine::heed_another(Acknowledged const& last) {
  if (ledger_->commit_seq() > 0 || last.epoch <= ledger_->epoch()) return witness();
  begin_generation_after(last, "the store's name is gone");
  write_witness();
}

// What the lost commits gave out opens nothing that is given out from now on: tokens and ids are those of another
// generation, and markers of another epoch. That, and why, is one transaction.
void Engine::begin_generation_after(Acknowledged const& last, std::string words) {
  // The epoch that an earlier process of this tenure has raised is gone with its commits.
  lost_epoch_ = std::max(last.epoch, ledger_->epoch());
  auto const ended = std::max(last.generation, facts_.generation);
  note_by_itself(std::string(contract::kLossFound), std::move(words), {contract::lost_key(facts_.store_uuid, ended)});
  storage::Transaction transaction(*database_, storage::TransactionKind::write);
  ledger::Ledger::begin_generation(*database_, ended + 1, lost_epoch_);
  ledger_ = make_ledger(std::nullopt);
  append_noted();
  transaction.commit();
  noted_are_kept();
  facts_.generation = ledger_->identity().generation;
  facts_.epoch = ledger_->epoch();
}

// A leader that found a loss, and began the generation that follows, may have been killed before it could put the loss
// on record, or could not. A restore leaves no witness of the generation that it ends.
void Engine::finish_loss(Acknowledged const& last) {
  auto const lines = contract::lost_lines(*database_);
  auto const line = std::ranges::find(lines, last.generation, &contract::LostLine::generation);
  bool const lost = line != lines.end() && last.commit_seq > line->commit_seq;
  if (lost && !record(loss_of(last, line->commit_seq))) return;
  write_witness();
}

// Before anybody is told of it.
void Engine::witness() {
  if (is_witnessed() && witnessed_ != ledger_->commit_seq()) write_witness();
}

void Engine::write_witness() {
  auto const commit_seq = ledger_->commit_seq();
  Acknowledged const last{.store_uuid = facts_.store_uuid,
                          .generation = facts_.generation,
                          .epoch = ledger_->epoch(),
                          .commit_seq = commit_seq};
  try {
    if (witness_.write(last)) witnessed_ = commit_seq;
  } catch (std::bad_alloc const&) {
    // What is committed is answered all the same; the next group says it for this one.
  }
}

void Engine::lose(std::string_view what, std::string_view why) noexcept {
  health_ = Health::lost;
  try {
    auto complaint = std::string(what);
    if (!why.empty()) complaint.append(": ").append(why);
    complaints_.push_back(std::move(complaint));
  } catch (std::bad_alloc const&) {
    // That it is lost counts; the words are for the log.
  }
}

// A connection that cannot reach its store any more answers nobody: make room for one that can.
void Engine::lose_store(std::string_view why) {
  if (database_->still_ours()) return lose(why);
  lose_files(why);
}

// Whoever removes the whole store, or puts another directory in its place, must not find new files, and needs no
// record.
bool Engine::only_database_is_gone() const {
  StatePaths const paths(facts_.state_directory);
  auto const is_gone = [&] { return inode_of(paths.directory) == directory_inode_ && lacks_database(paths); };
  if (!is_gone()) return false;
  std::this_thread::sleep_for(kRemoval);
  return is_gone();
}

// What was acknowledged and lies in a WAL without a name would go with this process.
void Engine::lose_files(std::string_view why) {
  lose(why);
  switch (database_->salvage()) {
    case storage::Salvage::nothing_lost:
      return;
    case storage::Salvage::other_store:
      if (only_database_is_gone()) record_at_most("the database (decapod.db) was removed under a live broker");
      return;
    case storage::Salvage::saved:
      complaints_.push_back("the log of commits was gone; what it held, up to commit " +
                            std::to_string(ledger_->commit_seq()) + ", is saved in the database");
      return;
    case storage::Salvage::impossible:
      break;
  }
  record_at_most("the log of commits (decapod.db-wal) was removed, replaced or cut off under a live broker");
}

void Engine::record_at_most(std::string why) {
  std::optional<std::int64_t> after;
  if (folded_) after = static_cast<std::int64_t>(*folded_);
  // What is folded is safe: with nothing behind it there is nothing to lose.
  auto const last = static_cast<std::int64_t>(ledger_->commit_seq());
  record({.commit_seq = last, .why = std::move(why), .after = after, .extent = Extent::at_most});
}

// So that doctor and validate report it until somebody has looked, and no empty store takes the place of this one.
bool Engine::record(Loss loss) {
  loss.at = clock_.now().wall;
  bool const recorded = record_loss(facts_.state_directory, loss);
  complaints_.push_back(loss.why + "; " + extent_in_words(loss) +
                        (recorded ? "" : ", and that could not be put on record"));
  return recorded;
}

void Engine::close() {
  // What cannot be vouched for is not folded either: recovery decides.
  if (health_ == Health::lost) database_->set_on_close(storage::OnClose::keep_wal);
  auto const closed = storage::close(*database_);
  if (closed) return;
  complaints_.push_back("the store was closed without folding its log: " + closed.error().message);
  if (!database_->still_ours()) lose_files("at its end, the store's files are not as they were left");
}

}  // namespace decapod::broker
