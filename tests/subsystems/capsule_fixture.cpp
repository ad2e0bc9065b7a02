#include "capsule_fixture.h"

#include <decapod/contract/work.h>
#include <decapod/storage/migration.h>
#include <subsystem.h>

#include <algorithm>

namespace decapod::capsule::testing {
namespace {

using contract::Context;

// The tables that subsystems are declared by hold plain functions: they find the test's world here.
World* present = nullptr;

Result<contract::PolicyInForce const*> in_force(Context&) {
  if (present->policy_error) return *present->policy_error;
  return &present->policy;
}

Result<governance::Trust> trust(Context&) {
  return present->trust;
}

Result<std::string> consume(Context&, std::string_view, json::object const&) {
  return fail(ErrorCode::approval_required, "none");
}

Result<std::vector<governance::PublicKey>> keys(Context&) {
  return std::vector<governance::PublicKey>{};
}

Result<contract::WorkFacts> work(Context&, std::string_view id) {
  auto const found = present->tasks.lower_bound(id);
  if (found == present->tasks.end() || !found->first.starts_with(id)) {
    return fail(ErrorCode::not_found, "no item '" + std::string(id) + "'");
  }
  return contract::WorkFacts{.id = found->first, .title = "work", .labels = found->second};
}

Result<contract::WorkunitFacts> workunit(Context&, std::string_view id) {
  auto const found = present->workunits.find(id);
  if (found == present->workunits.end()) return fail(ErrorCode::not_found, "no workunit '" + std::string(id) + "'");
  return contract::WorkunitFacts{.id = found->first, .task = found->second};
}

std::optional<contract::Commit> last_commit(Context&, std::string_view key) {
  auto const& commits = present->commits;
  auto const found =
      std::find_if(commits.rbegin(), commits.rend(), [&](auto const& one) { return contract::names_key(one, key); });
  return found == commits.rend() ? std::nullopt : std::optional(*found);
}

std::optional<contract::Commit> commit_at(Context&, Marker) {
  return std::nullopt;
}

contract::CommitLog const commits{.at = &commit_at, .last = &last_commit};

contract::Authority const authority{&in_force, &trust, &consume, &keys};

contract::Subsystem const others{.name = "others",
                                 .operations = {},
                                 .migrations = {},
                                 .gates = {},
                                 .work = &work,
                                 .workunit = &workunit,
                                 .commits = &commits,
                                 .authority = &authority};

}  // namespace

governance::Document policy_document() {
  governance::Document document;
  document.name = "of a test";
  document.scopes = {{"docs", {"README.md", "docs"}}, {"specs", {"specs/**"}}, {"knowledge", {"knowledge"}}};
  auto& tiers = document.tiers;
  tiers.low.capsule_scopes = {"docs"};
  tiers.low.capsule_limit = 4;
  tiers.medium.capsule_scopes = {"docs", "specs"};
  tiers.medium.capsule_limit = 6;
  tiers.medium.capsule_write = governance::MayWrite::yes;
  tiers.high.capsule_scopes = {"docs", "specs", "knowledge"};
  tiers.high.capsule_limit = 8;
  tiers.high.capsule_write = governance::MayWrite::yes;
  return document;
}

Capsules::Capsules() : known_{&subsystem, &others} {
  present = &world;
  world.tasks = {{"t-critical", {"risk:critical"}},
                 {"t-high", {"docs", "risk:high"}},
                 {"t-low", {}},
                 {"t-medium", {"risk:medium"}},
                 {"t-slip", {"risk:hihg"}}};
  world.workunits = {{"w-high", "t-high"}, {"w-lost", "t-nowhere"}};
  sign(policy_document());
  auto opened = storage::Database::open({.path = directory_ / "capsule.db"});
  REQUIRE(opened);
  database = *std::move(opened);
  std::vector<storage::MigrationStep> steps;
  for (auto const& [version, sql] : subsystem.migrations) steps.push_back({"capsule", version, sql});
  REQUIRE(storage::apply_migrations(*database, steps));
  // Of the ledger's tables the one that the gates read.
  database->script(
      "CREATE TABLE audit_index (term TEXT, sequence INTEGER, PRIMARY KEY (term, sequence)) WITHOUT ROWID");
  transaction_ = std::make_unique<storage::Transaction>(*database, storage::TransactionKind::write);
}

Capsules::~Capsules() {
  present = nullptr;
}

void Capsules::sign(governance::Document document) {
  world.policy.document = std::move(document);
  world.policy.endorsed = governance::Endorsed::yes;
  ++world.policy.sequence;
}

Material Capsules::material() const {
  auto const source = hex(sha256("the whole file"));
  return {.policy = hex(hash_of(world.policy)),
          .revision = {std::string(40, '1'), std::string(40, '2')},
          .matched = 5,
          .excerpts = {{"docs/election.md", source, 3, 4, 90'000, "# Election\nthe lock decides"},
                       {"README.md", source, 10, 10, 1200, "one line"}}};
}

Issue Capsules::request() const {
  return {.topic = "leader election", .scope = "docs", .task = "t-low", .material = material()};
}

IssueReply Capsules::issued() {
  auto reply = ask(&issue, request());
  REQUIRE(reply);
  return *std::move(reply);
}

std::string Capsules::document_of(std::string const& id) {
  auto rows = database->query("SELECT document FROM capsule_capsule WHERE id = ?", id);
  REQUIRE(rows.next());
  return rows.text(0);
}

std::int64_t Capsules::count(std::string_view sql) {
  auto rows = database->query(sql);
  REQUIRE(rows.next());
  return rows.integer(0);
}

std::vector<std::string> Capsules::gate_codes() {
  std::vector<std::string> codes;
  Caller const who{"judge", "--actor", "j", "/"};
  for (auto const& gate : subsystem.gates) {
    Context context(*database, who, now, "request", facts, contract::Subsystems::used(known_));
    GateReport report;
    gate.run(context, report);
    for (auto const& finding : report.findings) codes.push_back(finding.code);
  }
  return codes;
}

std::string Capsules::judged(Issue const& request, std::string const& actor) {
  Caller const who{actor, "--actor", "s-" + actor, "/home/" + actor};
  contract::Context context(*database, who, now, "request", facts, contract::Subsystems::used(known_));
  auto const arguments = codec::encode(request).as_object();
  for (auto const& operation : subsystem.operations) {
    auto const name = operation_name(*operation.type->verb);
    if (name != "capsule.issue") continue;
    REQUIRE(operation.concern != nullptr);
    auto admitted = contract::admit(
        context, {.operation = name, .meaning = arguments, .concern = operation.concern(context, arguments)});
    if (admitted) return "";
    auto const refusal = operation.reword(context, arguments, std::move(admitted).error());
    hint = refusal.hint_or_default();
    return name_of(refusal.code);
  }
  FAIL("nothing issues");
  return "";
}

void Capsules::record(std::string const& actor, std::vector<std::string> const& keys) {
  static std::int64_t sequence = 0;
  ++sequence;
  world.commits.push_back({.marker = {1, static_cast<std::uint64_t>(sequence)},
                           .request_id = "",
                           .operation = "capsule.issue",
                           .actor = actor,
                           .at = now.wall,
                           .affected_keys = keys});
  for (auto const& key : keys) database->execute("INSERT INTO audit_index VALUES (?, ?)", "key:" + key, sequence);
}

}  // namespace decapod::capsule::testing
