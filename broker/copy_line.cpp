#include "copy_line.h"

#include <decapod/crash/point.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "refusals.h"

namespace decapod::broker {
namespace {

using std::chrono::steady_clock;

// Between slices the worker rests, so that whatever starts meanwhile need not wait for the scheduler's tick.
constexpr std::chrono::microseconds kSlice{300};
// Of 8 pages each, some 50 µs: those who wait all the time should not keep a copy from being made in time.
constexpr int kStepsAtLeast = 6;
// And a part of the time since the last slice: after commits of 30 ms each, 48 pages would be 40 seconds for a quarter
// of a gigabyte. What is more than the bound, others would notice.
constexpr int kPartOfTime = 10;
constexpr std::chrono::microseconds kPartMost{1000};

}  // namespace

void CopyLine::forget(Ticket ticket) {
  auto const found = std::ranges::find(line_, ticket, &Waiting::ticket);
  if (found == line_.end()) return;
  if (found == line_.begin()) drop();
  line_.erase(found);
}

std::vector<Copied> CopyLine::advance(Engine& engine, SteadyTime now) {
  std::vector<Copied> answers;
  unlinked_.free_a_part();
  if (line_.empty()) return answers;
  dismiss_late(engine, now, answers);
  auto const& job = line_.front().job;
  if (!pages_) {
    if (auto refusal = engine.refuse_copied(job)) {
      answers.push_back({.ticket = line_.front().ticket, .reply = *std::move(refusal), .hold = {}});
      line_.pop_front();
      return answers;
    }
  } else if (now >= job.deadline) {
    answers.push_back(finish(engine, too_late_to_copy(job)));
    return answers;
  }
  auto const state = slice(engine, now);
  if (!state) {
    answers.push_back(finish(engine, state.error()));
  } else if (*state == storage::CopyState::complete) {
    answers.push_back(finish(engine, file_->name));
  }
  return answers;
}

// Of those behind the first, whose copy is not begun.
void CopyLine::dismiss_late(Engine& engine, SteadyTime now, std::vector<Copied>& answers) {
  for (auto waiting = line_.begin() + 1; waiting != line_.end();) {
    auto const& job = waiting->job;
    if (now < job.deadline) {
      ++waiting;
      continue;
    }
    answers.push_back(
        {.ticket = waiting->ticket, .reply = engine.answer_copied(job, too_late_to_copy(job)), .hold = {}});
    waiting = line_.erase(waiting);
  }
}

Result<storage::CopyState> CopyLine::slice(Engine& engine, SteadyTime now) {
  try {
    if (!pages_) {
      // Here as well: on a busy store the quiet moment may not come, and readers that are killed leave a copy each.
      sweep();
      DECAPOD_TRY(auto file, make_copy_file(paths_));
      file_.emplace(std::move(file));
      to_sweep_ = true;
      crash::reach(crash::Point::copy_file_made);
      pages_ = std::make_unique<storage::PageCopy>(engine.database(), file_->path);
      rests_since_ = steady_clock::now();
    }
    auto const state = advance_pages(now);
    // A commit failed, and the store was opened anew: the next slice begins another copy.
    if (state == storage::CopyState::ended) drop();
    return state;
  } catch (std::exception const& fault) {
    return failure_of(line_.front().job.request.op, fault);
  }
}

storage::CopyState CopyLine::advance_pages(SteadyTime now) {
  auto const begun = steady_clock::now();
  auto const part = std::min<SteadyTime::duration>((begun - rests_since_) / kPartOfTime, kPartMost);
  for (int steps = 1;; ++steps) {
    auto const state = pages_->advance(now);
    rests_since_ = steady_clock::now();
    auto const worked = rests_since_ - begun;
    bool const has_its_part = steps >= kStepsAtLeast && worked >= part;
    bool const is_over = (has_its_part && somebody_waits_()) || worked >= std::max<SteadyTime::duration>(part, kSlice);
    if (state != storage::CopyState::unfinished || is_over) return state;
  }
}

// Answers the first in line.
Copied CopyLine::finish(Engine& engine, Result<std::string> const& name) {
  pages_.reset();
  auto const& first = line_.front();
  Copied answer{.ticket = first.ticket, .reply = engine.answer_copied(first.job, name), .hold = {}};
  if (name) {
    crash::reach(crash::Point::copy_complete);
    answer.hold = std::move(file_->hold);
    file_.reset();
  }
  drop();
  line_.pop_front();
  return answer;
}

void CopyLine::drop() {
  pages_.reset();
  if (!file_) return;
  unlink(file_->path.c_str());
  unlinked_.add(std::move(file_->hold));
  file_.reset();
}

std::vector<Copied> CopyLine::give_up(Engine& engine) {
  std::vector<Copied> answers;
  unlinked_.free_a_part();
  while (!line_.empty()) answers.push_back(finish(engine, leaves_before_copying()));
  return answers;
}

void CopyLine::sweep() {
  if (!to_sweep_) return;
  to_sweep_ = sweep_copies(paths_, unlinked_) > 0;
}

void CopyLine::close() {
  drop();
  sweep();
}

}  // namespace decapod::broker
