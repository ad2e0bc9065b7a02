#include <decapod/election/course.h>
#include <decapod/reach/settled.h>

#include <algorithm>
#include <random>
#include <utility>

#include "leader.h"

namespace decapod::reach {
namespace {

using election::Observation;
using election::Step;

// How long a newcomer steps aside for somebody who waits for the lock directly.
constexpr Millis kYield{250};
// How often a lock that is removed under a command is made anew before it is believed to be gone.
constexpr int kRemakings = 100;
constexpr std::int64_t kMinorWithCopies = 1;
constexpr std::int64_t kMinorWithTokens = 2;
// However long a broker wants to be left alone.
constexpr Millis kRetryAfterMost{1000};
// After so many brokers that others drove out while they copied, the copy is made by this command, at one go.
constexpr int kCopiesGivenUp = 3;
constexpr std::chrono::microseconds kLockPoll{500};

// What came of one turn: something that happened on the way, or the end of the request.
struct Turn {
  Observation observation = Observation::turned_away;
  std::optional<Result<ipc::Reply>> end;

  static Turn saw(Observation observation) { return {.observation = observation, .end = std::nullopt}; }
  static Turn ended(Result<ipc::Reply> result) {
    return {.observation = Observation::answered, .end = std::move(result)};
  }
};

Observation observation_of(ipc::Refusal refusal) {
  switch (refusal) {
    case ipc::Refusal::nobody_listens:
    case ipc::Refusal::exhausted:  // nothing was delivered either: there may be room in a moment
      return Observation::nobody_listens;
    case ipc::Refusal::backlog_full:
      return Observation::backlog_full;
    case ipc::Refusal::sockets_refused:
      return Observation::sockets_refused;
    case ipc::Refusal::gone:
    case ipc::Refusal::timed_out:
      break;
  }
  return Observation::turned_away;
}

class ElectingSession final : public WalkingSession {
 public:
  ElectingSession(StatePaths const& paths, TenureWishes wishes, Build const& build, broker::Directory const& directory,
                  Clock& clock, Machine& machine, Gathered const& gathered)
      : paths_(paths),
        build_(build),
        directory_(directory),
        clock_(clock),
        machine_(machine),
        leader_(paths, wishes, build, directory, clock, machine, gathered),
        random_(gathered.seed) {}

  Result<ipc::Reply> send(RequestType const& type, ipc::Request const& request, SteadyTime deadline) override;
  Result<std::optional<election::LeaderLock>> wait_for_lock(SteadyTime deadline) override;
  void hang_up() override { channel_.reset(); }

 private:
  Turn take(Step step, Own const& own, election::Course const& course);
  template <class Take>
  auto remaking(Take const& take) const -> decltype(take());
  Result<std::optional<election::LeaderLock>> acquire() const;
  Result<election::WantLock> want_lock(SteadyTime deadline) const;
  Turn try_lock(Own const& own);
  Turn queue_for_lock(Own const& own);
  Turn copy_at_once(Own const& own);
  Turn turn_of(Own const& own, Result<Led> led);
  Turn lead(election::LeaderLock lock, Own const& own, broker::Want want);
  Turn ask(Own const& own);
  Turn greet(Own const& own);
  Turn exchange(Own const& own);
  Turn read_copy(Own const& own, std::optional<broker::HeldCopy> copy);
  Turn meet(ipc::Hello const& hello, SteadyTime deadline);
  Result<ipc::Reply> end_of(Own const& own, election::Course const& course, Result<ipc::Reply> end) const;
  Error out_of_time() const;

  StatePaths const& paths_;
  Build const& build_;
  broker::Directory const& directory_;
  Clock& clock_;
  Machine& machine_;
  Leader leader_;
  Sockets sockets_ = Sockets::usable;
  std::optional<SteadyTime> yielding_since_;
  Millis told_to_wait_{0};  // by a broker that was busy, before the next try
  std::unique_ptr<ipc::Channel> channel_;
  // Whether a heavy read is asked for a copy. Itself: there was no room for one.
  enum class Asked : std::uint8_t { copy, itself };
  Asked asked_ = Asked::copy;
  broker::ExportedTrail exported_;  // before the heavy read that is being asked
  int copies_given_up_ = 0;         // of it, by brokers that had to leave
  std::int64_t peer_minor_ = 0;     // of the broker behind channel_
  std::minstd_rand random_;
};

Result<ipc::Reply> ElectingSession::send(RequestType const& type, ipc::Request const& request, SteadyTime deadline) {
  machine_.reap();
  leader_.tidy();
  yielding_since_.reset();
  asked_ = Asked::copy;
  copies_given_up_ = 0;
  Own const own{.type = type, .request = request, .deadline = deadline};
  if (broker::reads_a_copy(type)) exported_ = broker::exported_now(paths_);
  election::Course course(machine_.steady());
  auto step = channel_ ? Step::connect : course.first();
  while (step != Step::give_up) {
    auto turn = take(step, own, course);
    if (turn.end) return end_of(own, course, *std::move(turn.end));
    step = course.next(turn.observation, machine_.steady(), deadline);
  }
  return end_of(own, course, out_of_time());
}

// A dry run leaves nothing behind, whatever becomes of it.
bool is_write(Own const& own) {
  return own.type.verb->access == Access::write && own.request.dry_run == ipc::DryRun::no;
}

Result<ipc::Reply> ElectingSession::end_of(Own const& own, election::Course const& course,
                                           Result<ipc::Reply> end) const {
  return settled(attempted(own, course.exposure()), std::move(end));
}

Turn ElectingSession::take(Step step, Own const& own, election::Course const& course) {
  switch (step) {
    case Step::try_lock:
      return try_lock(own);
    case Step::connect:
      return ask(own);
    case Step::queue_for_lock:
      return queue_for_lock(own);
    case Step::back_off: {
      // Jitter from a generator of this process: equal pauses would collide for ever.
      auto const pause = course.pause().count();
      std::uniform_int_distribution<std::int64_t> spread(pause / 2, pause);
      auto const now = machine_.steady();
      auto const until = now + std::exchange(told_to_wait_, Millis(0)) + std::chrono::microseconds(spread(random_));
      machine_.rest(std::chrono::ceil<std::chrono::microseconds>(
          std::max(std::min(until, own.deadline) - now, std::chrono::nanoseconds(0))));
      return Turn::saw(Observation::rested);
    }
    case Step::lead:
    case Step::finish:
    case Step::give_up:
      break;
  }
  return Turn::ended(fail(ErrorCode::internal, "the course of the request ended without an answer"));
}

// A lock whose file was removed since this command looked for it is made anew, as at the command's beginning.
template <class Take>
auto ElectingSession::remaking(Take const& take) const -> decltype(take()) {
  // Whoever removes it may do so again at once, but not for ever.
  for (int tries = 0;; ++tries) {
    auto lock = take();
    if (lock || lock.error().code != ErrorCode::store_not_found || tries == kRemakings) return lock;
    DECAPOD_CHECK(machine_.make_missing_locks());
  }
}

Result<std::optional<election::LeaderLock>> ElectingSession::acquire() const {
  return remaking([&] { return election::LeaderLock::try_acquire(paths_.leader_lock, machine_); });
}

Result<election::WantLock> ElectingSession::want_lock(SteadyTime deadline) const {
  return remaking([&] { return election::WantLock::acquire(paths_.want_lock, deadline, machine_); });
}

Turn ElectingSession::try_lock(Own const& own) {
  auto lock = acquire();
  if (!lock) return Turn::ended(lock.error());
  if (!*lock) {
    yielding_since_.reset();
    return Turn::saw(Observation::lock_held);
  }
  // Somebody who cannot use sockets waits for this very lock: let them have it, within reason.
  if (election::WantProbe(paths_.want_lock, machine_).somebody_waits()) {
    auto const now = machine_.steady();
    if (!yielding_since_) yielding_since_ = now;
    if (now - *yielding_since_ < kYield) {
      (*lock)->release();
      machine_.rest(Millis(2));
      return Turn::saw(Observation::rested);
    }
    return lead(**std::move(lock), own, broker::Want::ignored_until_free);
  }
  return lead(**std::move(lock), own, broker::Want::heeded);
}

// As one who cannot use sockets: it copies while it leads, and leaves no broker that would be driven out, too.
Turn ElectingSession::copy_at_once(Own const& own) {
  channel_.reset();
  auto lock = wait_for_lock(own.deadline);
  if (!lock) return Turn::ended(lock.error());
  if (!*lock) return Turn::saw(Observation::lock_held);
  return turn_of(own, leader_.lead(**std::move(lock), own, Sockets::refused, broker::Want::heeded));
}

Turn ElectingSession::queue_for_lock(Own const& own) {
  auto lock = wait_for_lock(own.deadline);
  if (!lock) return Turn::ended(lock.error());
  if (!*lock) return Turn::saw(Observation::lock_held);
  return lead(**std::move(lock), own, broker::Want::heeded);
}

// Says that it waits while it waits. nullopt: the deadline has passed.
Result<std::optional<election::LeaderLock>> ElectingSession::wait_for_lock(SteadyTime deadline) {
  DECAPOD_TRY(auto want, want_lock(deadline));
  while (machine_.steady() < deadline) {
    if (!want.still_current()) {
      DECAPOD_TRY(want, want_lock(deadline));
    }
    DECAPOD_TRY(auto lock, acquire());
    if (lock) return std::optional(*std::move(lock));
    machine_.rest(kLockPoll);
  }
  return std::optional<election::LeaderLock>();
}

Turn ElectingSession::lead(election::LeaderLock lock, Own const& own, broker::Want want) {
  auto led = leader_.lead(std::move(lock), own, sockets_, want);
  if (led) sockets_ = led->sockets;
  return turn_of(own, std::move(led));
}

Turn ElectingSession::turn_of(Own const& own, Result<Led> led) {
  if (!led) return Turn::ended(led.error());
  if (led->copy) return read_copy(own, std::move(led->copy));
  if (led->reply) return Turn::ended(*std::move(led->reply));
  return Turn::saw(Observation::lock_held);  // by the broker that was just started: ask it
}

Turn ElectingSession::ask(Own const& own) {
  if (!channel_) {
    auto connected = machine_.dial();
    if (!connected) {
      if (connected.error() == ipc::Refusal::sockets_refused) sockets_ = Sockets::refused;
      return Turn::saw(observation_of(connected.error()));
    }
    channel_ = *std::move(connected);
    auto greeted = greet(own);
    if (greeted.end || greeted.observation != Observation::answered) {
      channel_.reset();
      return greeted;
    }
  }
  auto turn = exchange(own);
  // A connection that did not deliver a reply is not in step with its peer any more.
  if (!turn.end || !*turn.end) channel_.reset();
  return turn;
}

// `answered`: the broker is one that this build can talk to.
Turn ElectingSession::greet(Own const& own) {
  auto hello = channel_->read_hello(own.deadline);
  if (!hello) return Turn::ended(hello.error());
  if (!*hello) return Turn::saw(observation_of((*hello).error()));
  peer_minor_ = (**hello).protocol_minor;
  return meet(**hello, own.deadline);
}

Turn ElectingSession::meet(ipc::Hello const& hello, SteadyTime deadline) {
  auto const mine_at = machine_.state_directory();
  if (mine_at && (hello.state_dev != mine_at->device || hello.state_ino != mine_at->inode)) {
    return Turn::ended(fail(ErrorCode::foreign_peer, "the broker that answers serves another store"));
  }
  auto const& mine = build_.rank;
  election::BuildRank const theirs{
      .schema = hello.schema_supported, .protocol = hello.protocol_major, .version = hello.version_rank};
  switch (election::meet(mine, theirs, hello.schema)) {
    case election::Encounter::served:
      return Turn::saw(Observation::answered);
    case election::Encounter::refused:
      return Turn::ended(fail(ErrorCode::version_skew, "the broker is decapod " + hello.build + ", this is " +
                                                           build_.version + ": they do not understand each other"));
    case election::Encounter::replace:
      break;
  }
  auto const rank = to_text(codec::encode(mine));
  auto const asked = channel_->write(ipc::make_frame(ipc::FrameKind::step_down, rank), deadline);
  if (asked) (void)channel_->read_message(std::min(deadline, machine_.steady() + Millis(1000)));
  return Turn::saw(Observation::turned_away);
}

Result<ipc::Reply> reply_in(std::string const& body) {
  DECAPOD_TRY(auto const document, parse_json(body, "the reply"));
  return codec::decode<ipc::Reply>(document, codec::Unknown::ignore);
}

// After what time a busy broker wants to be asked again.
Millis retry_after(ipc::WireError const& error) {
  auto const* time = error.details.if_contains("retry_after_ms");
  if (time == nullptr || !time->is_int64()) return Millis(0);
  return std::clamp(Millis(time->get_int64()), Millis(0), kRetryAfterMost);
}

// An answer came, but nobody can tell what it says.
Turn unreadable(Own const& own, Error const& error) {
  if (!is_write(own)) return Turn::ended(error);
  return Turn::ended(
      unknown_outcome(own.request.idempotency_key, "the answer cannot be read: " + error.message, name_of(error.code)));
}

Turn ElectingSession::exchange(Own const& own) {
  auto request = own.request;
  request.timeout_ms = std::chrono::ceil<Millis>(own.deadline - machine_.steady()).count();
  bool const by_copy = broker::reads_a_copy(own.type) && peer_minor_ >= kMinorWithCopies && asked_ == Asked::copy;
  if (by_copy) request.source = ipc::Source::copy;
  // An older broker knows no trust beyond names.
  if (peer_minor_ < kMinorWithTokens) request.trust_token.reset();
  auto const frames = ipc::make_frames(ipc::FrameKind::request, to_text(codec::encode(request)));
  auto const sent = channel_->write(frames, own.deadline);
  // Even if writing failed, what the broker said before it closed is worth more than the error.
  auto message = channel_->read_message(own.deadline);
  if (!message) return unreadable(own, message.error());
  if (!*message) {
    bool const refused = !sent && sent.error() == ipc::Refusal::sockets_refused;
    if (refused || (*message).error() == ipc::Refusal::sockets_refused) sockets_ = Sockets::refused;
    if (refused) return Turn::saw(Observation::sockets_refused);
    // Nobody executes half a request.
    return Turn::saw(sent ? Observation::reply_lost : Observation::turned_away);
  }
  if ((**message).kind == ipc::FrameKind::go_away) return Turn::saw(Observation::turned_away);
  auto reply = reply_in((**message).body);
  if (!reply) return unreadable(own, reply.error());
  bool const not_now = reply->error && reply->error->code == name_of(ErrorCode::busy) &&
                       reply->status == ipc::Status::NOT_COMMITTED && machine_.steady() < own.deadline;
  if (not_now) {
    told_to_wait_ = retry_after(*reply->error);
    if (by_copy && broker::was_given_up(*reply) && ++copies_given_up_ >= kCopiesGivenUp) return copy_at_once(own);
    return Turn::saw(Observation::turned_away);
  }
  if (by_copy && broker::lacks_room(*reply) && broker::may_be_read_itself(paths_)) {
    asked_ = Asked::itself;
    return exchange(own);
  }
  if (reply->copy) {
    auto copy = broker::HeldCopy::take(paths_, *reply->copy);
    return copy ? read_copy(own, *std::move(copy)) : Turn::ended(copy.error());
  }
  return Turn::ended(*std::move(reply));
}

// No lock is held here: however long it takes, it stops nobody.
Turn ElectingSession::read_copy(Own const& own, std::optional<broker::HeldCopy> copy) {
  // Gone with a broker that died: nothing was answered yet, so ask the next one.
  if (!copy) return Turn::saw(Observation::turned_away);
  // So that the broker lets go of the file first: whoever does so last, once it is unlinked, waits until the file
  // system has freed all of it, and a broker would not answer anybody meanwhile.
  channel_.reset();
  broker::Job const job{.request = own.request, .arrived = machine_.steady(), .deadline = own.deadline};
  auto answer = broker::answer_from_copy(paths_, *std::move(copy), job, exported_.bytes, directory_, clock_);
  if (!broker::is_still_there(exported_, paths_)) {
    // A restore has put another store and its trail in their places since: the answer compares the one with the other.
    exported_ = broker::exported_now(paths_);
    return Turn::saw(Observation::turned_away);
  }
  return Turn::ended(std::move(answer));
}

Error ElectingSession::out_of_time() const {
  auto error = fail(ErrorCode::timeout, "no answer in time: the store is led by another command or broker",
                    {{"state_directory", paths_.directory}});
  error.hint = "repeat the request, or allow more time with --timeout; `decapod doctor` says who leads, and what helps";
  return error;
}

}  // namespace

Attempted attempted(Own const& own, election::Exposure exposure) {
  auto const& request = own.request;
  return {.access = is_write(own) ? Access::write : Access::read,
          .key = request.idempotency_key,
          .origin = request.idempotency_key == request.request_id ? Key::made_here : Key::given,
          .exposure = exposure};
}

std::unique_ptr<WalkingSession> open_session(StatePaths const& paths, TenureWishes wishes, Build const& build,
                                             broker::Directory const& directory, Clock& clock, Machine& machine,
                                             Gathered gathered) {
  return std::make_unique<ElectingSession>(paths, wishes, build, directory, clock, machine, gathered);
}

}  // namespace decapod::reach
