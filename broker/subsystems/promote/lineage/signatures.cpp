#include "signatures.h"

#include <decapod/audit/chain.h>
#include <decapod/promote_lineage/agreement.h>

#include <algorithm>

#include "artifacts.h"

namespace decapod::promote {
namespace {

using governance::PublicKey;
using governance::Signed;
using governance::StatementKind;

constexpr std::string_view kAnybody = "*";

// The statement, if any of these keys signed it.
Result<governance::Statement> signed_by_one(Signed const& statement, StatementKind kind, std::string_view store,
                                            std::span<PublicKey const> keys) {
  auto error = fail(ErrorCode::signature_invalid, "there is no operator's key");
  for (auto const& key : keys) {
    auto said = governance::verify(statement, kind, store, key);
    if (said) return said;
    error = said.error();
  }
  return error;
}

class SignatureCheck {
 public:
  SignatureCheck(Lineage const& lineage, std::span<PublicKey const> keys, Found const& found)
      : lineage_(lineage), keys_(keys), found_(found) {}

  void run() {
    auto const policy = governance::parse_canonical(lineage_.policy.document);
    // What is no policy is named by agreement.h.
    if (!policy) return;
    hold_operator_key();
    hold_policy();
    hold_approval(demand_of(lineage_, *policy));
    for (auto const& part : lineage_.work) hold_proofs(part, *policy);
  }

 private:
  void unsigned_(std::string message) { found_(kBundleUnsigned, std::move(message)); }

  void hold_operator_key() {
    if (lineage_.operator_key.empty() && keys_.empty()) return;
    auto const known =
        std::ranges::any_of(keys_, [&](auto const& key) { return to_hex(key) == lineage_.operator_key; });
    if (!known) unsigned_("the operator's key of its time is none of the operator's keys");
  }

  void hold_policy() {
    auto const& part = lineage_.policy;
    if (part.sequence == 0) {
      if (part.hash != hex(governance::hash_of(governance::built_in()))) {
        unsigned_("nobody signed its policy, which is not the built-in one");
      } else if (lineage_.risk != governance::Risk::low) {
        unsigned_("nobody signed a policy, and it is of " + std::string(to_text(lineage_.risk)) + " risk");
      }
      return;
    }
    auto const statement = signed_by_one(part.activation, StatementKind::policy_activation, lineage_.store, keys_);
    if (!statement) return unsigned_("its policy was not signed: " + statement.error().message);
    auto const said = governance::body_of<governance::PolicyActivation>(*statement);
    if (!said || said->policy != part.hash || said->sequence != part.sequence) {
      unsigned_("another policy was signed than the one that it has");
    }
  }

  void hold_approval(governance::Demand const& demand) {
    if (!governance::may_act(demand, lineage_.by)) {
      unsigned_(lineage_.by + " is none of those who may promote what it touches");
    }
    if (!lineage_.approval) {
      if (demand.approval == governance::ApprovalNeed::required) unsigned_("its policy asks for an approval");
      return;
    }
    auto const& part = *lineage_.approval;
    auto const statement = signed_by_one(part.statement, StatementKind::approval, lineage_.store, keys_);
    if (!statement) return unsigned_("the approval " + part.id + " was not signed: " + statement.error().message);
    auto const said = governance::body_of<governance::Approval>(*statement);
    if (!said) return unsigned_("the approval " + part.id + " cannot be understood");
    auto const digest = hex(governance::parameters_digest(kOperation, meaning_of(lineage_)));
    bool const fits = said->operation == kOperation && said->digest == digest && said->expires > lineage_.at &&
                      said->approver != lineage_.by &&
                      (said->beneficiary == kAnybody || said->beneficiary == lineage_.by) &&
                      part.id == "ap-" + hex(governance::id_of(part.statement)).substr(0, 16);
    if (!fits) unsigned_("the approval " + part.id + " was given for something else");
  }

  void hold_proofs(UnitPart const& part, governance::Document const& policy) {
    auto const document = document_in(part);
    if (!document) return;
    for (auto const& proof : document->proofs) {
      if (proof.level != workunit::Level::reproduced) continue;
      if (!is_signed(proof, policy)) unsigned_("the proof of '" + proof.gate + "' is not signed by who may");
    }
  }

  bool is_signed(workunit::Proof const& proof, governance::Document const& policy) {
    if (!proof.attestation || !proof.key || !proof.of) return false;
    auto const key = governance::public_key_from_hex(*proof.key);
    if (!key) return false;
    bool const may = std::ranges::find(keys_, *key) != keys_.end() ||
                     std::ranges::any_of(policy.attestors, [&](auto const& one) { return one.key == *proof.key; });
    if (!may) return false;
    auto const statement = governance::verify({proof.attestation->text, proof.attestation->signature},
                                              StatementKind::proof, lineage_.store, *key);
    if (!statement) return false;
    auto const again = governance::body_of<workunit::Reproduction>(*statement);
    return again && speaks_of(*again, proof);
  }

  Lineage const& lineage_;
  std::span<PublicKey const> keys_;
  Found const& found_;
};

}  // namespace

Result<std::vector<PublicKey>> key_chain(std::span<Signed const> statements, std::string_view store) {
  std::vector<PublicKey> keys;
  for (auto const& statement : statements) {
    auto const kind = keys.empty() ? StatementKind::key_pin : StatementKind::key_replacement;
    DECAPOD_TRY(auto const read, governance::read(statement));
    DECAPOD_TRY(auto const said, governance::verify(statement, kind, store, keys.empty() ? read.key : keys.back()));
    DECAPOD_TRY(auto const change, governance::body_of<governance::KeyChange>(said));
    auto const key = governance::public_key_from_hex(change.key);
    bool const next = key && change.number == static_cast<std::int64_t>(keys.size()) + 1;
    if (!next || (keys.empty() && *key != read.key)) {
      return fail(ErrorCode::signature_invalid, "the history of keys has a gap", {{"number", change.number}});
    }
    keys.push_back(*key);
  }
  return keys;
}

Result<governance::LineageSeal> seal_in(Signed const& statement, std::string_view store,
                                        std::span<PublicKey const> keys) {
  DECAPOD_TRY(auto const said, signed_by_one(statement, StatementKind::lineage, store, keys));
  return governance::body_of<governance::LineageSeal>(said);
}

void hold_hash(RecordPart const& part, Found const& found) {
  auto const previous = sha256_from_hex(part.previous);
  if (previous && hex(audit::link(audit::Chain::mutations, part.sequence, *previous, part.body)) == part.hash) return;
  found(kBundleAltered, "the hash of the record '" + part.what + "' (" + std::to_string(part.sequence) +
                            ") does not follow from its bytes");
}

void check_signatures(Lineage const& lineage, std::span<PublicKey const> keys, Found const& found) {
  SignatureCheck(lineage, keys, found).run();
}

}  // namespace decapod::promote
