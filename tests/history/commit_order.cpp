#include "commit_order.h"

#include <functional>
#include <queue>
#include <set>

namespace decapod::history {
namespace {

constexpr std::size_t kProblemsTold = 5;

// The states of one item, each with the commit since which it holds.
using Timeline = std::vector<std::pair<std::int64_t, ItemState>>;

enum class InForce : std::uint8_t { no, yes, either };

class CommitOrder {
 public:
  explicit CommitOrder(History const& history) : history_(history) {}

  CommitReport run() {
    collect();
    check_markers();
    replay();
    if (report_.problems.empty()) explain_reads();
    return std::move(report_);
  }

 private:
  // Somebody who looked: at one item (`shown`), or at all of them.
  struct Look {
    Time invoked;
    Time returned;
    ItemRecord const* shown;
    StoreRead const* read;
  };

  void problem(std::string text) {
    if (report_.problems.size() < kProblemsTold) report_.problems.push_back(std::move(text));
  }

  void collect() {
    std::vector<ItemRecord> leases;
    for (auto const& record : history_.items) {
      auto const settled = history_.settled.find(record.request_id);
      auto const& known = settled != history_.settled.end() ? settled->second : record;
      leases.push_back(known);
      if (known.commit > 0) commits_.push_back(known);
    }
    ends_ = lease_ends(leases);
    std::ranges::sort(commits_, {}, &ItemRecord::commit);
    report_.commits = static_cast<std::int64_t>(commits_.size());
  }

  void check_markers() {
    Time asked_latest = 0;
    std::set<std::int64_t> epochs;
    for (std::size_t i = 0; i < commits_.size(); ++i) {
      auto const& one = commits_[i];
      epochs.insert(one.epoch);
      if (one.returned < asked_latest) problem("answered before an earlier commit was asked for: " + told(one));
      asked_latest = std::max(asked_latest, one.invoked);
      if (i == 0) continue;
      if (one.commit != commits_[i - 1].commit + 1) problem("a gap or a repetition before " + told(one));
      if (one.epoch < commits_[i - 1].epoch) problem("an earlier epoch at a later place: " + told(one));
    }
    report_.epochs = static_cast<std::int64_t>(epochs.size());
  }

  static std::string told(ItemRecord const& record) {
    return "commit " + std::to_string(record.epoch) + '.' + std::to_string(record.commit) + " on " + record.item +
           ": " + to_string(record.call);
  }

  void replay() {
    std::int64_t token = 0;
    for (auto const& one : commits_) {
      auto& timeline = timelines_[one.item];
      auto const state = timeline.empty() ? ItemState{} : timeline.back().second;
      auto const next = applied(state, one);
      if (!next) {
        problem("not what the model answers: " + told(one) + ", from: " + to_string(state));
        return;
      }
      timeline.emplace_back(one.commit, *next);
      if (one.call.act != Act::claim || one.call.seen.already == Already::yes) continue;
      if (one.call.seen.token <= token) problem("a token that is not greater than all before: " + told(one));
      token = one.call.seen.token;
    }
  }

  std::optional<ItemState> applied(ItemState state, ItemRecord const& one) const {
    auto const force = in_force(state, one.invoked, one.returned);
    if (force != InForce::no) {
      if (auto next = ItemModel::step(state, one.call)) return next;
      if (force == InForce::yes) return std::nullopt;
    }
    state.ended = Ended::yes;
    return ItemModel::step(state, one.call);
  }

  // Whether a claim in that state was in force for somebody who looked in between.
  InForce in_force(ItemState const& state, Time invoked, Time returned) const {
    if (state.standing != Standing::claimed) return InForce::yes;
    auto const end = ends_.find(state.lease);
    if (end == ends_.end() || returned < end->second.earliest) return InForce::yes;
    if (state.ended == Ended::yes || invoked > end->second.latest) return InForce::no;
    return InForce::either;
  }

  ItemState at(Timeline const& timeline, std::int64_t commit) const {
    auto const after = std::ranges::upper_bound(timeline, commit, {}, [](auto const& entry) { return entry.first; });
    return after == timeline.begin() ? ItemState{} : std::prev(after)->second;
  }

  void explain_reads() {
    auto const looks = looks_in_order();
    report_.reads = static_cast<std::int64_t>(looks.size());
    prepare_windows();
    using Answered = std::pair<Time, std::int64_t>;  // when, and what it had seen
    std::priority_queue<Answered, std::vector<Answered>, std::greater<>> answered;
    std::int64_t seen = first_commit() - 1;
    for (auto const& look : looks) {
      for (; !answered.empty() && answered.top().first < look.invoked; answered.pop()) {
        seen = std::max(seen, answered.top().second);
      }
      auto const least = std::max(seen, acknowledged_before(look.invoked));
      auto const most = before_first_asked_after(look.returned);
      report_.widest = std::max(report_.widest, most - least + 1);
      auto commit = least;
      while (commit <= most && !explains(look, commit)) ++commit;
      if (commit > most) return tell(look, least, most);
      answered.emplace(look.returned, commit);
    }
  }

  std::vector<Look> looks_in_order() const {
    std::vector<Look> looks;
    for (auto const& read : history_.reads) looks.push_back({read.invoked, read.returned, nullptr, &read});
    for (auto const& record : history_.items) {
      bool const looked = record.call.act == Act::show && record.call.outcome == Outcome::ok;
      if (looked) looks.push_back({record.invoked, record.returned, &record, nullptr});
    }
    std::ranges::sort(looks, {}, &Look::invoked);
    return looks;
  }

  std::int64_t first_commit() const { return commits_.empty() ? 1 : commits_.front().commit; }

  // By time of answer, the latest place so far; by time of question from the end, the earliest place.
  void prepare_windows() {
    for (auto const& one : commits_) {
      if (one.returned != kNever) acknowledged_.emplace_back(one.returned, one.commit);
      asked_.emplace_back(one.invoked, one.commit);
    }
    std::ranges::sort(acknowledged_);
    std::ranges::sort(asked_);
    for (std::size_t i = 1; i < acknowledged_.size(); ++i) {
      acknowledged_[i].second = std::max(acknowledged_[i].second, acknowledged_[i - 1].second);
    }
    for (std::size_t i = asked_.size(); i-- > 1;) {
      asked_[i - 1].second = std::min(asked_[i - 1].second, asked_[i].second);
    }
  }

  std::int64_t acknowledged_before(Time moment) const {
    auto const after = std::ranges::lower_bound(acknowledged_, moment, {}, [](auto const& e) { return e.first; });
    return after == acknowledged_.begin() ? first_commit() - 1 : std::prev(after)->second;
  }

  std::int64_t before_first_asked_after(Time moment) const {
    auto const after = std::ranges::upper_bound(asked_, moment, {}, [](auto const& e) { return e.first; });
    return after == asked_.end() ? first_commit() - 1 + report_.commits : after->second - 1;
  }

  bool explains(Look const& look, std::int64_t commit) const {
    if (look.shown != nullptr) return explains_show(look, commit);
    return look.read->query == StoreQuery::stats ? explains_stats(look, commit) : explains_list(look, commit);
  }

  bool explains_show(Look const& look, std::int64_t commit) const {
    auto const timeline = timelines_.find(look.shown->item);
    if (timeline == timelines_.end()) return false;
    return agrees(at(timeline->second, commit), look, look.shown->call);
  }

  bool agrees(ItemState state, Look const& look, ItemCall const& call) const {
    auto const force = in_force(state, look.invoked, look.returned);
    if (force != InForce::no && ItemModel::step(state, call)) return true;
    state.ended = Ended::yes;
    return force != InForce::yes && ItemModel::step(state, call).has_value();
  }

  // Every item that has to be there is there and looks as it should, and no other.
  bool explains_list(Look const& look, std::int64_t commit) const {
    std::map<std::string, Seen const*> listed;
    for (auto const& one : look.read->items) listed[one.item] = &one.seen;
    if (listed.size() != look.read->items.size()) return false;
    std::size_t found = 0;
    for (auto const& [item, timeline] : timelines_) {
      auto const state = at(timeline, commit);
      auto const entry = listed.find(item);
      if (entry == listed.end()) {
        if (must_be_listed(state, look)) return false;
        continue;
      }
      if (!may_be_listed(state, look, *entry->second)) return false;
      ++found;
    }
    bool const counted = look.read->query == StoreQuery::ready || look.read->total == std::ssize(listed);
    return counted && found == listed.size();
  }

  bool must_be_listed(ItemState const& state, Look const& look) const {
    if (state.standing == Standing::open) return true;
    if (state.standing != Standing::claimed) return false;
    return look.read->query == StoreQuery::list || in_force(state, look.invoked, look.returned) == InForce::no;
  }

  bool may_be_listed(ItemState state, Look const& look, Seen const& seen) const {
    bool const live = state.standing == Standing::open || state.standing == Standing::claimed;
    if (!live) return false;
    bool const ready = look.read->query == StoreQuery::ready;
    if (ready && seen.standing != Standing::open) return false;
    auto const force = in_force(state, look.invoked, look.returned);
    auto const as = [&](Ended ended) {
      bool const held = state.standing == Standing::claimed && ended == Ended::no;
      return seen.title == state.title && seen.standing == (held ? Standing::claimed : Standing::open) &&
             seen.holder == (held ? actor_of(state.holder) : kNobody);
    };
    return (force != InForce::no && as(Ended::no)) || (force != InForce::yes && as(Ended::yes));
  }

  bool explains_stats(Look const& look, std::int64_t commit) const {
    std::map<Standing, std::int64_t> least;
    std::int64_t doubtful = 0;
    std::int64_t total = 0;
    for (auto const& [item, timeline] : timelines_) {
      auto const state = at(timeline, commit);
      if (state.standing == Standing::absent) continue;
      ++total;
      auto const force = in_force(state, look.invoked, look.returned);
      if (state.standing == Standing::claimed && force == InForce::either) {
        ++doubtful;
        continue;
      }
      bool const opened = state.standing == Standing::claimed && force == InForce::no;
      ++least[opened ? Standing::open : state.standing];
    }
    auto const said = [&](Standing standing) {
      auto const count = look.read->counts.find(standing);
      return count == look.read->counts.end() ? 0 : count->second;
    };
    auto const claimed = said(Standing::claimed) - least[Standing::claimed];
    return total == look.read->total && said(Standing::done) == least[Standing::done] &&
           said(Standing::archived) == least[Standing::archived] && claimed >= 0 && claimed <= doubtful &&
           said(Standing::open) + claimed == least[Standing::open] + doubtful;
  }

  void tell(Look const& look, std::int64_t least, std::int64_t most) {
    std::string text = "no moment between commit " + std::to_string(least) + " and " + std::to_string(most) +
                       " explains what was read from " + std::to_string(look.invoked) + " to " +
                       std::to_string(look.returned);
    if (look.shown != nullptr) {
      text += "\n  of " + look.shown->item + ": " + to_string(look.shown->call);
    } else {
      constexpr std::array kQueries = {"list", "ready", "stats"};
      text += std::string("\n  ") + kQueries.at(static_cast<std::size_t>(look.read->query)) + ", total " +
              std::to_string(look.read->total);
      for (auto const& [standing, count] : look.read->counts) {
        text += "\n  " + std::to_string(static_cast<int>(standing)) + ": " + std::to_string(count);
      }
      for (auto const& one : look.read->items) {
        ItemCall shown;
        shown.outcome = Outcome::ok;
        shown.seen = one.seen;
        text += "\n  " + one.item + ' ' + to_string(shown);
      }
    }
    for (auto const& [item, timeline] : timelines_) {
      auto const relevant = look.shown == nullptr || look.shown->item == item;
      if (!relevant) continue;
      text += "\n  " + item + " at " + std::to_string(least) + ": " + to_string(at(timeline, least));
      if (auto const later = at(timeline, most); later != at(timeline, least)) {
        text += "; at " + std::to_string(most) + ": " + to_string(later);
      }
    }
    problem(std::move(text));
  }

  History const& history_;
  CommitReport report_;
  std::vector<ItemRecord> commits_;
  std::map<LeaseNumber, LeaseEnd> ends_;
  std::map<std::string, Timeline> timelines_;
  std::vector<std::pair<Time, std::int64_t>> acknowledged_;
  std::vector<std::pair<Time, std::int64_t>> asked_;
};

}  // namespace

CommitReport check_commit_order(History const& history) {
  return CommitOrder(history).run();
}

}  // namespace decapod::history
