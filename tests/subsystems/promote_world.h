#pragma once
// A repository, a store and what agents and the operator do with both; and beside it a model that knows only what was
// done: which change lies where, what was seen to fail, and what the operator has signed.

#include <decapod/workunit/proofs.h>

#include <set>

#include "promote_fixture.h"
#include "promote_repository.h"

namespace decapod::promote::testing {

enum class Sealing : std::uint8_t { not_asked, awaited, given };
enum class Document : std::uint8_t { as_published, another };
enum class Signer : std::uint8_t { the_operator, an_agent };

struct Promoted {
  Kind kind = Kind::workunit;
  std::string id;
  Sealing seal = Sealing::not_asked;
  int base = 0;  // the commits behind this one, up to `at`, are what it changes
  int at = 0;
  std::set<int> units;
  std::set<std::size_t> rests_on;  // of a release: the publications
  std::string entry;               // of knowledge
};

struct Seen {
  std::string gate;
  workunit::Level level = workunit::Level::asserted;
  workunit::Outcome outcome = workunit::Outcome::passed;
  int at = 0;
};

// What must be so, told by the history alone.
class Model {
 public:
  explicit Model(Repository const& repository) : repository_(repository) {}

  std::vector<Promoted> promoted;

  Sealing seal_of(int base, int at) const;
  // Where a release made now begins: at the end of the newest that counts, or where the first of all units began that
  // were published; nullopt: nothing was.
  std::optional<int> release_base() const;
  bool counts_any_release() const;
  bool began_there(int base) const;
  bool is_promoted(Promoted const& wanted) const;
  // Each sealed change in a release that counts was in one that the operator has signed.
  bool nothing_left_behind() const;

 private:
  bool is_signed(int commit) const;

  Repository const& repository_;
};

struct Tally {
  int published = 0;
  int released = 0;
  int waiting = 0;  // releases
  int sealed = 0;
  int lied = 0;
  int procedural = 0;
  int failures_held = 0;  // verifications that a failure stood in the way of
};

class World {
 public:
  static constexpr int kUnits = 3;
  using Named = std::vector<int>;  // each once, in any order

  explicit World(Tally& tally) : tally_(tally), units_(kUnits) {}

  // What agents do. Each asserts that what comes of it is what the model says.
  void commit(std::string const& path) { repository_.commit(path); }
  void check_out(int number) { repository_.check_out(number % (repository_.newest() + 1)); }
  // A change, its proof and its publication; the unit begins at most `back` commits before it if it has not begun.
  void work(int unit, std::string const& path, int back);
  void see(int unit, workunit::Level level, workunit::Outcome outcome);
  void rename(int unit);
  void publish(int unit);
  Named published_of(Named units) const;
  void release(Named const& units);
  // Tells that the changes begin at this commit.
  void release_from(Named const& units, int base);
  void learn(std::string const& path);
  // What was promoted so many promotions ago.
  void seal(int back, Signer signer);
  // What the store shows is what the model says.
  void look();

 private:
  struct Unit {
    std::string task;  // "": not begun
    std::string capsule;
    std::string gate = "tests";
    int base = 0;
    std::vector<Seen> seen;
    Document document = Document::another;
    std::optional<std::size_t> published;
  };

  Unit& begun(int unit, int back);
  void begin(Unit& unit, int base);
  void plan(Unit& unit);
  ipc::Reply ask(Unit& unit, std::string const& operation, json::object arguments);
  ipc::Reply reproduce(Unit& unit, workunit::Outcome outcome, int& at);
  bool is_answered(Unit const& unit) const;
  json::object here() const;
  json::object publication_of(Unit const& unit);
  json::object gathered(Named const& units);
  // The release that was asked for, if nothing stands in its way.
  std::optional<Promoted> releasable(Named const& units) const;
  void keep(Promoted promoted, ipc::Reply const& reply);
  void look_at_entries();

  Tally& tally_;
  Stage stage_{approving_policy(), {}};
  Repository repository_;
  Model model_{repository_};
  Outside outside_{stage_.bench, repository_};
  std::vector<Unit> units_;
  int entries_ = 0;
};

}  // namespace decapod::promote::testing
