#pragma once
// Those who wait for a page copy, one copy at a time, a slice between groups.

#include <decapod/broker/engine.h>
#include <decapod/broker/page_copies.h>
#include <decapod/broker/shared_reads.h>
#include <decapod/storage/page_copy.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace decapod::broker {

// An answer that is due. `hold` keeps the copy that the reply names.
struct Copied {
  Ticket ticket = Ticket::none;
  ipc::Reply reply;
  Descriptor hold;
};

// The worker's thread. Must go, or be closed, before the engine.
class CopyLine {
 public:
  struct Waiting {
    Ticket ticket = Ticket::none;
    Job job;
  };

  // `somebody_waits` is asked between pages, to end a slice early.
  CopyLine(StatePaths const& paths, std::function<bool()> somebody_waits)
      : paths_(paths), somebody_waits_(std::move(somebody_waits)) {}
  ~CopyLine() { close(); }
  CopyLine(CopyLine const&) = delete;
  CopyLine& operator=(CopyLine const&) = delete;

  void add(Waiting waiting) { line_.push_back(std::move(waiting)); }
  // Nobody waits, and there is nothing to free.
  bool empty() const { return line_.empty() && unlinked_.empty(); }
  // Whoever waited under this ticket has gone.
  void forget(Ticket ticket);

  // A slice of 0.3 ms, a few steps while somebody waits, a tenth of the time since the last one if that is more, and 1
  // ms at most; outside of any transaction. Whoever it was the last for, or whose time is up, gets an answer. Of copies
  // that were dropped or swept a part is freed first.
  std::vector<Copied> advance(Engine& engine, SteadyTime now);
  // Everybody gets busy.
  std::vector<Copied> give_up(Engine& engine);

  // Removes copies that nobody keeps any more; cheap when there are none. Between requests.
  void sweep();
  // Drops the copy under way, and sweeps.
  void close();

 private:
  void dismiss_late(Engine& engine, SteadyTime now, std::vector<Copied>& answers);
  Result<storage::CopyState> slice(Engine& engine, SteadyTime now);
  storage::CopyState advance_pages(SteadyTime now);
  Copied finish(Engine& engine, Result<std::string> const& name);
  void drop();

  StatePaths paths_;
  std::function<bool()> somebody_waits_;
  std::deque<Waiting> line_;
  std::optional<FreshCopy> file_;
  UnlinkedCopies unlinked_;
  std::unique_ptr<storage::PageCopy> pages_;  // of line_.front()
  SteadyTime rests_since_{};                  // when its last slice ended, or the copy was begun
  bool to_sweep_ = true;                      // also what an earlier leader left
};

}  // namespace decapod::broker
