#include "verbs_gather.h"

#include <decapod/cli_kit/clone_stores.h>
#include <decapod/cli_kit/for_store.h>
#include <decapod/cli_kit/pin_files.h>
#include <decapod/validate/requests.h>
#include <decapod/validate_losses/losses.h>
#include <decapod/validate_pins/pins.h>

#include <algorithm>

#include "verbs_bundles.h"
#include "verbs_capsules.h"
#include "verbs_listing.h"
#include "verbs_source.h"
#include "verbs_state.h"

namespace decapod::validate {
namespace {

GateReport no_tree(std::string_view why) {
  GateReport report;
  report.gate = "source.sqlite-opens";
  report.meaning = "No code outside the broker opens SQLite";
  report.status = GateStatus::not_applicable;
  report.notices.emplace_back(why);
  return report;
}

Result<void> add_pins(cli::Surroundings& around, std::string const& root, std::vector<PinFile>& pins) {
  DECAPOD_TRY(auto const files, cli::pin_files(around, root));
  for (auto const& file : files) {
    // One that cannot be read is judged as one that cannot be understood.
    PinFile pin{as_text(file.path), file.text ? *file.text : std::string()};
    auto const known = [&](PinFile const& other) { return other.path == pin.path && other.text == pin.text; };
    if (std::ranges::none_of(pins, known)) pins.push_back(std::move(pin));
  }
  return {};
}

Result<void> gather_source(cli::Surroundings& around, cli::StorePlace const& place, Validate& facts) {
  if (place.kind == cli::StoreKind::user) {
    facts.source.gates.push_back(no_tree("the user's own store belongs to no tree"));
    return {};
  }
  auto const& worktree = place.worktree;
  if (worktree.empty()) {
    facts.source.gates.push_back(no_tree("there is no worktree here"));
    return {};
  }
  DECAPOD_TRY(auto verdict, judge_source(around, worktree));
  facts.source.gates.push_back(std::move(verdict.report));
  facts.source.scan = std::move(verdict.scan);
  DECAPOD_TRY(auto const bundles, read_bundles(around, worktree));
  facts.source.gates.push_back(judge_lineage(around, worktree, bundles));
  DECAPOD_TRY(auto capsules, judge_capsules(around, worktree, bundles));
  facts.source.gates.push_back(std::move(capsules));
  if (place.kind == cli::StoreKind::repo) {
    DECAPOD_TRY(facts.made_here, cli::stores_made_here(around, worktree));
  }
  return {};
}

}  // namespace

Result<void> gather(cli::Surroundings& around, json::object& arguments) {
  Validate facts;
  // Where there is neither a repository nor a store nothing can hold.
  auto const& found = around.place();
  if (!found) return found.error();
  auto const& place = *found;
  DECAPOD_CHECK(gather_source(around, place, facts));
  facts.source.gates.push_back(judge_permissions(place.paths.directory));
  facts.source.gates.push_back(judge_database(around, place.paths));
  DECAPOD_TRY(auto git, judge_git(around, place));
  facts.source.gates.push_back(std::move(git));
  for (auto const& root : {place.main_worktree, place.worktree}) {
    if (!root.empty() && place.kind != cli::StoreKind::user) DECAPOD_CHECK(add_pins(around, root, facts.pins));
  }
  arguments["source"] = codec::encode(facts.source);
  arguments["pins"] = codec::encode(facts.pins);
  arguments["made_here"] = codec::encode(facts.made_here);
  return {};
}

std::string why_unasked(cli::Surroundings const& around) {
  if (around.lost_store()) return "the store cannot be asked without its database";
  auto const& place = around.place();
  auto const command = place ? cli::for_store("decapod init", place->kind, place->main_worktree)
                             : cli::for_store("decapod init", cli::StoreKind::repo, "");
  return "there is no store: run " + command + " to make one";
}

Result<json::object> answer_without_store(cli::Surroundings& around, json::object const& arguments) {
  DECAPOD_TRY(auto request, codec::decode<Validate>(arguments, codec::Unknown::refuse));
  GateReport store;
  store.gate = "store";
  store.meaning = "The store's own gates pass";
  store.status = GateStatus::not_applicable;
  store.notices.push_back(why_unasked(around));
  auto gates = std::move(request.source.gates);
  // Where no place can be told nothing was lost.
  if (auto const& place = around.place()) gates.push_back(judge_losses(place->paths.directory));
  gates.push_back(std::move(store));
  gates.push_back(
      judge_pins({.pins = request.pins, .made_here = request.made_here, .require_pin = request.require_pin}, nullptr));
  auto const reply = tally(std::move(gates), std::move(request.source.scan));
  return std::move(codec::encode(reply).as_object());
}

}  // namespace decapod::validate
