#include "verbs_faces.h"

#include <decapod/base/counted.h>

#include <algorithm>
#include <span>

namespace decapod::policy {
namespace {

using cli::printable;
using cli::Text;
using governance::Document;
using governance::Tier;
using governance::Zone;

constexpr std::size_t kChangesShown = 12;

std::string joined(std::vector<std::string> const& words) {
  return printable(words, ", ");
}

void print_changes(std::vector<Change> const& changes, Text& text) {
  auto const shown = std::min(changes.size(), kChangesShown);
  for (auto const& change : std::span(changes).first(shown)) {
    text.field("changes", printable(change.key) + ": " + (change.in_force.empty() ? "nothing" : change.in_force) +
                              " becomes " + (change.proposed.empty() ? "nothing" : change.proposed));
  }
  if (shown < changes.size()) {
    text.field("changes", "and " + std::to_string(changes.size() - shown) + " more (--json)");
  }
}

std::string tier_words(Tier const& tier) {
  auto words = "trust " + std::string(to_text(tier.trust)) + ", approval " + std::string(to_text(tier.approval)) +
               ", proof " + std::string(to_text(tier.proof));
  if (tier.seal == governance::SealNeed::required) words += ", promotions sealed";
  if (tier.capsule_limit == 0) return words + "; no capsules";
  words += "; capsules of " + std::to_string(tier.capsule_limit) + " excerpts from " + joined(tier.capsule_scopes);
  return words + (tier.capsule_write == governance::MayWrite::yes ? "" : ", not as a file");
}

// What a zone asks for beyond its risk.
std::string more_of(Zone const& zone) {
  std::vector<std::string> asks;
  if (zone.trust) asks.push_back("trust " + std::string(to_text(*zone.trust)));
  if (zone.approval) asks.push_back("approval " + std::string(to_text(*zone.approval)));
  if (zone.proof) asks.push_back("proof " + std::string(to_text(*zone.proof)));
  if (zone.seal == governance::SealNeed::required) asks.emplace_back("promotions sealed");
  if (!zone.actors.empty()) asks.push_back("only " + joined(zone.actors));
  return joined(asks);
}

void print_zone(Zone const& zone, Text& text) {
  text.line("  " + text.bold(printable(zone.name)) + "  " + std::string(to_text(zone.risk)) +
            (zone.reason.empty() ? "" : ": " + printable(zone.reason)));
  if (!zone.paths.empty()) text.field("  paths", joined(zone.paths));
  if (!zone.operations.empty()) text.field("  commands", joined(zone.operations));
  if (auto const more = more_of(zone); !more.empty()) text.field("  asks", more);
}

void print_document(Document const& document, Text& text) {
  text.line();
  text.line("what each risk asks for (" + std::string(to_text(document.default_risk)) + " where nothing says more)");
  auto const& tiers = document.tiers;
  text.field("low", tier_words(tiers.low));
  text.field("medium", tier_words(tiers.medium));
  text.field("high", tier_words(tiers.high));
  text.field("critical", tier_words(tiers.critical));
  text.line();
  text.line(document.zones.empty() ? "no zones" : "zones");
  for (auto const& zone : document.zones) print_zone(zone, text);
  if (!document.attestors.empty()) text.line();
  for (auto const& attestor : document.attestors) {
    text.field("attestor", printable(attestor.name) + ' ' + printable(attestor.key));
  }
}

void print_proposal(ShowReply const& reply, Text& text) {
  switch (reply.proposal) {
    case Proposal::absent:
      return text.field("proposal", "there is none: `decapod policy init`");
    case Proposal::same:
      return text.field("proposal", "the same");
    case Proposal::differs:
      text.field("proposal", "another, with the hash " + printable(reply.proposal_hash));
      return print_changes(reply.changes, text);
    case Proposal::unsound:
      return text.field("proposal", "unsound: " + joined(reply.differences));
  }
}

}  // namespace

void render_check(CheckReply const& reply, Text& text) {
  text.line(printable(reply.file) + " is sound: " + counted(reply.zones, "zone"));
  text.field("hash", printable(reply.hash));
  if (reply.in_force == reply.hash) text.field("in force", "the same");
  print_changes(reply.changes, text);
  for (auto const& warning : reply.warnings) text.line(text.warn("  warning     " + printable(warning)));
}

void render_activate(ActivateReply const& reply, Text& text) {
  text.line("policy '" + printable(reply.name) + "' is in force, activation " + std::to_string(reply.sequence));
  if (reply.file) text.field("file", printable(*reply.file));
  text.field("hash", printable(reply.hash));
  print_changes(reply.changes, text);
  text.field("next", "commit .decapod before agents start: changes of it are of risk, too");
}

void render_show(ShowReply const& reply, Text& text) {
  if (!reply.unsound.empty())
    text.line("every write is refused: " + printable(reply.unsound));
  else if (reply.endorsed == governance::Endorsed::no)
    text.line("no policy is signed: all that is above the lowest risk is refused");
  else
    text.line("the operator's policy is in force, activation " + std::to_string(reply.sequence));
  if (reply.unsound.empty()) text.field("hash", printable(reply.hash));
  text.field("operator", reply.keys.empty() ? "nobody: `decapod policy operator-init`" : reply.keys.back().key);
  print_proposal(reply, text);
  for (auto const& idle : reply.idle) text.line(text.warn("  warning     " + printable(idle) + " fits no operation"));
  Document document;
  if (reply.unsound.empty() && codec::decode_object(reply.document, document, codec::Unknown::ignore)) {
    print_document(document, text);
  }
}

}  // namespace decapod::policy
