#include "oracle.h"

#include <support/store_copy.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace decapod::test {
namespace {

constexpr std::size_t kOfAKind = 5;

struct LedgerRow {
  std::string status;
  std::string marker;
  std::int64_t commit_seq = 0;
};

struct Item {
  std::string title;
  std::string status;
  std::string holder;
};

std::vector<std::string> columns(std::string const& row) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    auto const end = row.find('|', from);
    parts.push_back(row.substr(from, end - from));
    if (end == std::string::npos) return parts;
    from = end + 1;
  }
}

// What is in the store, by the sqlite3 program.
struct Store {
  std::map<std::string, LedgerRow> ledger;
  std::map<std::string, Item> items;
  std::map<std::string, int> titles;
  std::map<std::string, std::int64_t> mutations;  // sequence by request id
  std::vector<std::int64_t> sequences;
  std::vector<std::int64_t> epochs;  // in the order of commits

  explicit Store(TempRepository const& repository) {
    StoreCopy const copy(repository);
    for (auto const& row :
         copy.rows("SELECT 'L', key, status, coalesce(epoch, 0), coalesce(commit_seq, 0) FROM ledger "
                   "ORDER BY commit_seq; "
                   "SELECT 'I', id, title, status, coalesce(holder, '') FROM todo_item; "
                   "SELECT 'M', sequence, json_extract(body, '$.idempotency_key') FROM audit_mutation "
                   "ORDER BY sequence")) {
      add(columns(row));
    }
  }

 private:
  void add(std::vector<std::string> const& row) {
    if (row.at(0) == "L") {
      ledger[row.at(1)] = {row.at(2), row.at(3) + '.' + row.at(4), std::stoll(row.at(4))};
      if (row.at(2) == "COMMITTED") epochs.push_back(std::stoll(row.at(3)));
    } else if (row.at(0) == "I") {
      items[row.at(1)] = {row.at(2), row.at(3), row.at(4)};
      ++titles[row.at(2)];
    } else {
      mutations[row.at(2)] = std::stoll(row.at(1));
      sequences.push_back(std::stoll(row.at(1)));
    }
  }
};

// Compares one store with one book.
class Comparison {
 public:
  explicit Comparison(Store const& store) : store_(store) {}

  void compare(std::vector<Request> const& requests, std::vector<Request> const& open) {
    for (auto const& request : requests) one(request);
    for (auto const& request : open) left_open(request);
    claims(requests);
    strays();
    order();
  }

  std::vector<std::string> take() { return std::move(problems_); }

 private:
  void found(std::string const& kind, std::string const& what) {
    if (++seen_[kind] <= kOfAKind) problems_.push_back(kind + ": " + what);
  }

  void one(Request const& request) {
    if (request.id.empty()) {
      if (store_.titles.contains(request.subject)) found("a dry run or read left an item", request.subject);
      return;
    }
    known_.insert(request.id);
    auto const row = store_.ledger.find(request.id);
    bool const committed = row != store_.ledger.end() && row->second.status == "COMMITTED";
    if (request.outcome == Outcome::refused) {
      if (committed) found("refused and committed", request.line);
      return;
    }
    if (request.outcome != Outcome::done) return found("never answered", request.line);
    if (!committed) return found("acknowledged, and not in the ledger", request.line);
    if (row->second.marker != request.marker)
      found("acknowledged as " + request.marker + ", committed as " + row->second.marker, request.line);
    auto const record = store_.mutations.find(request.id);
    if (record == store_.mutations.end() || record->second != row->second.commit_seq)
      found("committed without its record", request.line);
    effect(request, 1);
  }

  void effect(Request const& request, int wanted) {
    if (request.effect == Effect::item) {
      expected_items_ += static_cast<std::size_t>(wanted);
      auto const title = store_.titles.find(request.subject);
      auto const count = title == store_.titles.end() ? 0 : title->second;
      if (count != wanted) found("an item " + std::to_string(count) + " times", request.subject);
    }
    if (request.effect == Effect::imported && wanted > 0) {
      expected_items_ += static_cast<std::size_t>(request.amount);
      for (int i = 0; i < request.amount; ++i)
        if (!store_.items.contains(request.subject + std::to_string(i)))
          found("an item of an import is missing", request.subject + std::to_string(i));
    }
  }

  void left_open(Request const& request) {
    known_.insert(request.id);
    bool const committed = store_.mutations.contains(request.id);
    if (store_.ledger.contains(request.id) != committed) found("half of an unknown request", request.line);
    effect(request, committed ? 1 : 0);
  }

  void claims(std::vector<Request> const& requests) {
    std::map<std::string, std::set<std::string>> winners;
    std::set<std::string> claimed;
    for (auto const& request : requests) {
      if (request.effect != Effect::claim || !store_.items.contains(request.subject)) continue;
      claimed.insert(request.subject);
      if (request.outcome == Outcome::done) winners[request.subject].insert(request.actor);
    }
    for (auto const& id : claimed) {
      auto const& item = store_.items.at(id);
      auto const& holders = winners[id];
      if (holders.size() != 1 || item.status != "claimed" || !holders.contains(item.holder))
        found("claimed by " + std::to_string(holders.size()), id + " is " + item.status + " by '" + item.holder + '\'');
    }
  }

  void strays() {
    for (auto const& [key, row] : store_.ledger)
      if (!known_.contains(key)) found("a ledger row that nobody asked for", key);
    std::size_t committed = 0;
    for (auto const& [key, row] : store_.ledger) committed += row.status == "COMMITTED" ? 1 : 0;
    if (committed != store_.sequences.size())
      found("ledger and trail", std::to_string(committed) + " rows, " + std::to_string(store_.sequences.size()));
    if (store_.items.size() != expected_items_)
      found("items", std::to_string(store_.items.size()) + " instead of " + std::to_string(expected_items_));
  }

  void order() {
    for (std::size_t i = 0; i < store_.sequences.size(); ++i) {
      if (store_.sequences[i] == static_cast<std::int64_t>(i) + 1) continue;
      return found("a gap in the commits", "before " + std::to_string(store_.sequences[i]));
    }
    if (!std::is_sorted(store_.epochs.begin(), store_.epochs.end())) found("epochs", "they go back");
  }

  Store const& store_;
  std::set<std::string> known_;
  std::size_t expected_items_ = 0;
  std::map<std::string, std::size_t> seen_;
  std::vector<std::string> problems_;
};

}  // namespace

void Oracle::heard(std::vector<Request> requests, Course course) {
  for (auto& request : requests) requests_.push_back(std::move(request));
  for (auto& error : course.errors) errors_.push_back(std::move(error));
  unknown_ += course.unknown;
  deaths_ += course.deaths;
  processes_ += course.processes;
}

void Oracle::left_open(Request request) {
  open_.push_back(std::move(request));
}

std::vector<std::string> Oracle::problems() {
  std::vector<std::string> all;
  for (auto& error : errors_)
    if (all.size() < kOfAKind) all.push_back("a client saw an error: " + error);
  errors_.clear();
  try {
    Store const store(repository_);
    Comparison comparison(store);
    comparison.compare(requests_, open_);
    for (auto& problem : comparison.take()) all.push_back(std::move(problem));
  } catch (std::runtime_error const& failure) {
    all.push_back(failure.what());
  }
  return all;
}

std::vector<std::string> Oracle::verdict() const {
  std::vector<std::string> problems;
  for (auto const& arguments : {Arguments{"broker", "verify"}, Arguments{"validate", "--store", "repo"}}) {
    auto const answer = repository_.ask(arguments, {{"DECAPOD_BROKER_IDLE_MS", "0"}});
    if (!answer.ok() || answer.process.status != 0)
      problems.push_back(arguments.front() + ": " + answer.process.output + answer.process.error);
  }
  return problems;
}

}  // namespace decapod::test
