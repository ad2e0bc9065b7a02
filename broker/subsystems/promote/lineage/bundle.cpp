#include <decapod/base/tracked_paths.h>
#include <decapod/promote_lineage/bundle.h>

#include <decapod/audit/checkpoint.h>
#include <decapod/base/id.h>
#include <decapod/governance/canonical_json.h>
#include <decapod/governance/statements.h>
#include <decapod/promote_lineage/agreement.h>
#include <decapod/promote_lineage/entry.h>

#include <algorithm>

#include "artifacts.h"
#include "signatures.h"

namespace decapod::promote {
namespace {

using governance::PublicKey;

std::string short_of(std::string_view hash) {
  constexpr std::size_t kShown = 16;
  return std::string(hash.substr(0, kShown));
}

// The bundle's own parts, each against the one that names it.
class BundleCheck {
 public:
  BundleCheck(Bundle const& bundle, Found const& found) : bundle_(bundle), found_(found) {}

  void run(std::optional<std::string> const& operator_pub) {
    auto const& lineage = bundle_.lineage;
    hold("schema", bundle_.schema, kBundleSchema);
    hold("lineage's schema", lineage.schema, kLineageSchema);
    hold("record", bundle_.record.what, record_name(bundle_.id));
    hold("digest", bundle_.digest, digest_of(canonical(lineage)));
    hold("id", bundle_.id, id_of(bundle_.digest));
    hold("word that it rests on", to_text(bundle_.rests_on), to_text(word_of(bundle_)));
    hold_record();
    hold_checkpoint();
    auto const keys = key_chain(bundle_.keys, lineage.store);
    if (!keys) return found_(kBundleUnsigned, "the operator's keys in it are no chain: " + keys.error().message);
    hold_published_key(*keys, operator_pub);
    hold_seal(*keys);
    hold_entry();
    check_lineage(lineage, *keys, found_);
  }

 private:
  void hold(std::string_view what, std::string_view said, std::string_view is) {
    if (said != is) {
      found_(kBundleAltered, "its " + std::string(what) + " is " + std::string(said) + ", and should be " +
                                 (is.empty() ? "another" : std::string(is)));
    }
  }

  void hold_record() {
    auto const& part = bundle_.record;
    auto const record = audit::parse_record(part.body);
    if (!record) return found_(kBundleAltered, "its record of the trail cannot be read");
    auto const marker = to_string(Marker{record->epoch, record->commit_seq});
    hold("marker", bundle_.lineage.marker, marker);
    hold("place in the chain", std::to_string(part.sequence), std::to_string(record->commit_seq));
    hold("operation", record->request_type, kOperation);
    hold("actor", record->actor, bundle_.lineage.by);
    for (auto const& key : {promotion_key(bundle_.id), lineage_key(bundle_.digest)}) {
      if (std::ranges::find(record->affected_keys, key) != record->affected_keys.end()) continue;
      found_(kBundleAltered, "the record that it left does not name " + key);
    }
    hold_hash(part, found_);
    hold_ledger(*record, marker);
  }

  void hold_ledger(audit::Record const& record, std::string const& marker) {
    auto const& row = bundle_.ledger;
    hold("row of the ledger: the key", row.key, record.idempotency_key);
    hold("row of the ledger: the digest", row.digest, record.request_digest ? hex(*record.request_digest) : "");
    hold("row of the ledger: the request", row.request_id, record.request_id);
    hold("row of the ledger: the operation", row.operation, record.request_type);
    hold("row of the ledger: the actor", row.actor, record.actor);
    hold("row of the ledger: the marker", row.marker, marker);
    hold("row of the ledger: the time", to_string(row.at), to_string(record.ts));
  }

  void hold_checkpoint() {
    auto const checkpoint = audit::parse_checkpoint(bundle_.checkpoint);
    if (!checkpoint) return found_(kBundleAltered, "its checkpoint cannot be read");
    hold("checkpoint: the store", checkpoint->store_uuid, bundle_.lineage.store);
    hold("checkpoint: the size", std::to_string(checkpoint->mutations.size), std::to_string(bundle_.record.sequence));
    hold("checkpoint: the head", hex(checkpoint->mutations.head), bundle_.record.hash);
    hold("checkpoint", bundle_.checkpoint, audit::to_text(*checkpoint));
  }

  void hold_published_key(std::vector<PublicKey> const& keys, std::optional<std::string> const& operator_pub) {
    auto const last = keys.empty() ? std::string() : to_hex(keys.back());
    if (last.empty() && !operator_pub) return;
    if (operator_pub && *operator_pub == last + '\n') return;
    found_(kBundleUnsigned,
           ".decapod/operator.pub has " + (operator_pub ? short_of(*operator_pub) : std::string("nothing")) +
               ", and the operator's key in the bundle is " + (last.empty() ? "none" : short_of(last)) +
               ": after a replacement of the key, `decapod promote export` writes it anew");
  }

  void hold_seal(std::vector<PublicKey> const& keys) {
    if (awaits_seal(bundle_)) found_(kBundleUnsealed, "its policy asks for the operator's seal, and it has none");
    if (!bundle_.seal) return;
    auto const sealed = seal_in(*bundle_.seal, bundle_.lineage.store, keys);
    if (!sealed) return found_(kBundleUnsigned, "its seal does not count: " + sealed.error().message);
    hold("seal: the promotion", sealed->promotion, bundle_.id);
    hold("seal: the lineage", sealed->digest, bundle_.digest);
    hold("seal: the record", sealed->record, bundle_.record.hash);
  }

  // An entry became procedural by the promotion's own commit; where a seal is asked for, by that of the seal.
  void hold_entry() {
    auto const& lineage = bundle_.lineage;
    auto const record = audit::parse_record(bundle_.record.body);
    if (!lineage.entry || !record || seal_need_of(lineage) == governance::SealNeed::required) return;
    auto const key = knowledge::promotion_key(lineage.entry->id);
    if (std::ranges::find(record->affected_keys, key) != record->affected_keys.end()) return;
    found_(kBundleAltered, "the record that it left does not name " + key);
  }

  Bundle const& bundle_;
  Found const& found_;
};

}  // namespace

Word word_of(Bundle const& bundle) {
  if (bundle.seal) return Word::seal;
  if (bundle.lineage.approval) return Word::approval;
  return bundle.lineage.policy.sequence > 0 ? Word::policy : Word::none;
}

bool awaits_seal(Bundle const& bundle) {
  return !bundle.seal && seal_need_of(bundle.lineage) == governance::SealNeed::required;
}

std::string bundle_text(Bundle const& bundle) {
  return governance::canonical_json(codec::encode(bundle)) + '\n';
}

Result<Bundle> parse_bundle(std::string_view text) {
  if (!text.ends_with('\n')) return fail(ErrorCode::bad_request, "a bundle ends with a line feed");
  DECAPOD_TRY(auto const object,
              governance::parse_canonical_json(text.substr(0, text.size() - 1), "the lineage bundle"));
  DECAPOD_TRY(auto bundle, codec::decode<Bundle>(json::value(object), codec::Unknown::refuse));
  if (bundle_text(bundle) == text) return bundle;
  return fail(ErrorCode::bad_request, "the bundle is not spelled as it must be");
}

void check_bundle(Bundle const& bundle, std::optional<std::string> const& operator_pub, Found const& found) {
  BundleCheck(bundle, found).run(operator_pub);
}

void check_lineage(Lineage const& lineage, std::span<PublicKey const> keys, Found const& found) {
  for (auto const& record : lineage.records) hold_hash(record, found);
  check_signatures(lineage, keys, found);
  // How old the proofs were is the store's to say: the clock of a clone is another one.
  for (auto const& one : disagreements(lineage, lineage.at)) {
    found(kBundleDisagrees, sentence_of(one) + " (" + name_of(one.code) + ')');
  }
}

GateReport judge_bundles(std::span<BundleFile const> files, std::optional<std::string> const& operator_pub) {
  GateReport report;
  report.gate = "promote.bundles";
  report.meaning = "Every lineage bundle in the tree is what it was when it was written, and agrees with itself";
  if (files.empty()) report.status = GateStatus::not_applicable;
  for (auto const& file : files) {
    auto const found = [&](std::string_view code, std::string message) {
      add_finding(report, {.code = std::string(code),
                           .message = std::move(message),
                           .where = file.path,
                           .hint = "put back what was committed; `decapod promote export` writes it from the store"});
    };
    auto const bundle = parse_bundle(file.text);
    if (!bundle) {
      found(kBundleUnreadable, bundle.error().message);
      continue;
    }
    if (file.path != std::string(kLineageFolder) + '/' + bundle->id + ".json") {
      found(kBundleAltered, "it is the bundle of " + bundle->id);
    }
    check_bundle(*bundle, operator_pub, found);
    if (bundle->rests_on == Word::none || bundle->rests_on == Word::policy) {
      report.notices.push_back(bundle->id + " has no signature of its own: it rests on " +
                               (bundle->rests_on == Word::policy ? "the signed policy" : "nobody's word"));
    }
  }
  return report;
}

}  // namespace decapod::promote
