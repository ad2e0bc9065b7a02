#include "promote_world.h"

#include <decapod/workunit/proofs.h>
#include <promote/verbs_faces.h>
#include <rapidcheck.h>

#include <algorithm>

namespace decapod::promote::testing {
namespace {

using policy::testing::code_of;
using workunit::Level;
using workunit::Outcome;

constexpr std::string_view kSealedFolder = "sealed/";  // of approving_policy()
constexpr int kOperatorsKey = 1;
constexpr int kAgentsKey = 9;

bool is_sealed(std::string_view path) {
  return path.starts_with(kSealedFolder);
}

bool counts(Promoted const& one) {
  return one.seal != Sealing::awaited;
}

std::string shown(Sealing seal) {
  switch (seal) {
    case Sealing::awaited:
      return "awaited";
    case Sealing::given:
      return "yes";
    case Sealing::not_asked:
      break;
  }
  return "no";
}

}  // namespace

Sealing Model::seal_of(int base, int at) const {
  return std::ranges::any_of(repository_.between(base, at), is_sealed) ? Sealing::awaited : Sealing::not_asked;
}

std::optional<int> Model::release_base() const {
  std::optional<int> first;
  std::optional<int> last;
  for (auto const& one : promoted) {
    if (one.kind == Kind::workunit) first = std::min(first.value_or(one.base), one.base);
    if (one.kind == Kind::release && counts(one)) last = one.at;
  }
  return last ? last : first;
}

bool Model::counts_any_release() const {
  return std::ranges::any_of(promoted, [](auto const& one) { return one.kind == Kind::release && counts(one); });
}

bool Model::began_there(int base) const {
  return std::ranges::any_of(promoted, [&](auto const& one) { return one.kind == Kind::workunit && one.base == base; });
}

bool Model::is_promoted(Promoted const& wanted) const {
  return std::ranges::any_of(promoted, [&](auto const& one) {
    return one.kind == wanted.kind && one.at == wanted.at && one.units == wanted.units &&
           one.rests_on == wanted.rests_on;
  });
}

bool Model::is_signed(int commit) const {
  return std::ranges::any_of(promoted, [&](auto const& one) {
    auto const [first, last] = std::minmax(one.base, one.at);
    return one.kind == Kind::release && one.seal == Sealing::given && first < commit && commit <= last;
  });
}

bool Model::nothing_left_behind() const {
  std::optional<int> began;
  for (auto const& one : promoted) {
    if (one.kind != Kind::release || !counts(one)) continue;
    if (!began) began = one.base;
    for (int commit = *began + 1; commit <= one.at; ++commit) {
      if (is_sealed(repository_.between(commit - 1, commit).front()) && !is_signed(commit)) return false;
    }
  }
  return true;
}

void World::work(int number, std::string const& path, int back) {
  auto& unit = begun(number, back);
  repository_.commit(path);
  see(number, Level::observed, Outcome::passed);
  publish(number);
  // Nothing stands in the way of that.
  RC_ASSERT(unit.document == Document::as_published);
}

World::Unit& World::begun(int number, int back) {
  auto& unit = units_[static_cast<std::size_t>(number)];
  if (unit.task.empty()) begin(unit, std::max(0, repository_.head() - back));
  return unit;
}

void World::begin(Unit& unit, int base) {
  unit.base = base;
  unit.task = stage_.task = stage_.bench.add_task();
  stage_.issue_capsule();
  unit.capsule = stage_.capsule;
  ask(unit, "workunit.init", {{"intent", "it works"}, {"base", Repository::commit_id(base)}});
  ask(unit, "workunit.attach", {{"capsule", json::array{unit.capsule}}});
  plan(unit);
}

void World::plan(Unit& unit) {
  json::array const command{"check", "tests"};
  ask(unit, "workunit.plan", {{"gate", unit.gate}, {"command", command}});
  ask(unit, "workunit.start", {});
}

ipc::Reply World::ask(Unit& unit, std::string const& operation, json::object arguments) {
  arguments["id"] = unit.task;
  auto reply = stage_.bench.write(operation, std::move(arguments));
  if (reply.data) unit.document = Document::another;
  return reply;
}

json::object World::here() const {
  auto const head = repository_.head();
  return {{"tree", Repository::tree_id(head)}, {"head", Repository::commit_id(head)}};
}

void World::see(int number, Level level, Outcome outcome) {
  auto& unit = begun(number, 1);
  auto at = repository_.head();
  // What is verified takes no proof but the operator's.
  if (level != Level::reproduced) ask(unit, "workunit.reopen", {{"reason", "again"}});
  auto const reply = [&] {
    if (level == Level::reproduced) return reproduce(unit, outcome, at);
    if (level == Level::asserted) {
      return ask(unit, "workunit.assert",
                 {{"gate", unit.gate}, {"result", to_text(outcome)}, {"note", "said"}, {"here", here()}});
    }
    return ask(unit, "workunit.prove",
               {{"gate", unit.gate}, {"before", here()}, {"after", here()}, {"run", codec::encode(run_with(outcome))}});
  }();
  if (reply.data) unit.seen.push_back({.gate = unit.gate, .level = level, .outcome = outcome, .at = at});
}

// By the operator, of the newest proof that is there.
ipc::Reply World::reproduce(Unit& unit, Outcome outcome, int& at) {
  auto asked =
      stage_.bench.read("workunit.consider", {{"id", unit.task}, {"gate", unit.gate}, {"purpose", "reproduce"}});
  if (!asked.data) return asked;
  workunit::ConsiderReply considered;
  RC_ASSERT(codec::decode_object(*asked.data, considered, codec::Unknown::ignore).has_value());
  at = repository_.number_of(considered.proof->at.tree).value();
  workunit::Reproduction const body{.unit = unit.task,
                                    .gate = unit.gate,
                                    .command = considered.command,
                                    .at = considered.proof->at,
                                    .run = run_with(outcome),
                                    .proof = considered.proof->id,
                                    .marker = considered.proof->marker};
  auto const statement =
      stage_.bench.say(kOperatorsKey, governance::StatementKind::proof, codec::encode(body).as_object());
  workunit::Attestation const attestation{.text = statement.text, .signature = statement.signature};
  return ask(unit, "workunit.reproduce", {{"gate", unit.gate}, {"attestation", codec::encode(attestation)}});
}

// The same command under another name.
void World::rename(int number) {
  auto& unit = begun(number, 1);
  ask(unit, "workunit.reopen", {{"reason", "again"}});
  ask(unit, "workunit.revise", {{"reason", "again"}});
  ask(unit, "workunit.plan", {{"gate", unit.gate}, {"remove", true}});
  unit.gate = unit.gate == "tests" ? "checks" : "tests";
  plan(unit);
}

// Something passed, and whatever was seen to fail has passed since, seen by somebody whose word is worth as much.
bool World::is_answered(Unit const& unit) const {
  auto const at = repository_.head();
  auto const passed_since = [&](auto from, Level level) {
    return std::any_of(from, unit.seen.end(), [&](Seen const& one) {
      return one.at == at && one.gate == unit.gate && one.outcome == Outcome::passed && one.level >= level;
    });
  };
  for (auto one = unit.seen.begin(); one != unit.seen.end(); ++one) {
    if (one->at == at && one->outcome == Outcome::failed && !passed_since(one, one->level)) return false;
  }
  return passed_since(unit.seen.begin(), Level::asserted);
}

void World::publish(int number) {
  auto& unit = begun(number, 1);
  auto const head = repository_.head();
  ask(unit, "workunit.reopen", {{"reason", "again"}});
  ask(unit, "workunit.claim", {{"here", here()}});
  auto const verified =
      ask(unit, "workunit.verify",
          {{"here", here()}, {"paths", codec::encode(repository_.between(unit.base, head))}, {"complete", true}});
  if (!is_answered(unit)) {
    RC_ASSERT(code_of(verified) != "");
    ++tally_.failures_held;
  }
  if (!verified.data) return;
  auto const reply = stage_.record(publication_of(unit));
  if (!reply.data) return;
  RC_ASSERT(is_answered(unit));
  RC_ASSERT(unit.base <= head);
  unit.document = Document::as_published;
  unit.published = model_.promoted.size();
  ++tally_.published;
  keep({.kind = Kind::workunit,
        .id = {},
        .seal = model_.seal_of(unit.base, head),
        .base = unit.base,
        .at = head,
        .units = {number},
        .rests_on = {},
        .entry = {}},
       reply);
}

json::object World::publication_of(Unit const& unit) {
  stage_.task = unit.task;
  stage_.capsule = unit.capsule;
  auto const head = repository_.head();
  auto arguments = stage_.subject();
  auto told = told_in(arguments);
  told.here = Repository::tree_id(head);
  told.base = Repository::commit_id(unit.base);
  told.paths = repository_.between(unit.base, head);
  told.reached = {{git_id(kBase), Ancestor::yes}};  // the capsule's
  for (int i = 0; i <= head; ++i) told.reached.push_back({Repository::commit_id(i), Ancestor::yes});
  arguments["revision"] = Repository::commit_id(head);
  arguments["tree"] = told.here;
  return with_told(std::move(arguments), told);
}

void World::keep(Promoted promoted, ipc::Reply const& reply) {
  bool const asks = reply.data->at("seal") == "required";
  RC_ASSERT(asks == (promoted.seal == Sealing::awaited));
  promoted.id = std::string(reply.data->at("id").as_string());
  model_.promoted.push_back(std::move(promoted));
}

World::Named World::published_of(Named units) const {
  std::erase_if(units, [&](int number) { return !units_[static_cast<std::size_t>(number)].published; });
  return units;
}

// As the client tells it.
json::object World::gathered(Named const& units) {
  json::array names;
  for (auto const number : units) names.emplace_back(begun(number, 1).task);
  json::object arguments{{"kind", "release"}, {"unit", std::move(names)}};
  RC_ASSERT(gather_subject(outside_, arguments).has_value());
  RC_ASSERT(arguments.contains("told"));
  return arguments;
}

std::optional<Promoted> World::releasable(Named const& units) const {
  auto const head = repository_.head();
  Promoted release{.kind = Kind::release,
                   .id = {},
                   .base = 0,
                   .at = head,
                   .units = {units.begin(), units.end()},
                   .rests_on = {},
                   .entry = {}};
  bool at_head = false;
  for (auto const number : units) {
    auto const& unit = units_[static_cast<std::size_t>(number)];
    if (!unit.published || unit.document == Document::another) return std::nullopt;
    auto const& publication = model_.promoted[*unit.published];
    if (!counts(publication) || publication.at > head) return std::nullopt;
    at_head = at_head || publication.at == head;
    release.rests_on.insert(*unit.published);
  }
  if (!at_head || model_.is_promoted(release)) return std::nullopt;
  release.base = model_.release_base().value();
  release.seal = model_.seal_of(release.base, head);
  return release;
}

void World::release(Named const& units) {
  auto const arguments = gathered(units);
  auto expected = releasable(units);
  auto const reply = stage_.record(arguments);
  RC_LOG() << "release: " << (reply.error ? reply.error->message : "recorded") << "\n";
  RC_ASSERT(reply.data.has_value() == expected.has_value());
  if (!expected) return;
  RC_ASSERT(told_in(arguments).base == Repository::commit_id(expected->base));
  ++(expected->seal == Sealing::awaited ? tally_.waiting : tally_.released);
  keep(*std::move(expected), reply);
}

// The store cannot tell which of the units that were published began first (promote/README.md, limits).
void World::release_from(Named const& units, int base) {
  base %= repository_.newest() + 1;
  if (model_.release_base() == base || (!model_.counts_any_release() && model_.began_there(base))) return;
  auto const arguments = gathered(units);
  auto told = told_in(arguments);
  told.base = Repository::commit_id(base);
  told.paths = repository_.between(base, repository_.head());
  told.complete = Complete::yes;
  RC_ASSERT(code_of(stage_.record(with_told(arguments, told))) != "");
  if (releasable(units)) ++tally_.lied;
}

void World::learn(std::string const& path) {
  auto const entry = stage_.add_entry(json::array{"file:" + path + std::to_string(++entries_)});
  auto const reply = stage_.record(stage_.subject_of_entry(entry));
  RC_ASSERT(code_of(reply) == "");
  auto const seal = is_sealed(path) ? Sealing::awaited : Sealing::not_asked;
  keep({.kind = Kind::knowledge, .id = {}, .seal = seal, .units = {}, .rests_on = {}, .entry = entry}, reply);
}

void World::seal(int back, Signer signer) {
  auto const size = model_.promoted.size();
  if (static_cast<std::size_t>(back) >= size) return;
  auto& one = model_.promoted[size - 1 - static_cast<std::size_t>(back)];
  bool const counts_already = one.seal == Sealing::given;
  bool const agent = signer == Signer::an_agent;
  auto const code = code_of(stage_.seal(one.id, agent ? kAgentsKey : kOperatorsKey));
  auto const expected = std::string(agent ? "SIGNATURE_INVALID" : counts_already ? "ALREADY_EXISTS" : "");
  RC_ASSERT(code == expected);
  if (agent || counts_already) return;
  one.seal = Sealing::given;
  ++tally_.sealed;
}

void World::look() {
  auto const listed = stage_.bench.read("promote.list", {{"limit", 100}});
  RC_ASSERT(listed.data.has_value());
  auto const& shown_ones = listed.data->at("promotions").as_array();
  RC_ASSERT(shown_ones.size() == std::min<std::size_t>(model_.promoted.size(), 100));
  for (std::size_t i = 0; i < shown_ones.size(); ++i) {
    auto const& expected = model_.promoted[model_.promoted.size() - 1 - i];
    RC_ASSERT(std::string(shown_ones[i].at("id").as_string()) == expected.id);
    RC_ASSERT(std::string(shown_ones[i].at("sealed").as_string()) == shown(expected.seal));
  }
  RC_ASSERT(model_.nothing_left_behind());
  look_at_entries();
}

void World::look_at_entries() {
  for (auto const& one : model_.promoted) {
    if (one.kind != Kind::knowledge) continue;
    auto const entry = stage_.bench.read("knowledge.show", {{"id", one.entry}});
    bool const procedural = entry.data->at("entry").at("grade") == "procedural";
    RC_ASSERT(procedural == counts(one));
    if (counts(one)) ++tally_.procedural;
  }
}

}  // namespace decapod::promote::testing
