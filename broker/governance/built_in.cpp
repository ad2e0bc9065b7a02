#include <decapod/governance/document.h>

namespace decapod::governance {
namespace {

Document make() {
  Document document;
  document.name = "built-in";
  // Documents that a repository usually has. Above the lowest risk nothing is given to read before somebody signs.
  document.scopes = {{"docs", {"README.md", "docs"}},
                     {"instructions", {"AGENTS.md", "CLAUDE.md", "CONTRIBUTING.md"}},
                     {"knowledge", {"knowledge"}},
                     {"specs", {"specs"}}};
  document.tiers.low.capsule_scopes = {"instructions", "docs", "specs", "knowledge"};
  document.tiers.low.capsule_limit = 8;
  document.tiers.low.capsule_write = MayWrite::yes;
  document.tiers.medium.proof = ProofLevel::observed;
  document.tiers.high = {.trust = Trust::basic, .approval = ApprovalNeed::required, .proof = ProofLevel::observed};
  document.tiers.critical = {
      .trust = Trust::verified, .approval = ApprovalNeed::required, .proof = ProofLevel::reproduced};
  document.zones.push_back({.name = "promotion",
                            .reason = "what is published, or taken for proven knowledge, speaks for everybody",
                            .risk = Risk::high,
                            .operations = {"promote.*", "knowledge.promote"}});
  return document;
}

}  // namespace

Document const& built_in() {
  static Document const document = make();
  return document;
}

}  // namespace decapod::governance
