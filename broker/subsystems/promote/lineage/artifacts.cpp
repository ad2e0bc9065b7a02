#include "artifacts.h"

#include <decapod/capsule_record/canonical.h>
#include <decapod/capsule_record/check.h>

#include <algorithm>

namespace decapod::promote {
namespace {

std::string shown(std::string_view text) {
  return text.empty() ? "nothing" : std::string(text);
}

CapsulePart const* part_of(Lineage const& lineage, std::string_view unit, std::string_view id) {
  for (auto const& part : lineage.capsules) {
    if (part.id == id && part.unit == unit) return &part;
  }
  return nullptr;
}

std::string again_of(Told const& told, std::string_view id) {
  auto const found = std::ranges::find(told.capsules, id, &Again::id);
  return found != told.capsules.end() ? found->hash : "";
}

// One capsule that a unit refers to, against everything else.
class CapsuleJudgement {
 public:
  CapsuleJudgement(Reading const& reading, Unit const& unit, std::string const& id, Findings& findings)
      : reading_(reading), unit_(unit), id_(id), findings_(findings) {}

  void run(std::string const& document, std::string const& reference) {
    auto const hash = hex(capsule::hash_of(document));
    auto const capsule = capsule::parse(document);
    auto const sound = capsule ? capsule::check(*capsule) : Result<void>(capsule.error());
    if (!sound || capsule::id_of(capsule::hash_of(document)) != id_) {
      return findings_.add(ErrorCode::promotion_capsule_mismatch, name("bytes of "), id_,
                           sound ? capsule::id_of(capsule::hash_of(document)) : sound.error().message);
    }
    findings_.hold(ErrorCode::promotion_capsule_mismatch, name("hash in the work unit of "), reference, hash);
    auto const again = again_of(reading_.lineage.told, id_);
    findings_.hold(ErrorCode::promotion_capsule_mismatch, name("hash, made again from the repository, of "), hash,
                   again,
                   again.empty() ? id_ + " could not be made again from the repository"
                                 : id_ + " is " + brief(hash) + " in the store, and " + brief(again) +
                                       " when it is made again from the repository");
    hold_files(*capsule);
    hold_bindings(*capsule);
  }

 private:
  std::string name(std::string_view what) const { return "the " + std::string(what) + id_; }

  // A capsule need not be a file; where it is one, it is the stored one.
  void hold_files(capsule::Capsule const& capsule) {
    auto const* file = file_of(reading_.lineage.told, id_);
    if (file == nullptr) return;
    auto const expected = hex(sha256(capsule::file_text(capsule)));
    for (auto const* side : {&file->committed, &file->here}) {
      if (!side->empty()) findings_.hold(ErrorCode::promotion_capsule_mismatch, name("file of "), expected, *side);
    }
  }

  void hold_bindings(capsule::Capsule const& capsule) {
    auto const& lineage = reading_.lineage;
    findings_.hold(ErrorCode::promotion_capsule_mismatch, name("task of "), capsule.task, unit_.part->task);
    findings_.hold(ErrorCode::promotion_policy_mismatch, name("policy of "), capsule.policy, lineage.policy.hash,
                   id_ + " was issued under the policy " + brief(capsule.policy) + ", and " +
                       brief(lineage.policy.hash) + " judges now");
    if (!is_reached(lineage.told, capsule.revision.commit)) {
      findings_.add(ErrorCode::promotion_revision_mismatch, name("revision of "), capsule.revision.commit,
                    "not in the history of " + shown(lineage.revision));
    }
    auto const tier = governance::demand_of(reading_.policy,
                                            {.operation = "capsule.issue", .paths = {}, .labels = unit_.part->labels})
                          .risk;
    findings_.hold(ErrorCode::promotion_risk_mismatch, name("tier of "), to_text(capsule.tier), to_text(tier));
    auto const scope = reading_.policy.scopes.find(capsule.scope);
    if (scope == reading_.policy.scopes.end() || scope->second != capsule.documents) {
      findings_.add(ErrorCode::promotion_policy_mismatch, name("scope of "), capsule.scope,
                    "the policy has other documents there");
    }
  }

  Reading const& reading_;
  Unit const& unit_;
  std::string const& id_;
  Findings& findings_;
};

}  // namespace

std::string brief(std::string_view side) {
  constexpr std::size_t kShown = 12;
  bool const hash = side.size() >= 40 && side.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return shown(hash ? side.substr(0, kShown) : side);
}

bool Findings::hold(ErrorCode code, std::string what, std::string_view recorded, std::string_view found,
                    std::string said) {
  if (!recorded.empty() && recorded == found) return true;
  add(code, std::move(what), shown(recorded), shown(found), std::move(said));
  return false;
}

Result<workunit::Document> document_in(UnitPart const& part) {
  return codec::decode<workunit::Document>(json::value(part.document), codec::Unknown::refuse);
}

bool is_reached(Told const& told, std::string_view commit) {
  auto const found = std::ranges::find(told.reached, commit, &Reached::commit);
  return !commit.empty() && found != told.reached.end() && found->ancestor == Ancestor::yes;
}

Written const* file_of(Told const& told, std::string_view id) {
  auto const found = std::ranges::find(told.files, id, &Written::id);
  return found != told.files.end() ? &*found : nullptr;
}

void judge_capsule(Reading const& reading, Unit const& unit, workunit::Reference const& reference, Findings& findings) {
  auto const* part = part_of(reading.lineage, unit.part->id, reference.name);
  if (part == nullptr || part->document.empty()) {
    return findings.add(ErrorCode::promotion_capsule_missing, "the capsule " + reference.name, reference.name,
                        "nothing",
                        unit.part->id + " refers to the capsule " + reference.name + ", and the store has none of it");
  }
  if (reference.sha256.empty()) {
    return findings.add(ErrorCode::promotion_capsule_missing,
                        "the hash of " + reference.name + " in the work unit " + unit.part->id, "nothing",
                        "it was attached before there was such a capsule");
  }
  CapsuleJudgement(reading, unit, reference.name, findings).run(part->document, reference.sha256);
}

}  // namespace decapod::promote
