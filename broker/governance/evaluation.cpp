#include <decapod/governance/evaluation.h>
#include <decapod/governance/glob.h>

#include <algorithm>

namespace decapod::governance {
namespace {

// What a piece of work touches, as far as it is said.
struct Touched {
  std::vector<std::string> operations;
  std::vector<std::string> paths;  // normal
  std::string unknown;             // why the paths are not all of them; "": they are
};

// What a zone has to do with a piece of work: the path or the operation by which it is touched.
std::optional<std::string> touch(Zone const& zone, Touched const& touched) {
  auto const& [operations, paths, unknown] = touched;
  for (auto const& operation : operations) {
    auto const named = [&](std::string const& pattern) { return name_matches(pattern, operation); };
    if (std::ranges::any_of(zone.operations, named)) return operation;
  }
  for (auto const& path : paths) {
    auto const covers = [&](std::string const& pattern) { return path_matches(pattern, path); };
    if (std::ranges::any_of(zone.paths, covers)) return path;
  }
  if (!unknown.empty() && !zone.paths.empty()) return "some path";
  return std::nullopt;
}

template <class T>
void raise(T& to, T value) {
  to = std::max(to, value);
}

// The reason that gives the highest risk comes last: it is the one that a refusal quotes.
void raise_risk(Demand& demand, Risk risk, std::string reason) {
  bool const highest = risk >= demand.risk;
  raise(demand.risk, risk);
  if (risk == Risk::low) return;
  reason += " (" + std::string(to_text(risk)) + ')';
  demand.reasons.insert(highest ? demand.reasons.end() : demand.reasons.begin(), std::move(reason));
}

void raise_seal(Demand& demand, std::optional<SealNeed> asked, std::string const& by) {
  if (asked != SealNeed::required) return;
  demand.seal = SealNeed::required;
  // Before those of the risk: the last one is what a refusal of anything else gives as its reason.
  demand.reasons.insert(demand.reasons.begin(), by + " asks for the operator's seal on what is promoted");
}

// A path that leads out of the repository, is none, or was not told may be in any zone: the worst is assumed.
void add_paths(std::span<std::string const> paths, Touched& touched) {
  for (auto const& path : paths) {
    if (auto inside = normal_path(path))
      touched.paths.push_back(*std::move(inside));
    else
      touched.unknown =
          path == kUntoldPaths ? "not every path was told" : "'" + path + "' is no path inside the repository";
  }
}

}  // namespace

Demand demand_of(Document const& document, Work const& work) {
  Demand demand;
  raise_risk(demand, document.default_risk, "the policy's default");
  Touched touched;
  add_paths(work.paths, touched);
  if (!touched.unknown.empty()) raise_risk(demand, Risk::critical, touched.unknown);
  if (auto const labelled = risk_of_labels(work.labels)) raise_risk(demand, *labelled, "the task's label");
  if (!work.operation.empty()) touched.operations.emplace_back(work.operation);
  touched.operations.insert(touched.operations.end(), work.also.begin(), work.also.end());
  for (auto const& zone : document.zones) {
    auto const by = touch(zone, touched);
    if (!by) continue;
    demand.zones.push_back(&zone);
    raise_risk(demand, zone.risk,
               *by + " is in zone '" + zone.name + '\'' + (zone.reason.empty() ? "" : ": " + zone.reason));
    if (zone.trust) raise(demand.trust, *zone.trust);
    if (zone.approval) raise(demand.approval, *zone.approval);
    if (zone.proof) raise(demand.proof, *zone.proof);
    raise_seal(demand, zone.seal, "zone '" + zone.name + '\'');
  }
  auto const& tier = tier_of(document, demand.risk);
  raise(demand.trust, tier.trust);
  raise(demand.approval, tier.approval);
  raise(demand.proof, tier.proof);
  raise_seal(demand, tier.seal, "the tier of " + std::string(to_text(demand.risk)) + " risk");
  return demand;
}

bool may_act(Demand const& demand, std::string_view actor) {
  return std::ranges::all_of(demand.zones, [&](Zone const* zone) {
    return zone->actors.empty() ||
           std::ranges::any_of(zone->actors, [&](std::string const& name) { return name_matches(name, actor); });
  });
}

std::vector<Lack> lacks(Demand const& demand, Endorsed endorsed, std::string_view actor, Trust trust) {
  std::vector<Lack> missing;
  if (endorsed == Endorsed::no && demand.risk > Risk::low) missing.push_back(Lack::policy);
  if (!may_act(demand, actor)) missing.push_back(Lack::actor);
  if (trust < demand.trust) missing.push_back(Lack::trust);
  if (demand.approval == ApprovalNeed::required) missing.push_back(Lack::approval);
  return missing;
}

}  // namespace decapod::governance
