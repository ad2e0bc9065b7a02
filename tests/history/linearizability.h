#pragma once
// Whether one order of the operations explains what every one of them answered: each takes effect at one moment between
// its call and its answer. The search of Wing and Gong, with Lowe's memory of configurations that led nowhere.
//
// A Model says what a correct object does:
//   State                              ==; where the object stands
//   Call                               what was asked, and what was answered
//   step(State, Call) -> optional<State>   the state after it; nullopt: no correct object answers so from there
//   digest(State) -> std::uint64_t     equal states, equal digests
//   observes(Call) -> bool             it changes nothing
//   unanswered(Call) -> Call           the same call, as seen before its answer came

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

namespace decapod::history {

// Nanoseconds of CLOCK_MONOTONIC.
using Time = std::int64_t;
inline constexpr Time kNever = std::numeric_limits<Time>::max();

// `returned` is kNever where no answer came: it may have taken effect at any time after `invoked`, or never.
template <class Call>
struct Operation {
  Call call{};
  Time invoked = 0;
  Time returned = kNever;
};

enum class Verdict : std::uint8_t {
  linearizable,
  violated,
  undecided,  // the budget is spent: neither is proved
};

// What may be true once every answered operation has had its effect.
template <class Model>
struct Configuration {
  typename Model::State state;
  std::vector<std::size_t> outstanding;  // unanswered operations that had none yet; indices into the history
};

template <class Model>
class Search {
 public:
  using State = typename Model::State;
  using Operations = std::vector<Operation<typename Model::Call>>;

  // `budget`: how many configurations may be remembered.
  Search(State initial, Operations const& operations, std::size_t budget)
      : operations_(operations), state_(std::move(initial)), budget_(budget), applied_(operations.size(), false) {
    thread_entries();
  }

  Verdict decide() { return advance() ? Verdict::linearizable : spent_ ? Verdict::undecided : Verdict::violated; }

  // Every configuration that the history can end in. nullopt: the budget is spent, or there are more than `most`.
  std::optional<std::vector<Configuration<Model>>> ends(std::size_t most) {
    std::vector<Configuration<Model>> found;
    while (advance()) {
      found.push_back({state_, outstanding()});
      if (found.size() > most) return std::nullopt;
      if (!back()) return found;
    }
    if (spent_) return std::nullopt;
    return found;
  }

 private:
  enum class Kind : std::uint8_t { head, call, answer };
  struct Entry {
    Kind kind = Kind::head;
    std::size_t operation = 0;
    std::size_t before = 0;
    std::size_t after = 0;
    std::size_t answer = 0;  // of a call: its answer's entry; 0 if there is none
  };
  // Two independent lanes: two sets of operations that look alike would cost a false alarm, never a false pass.
  struct Seen {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    State state;
    friend bool operator==(Seen const&, Seen const&) = default;
  };
  struct Hash {
    std::size_t operator()(Seen const& seen) const { return seen.low ^ (Model::digest(seen.state) * kOdd); }
  };
  static constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;

  static std::uint64_t scramble(std::uint64_t value) {
    value += kOdd;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }

  // A list of calls and answers in the order of time, a call before an answer of the same moment. Entry 0 is its head.
  void thread_entries() {
    struct Event {
      Time at;
      Kind kind;
      std::size_t operation;
    };
    std::vector<Event> events;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      events.push_back({operations_[i].invoked, Kind::call, i});
      if (operations_[i].returned == kNever) continue;
      events.push_back({operations_[i].returned, Kind::answer, i});
      ++unexplained_;
    }
    std::ranges::sort(events, {}, [](Event const& event) { return std::tuple(event.at, event.kind, event.operation); });
    entries_.resize(events.size() + 1);
    std::vector<std::size_t> call_of(operations_.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      auto const place = i + 1;
      entries_[place] = {events[i].kind, events[i].operation, i, place == events.size() ? 0 : place + 1, 0};
      if (events[i].kind == Kind::call)
        call_of[events[i].operation] = place;
      else
        entries_[call_of[events[i].operation]].answer = place;
    }
    entries_[0].after = events.empty() ? 0 : 1;
    at_ = entries_[0].after;
  }

  // To the next complete explanation; false: there is none (or the budget is spent).
  bool advance() {
    while (unexplained_ > 0) {
      auto const& entry = entries_[at_];
      if (entry.kind == Kind::call) {
        if (!take(at_)) at_ = entry.after;
        if (spent_) return false;
      } else if (!back()) {
        return false;
      }
    }
    return true;
  }

  // Lets the operation have its effect now, if a correct object could have answered so.
  bool take(std::size_t place) {
    auto const& entry = entries_[place];
    auto next = Model::step(state_, operations_[entry.operation].call);
    if (!next) return false;
    auto const low = low_ ^ scramble(2 * entry.operation);
    auto const high = high_ ^ scramble(2 * entry.operation + 1);
    if (!seen_.insert({low, high, *next}).second) return false;
    if (seen_.size() > budget_) spent_ = true;
    path_.emplace_back(place, std::exchange(state_, *std::move(next)));
    low_ = low;
    high_ = high;
    applied_[entry.operation] = true;
    unlink(place);
    if (entry.answer != 0) {
      unlink(entry.answer);
      --unexplained_;
    }
    at_ = entries_[0].after;
    return true;
  }

  // Takes the last operation back and goes on behind it; false: there is none.
  bool back() {
    if (path_.empty()) return false;
    auto [place, state] = std::move(path_.back());
    path_.pop_back();
    state_ = std::move(state);
    auto const& entry = entries_[place];
    low_ ^= scramble(2 * entry.operation);
    high_ ^= scramble(2 * entry.operation + 1);
    applied_[entry.operation] = false;
    if (entry.answer != 0) {
      link(entry.answer);
      ++unexplained_;
    }
    link(place);
    at_ = entry.after;
    return true;
  }

  // In the reverse order of unlink(), so that the neighbours are the same.
  void unlink(std::size_t place) {
    entries_[entries_[place].before].after = entries_[place].after;
    entries_[entries_[place].after].before = entries_[place].before;
  }
  void link(std::size_t place) {
    entries_[entries_[place].before].after = place;
    entries_[entries_[place].after].before = place;
  }

  std::vector<std::size_t> outstanding() const {
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      if (!applied_[i]) left.push_back(i);
    }
    return left;
  }

  Operations const& operations_;
  State state_;
  std::size_t budget_;
  std::vector<bool> applied_;
  std::vector<Entry> entries_;
  std::size_t at_ = 0;
  std::size_t unexplained_ = 0;
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  std::unordered_set<Seen, Hash> seen_;
  std::vector<std::pair<std::size_t, State>> path_;
  bool spent_ = false;
};

template <class Model>
Verdict check(typename Model::State const& initial, std::vector<Operation<typename Model::Call>> const& operations,
              std::size_t budget) {
  return Search<Model>(initial, operations, budget).decide();
}

}  // namespace decapod::history
