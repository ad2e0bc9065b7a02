#include <decapod/contract/authority.h>
#include <decapod/contract/subsystem.h>
#include <decapod/promote_lineage/entry.h>
#include <decapod/workunit/record.h>

#include "handlers.h"
#include "promotion.h"

#include <algorithm>

namespace decapod::promote {
namespace {

using contract::Context;

class Verification {
 public:
  Verification(Context& context, Verify const& request, Lineage const& lineage)
      : context_(context), request_(request), lineage_(lineage) {}

  Result<VerifyReply> run(store::Row const& row) {
    for (auto const& part : lineage_.work) {
      DECAPOD_TRY(auto const document,
                  codec::decode<workunit::Document>(json::value(part.document), codec::Unknown::refuse));
      look_at_gates(part.id, document);
      look_at_files(document);
      look_at_age(document);
    }
    auto const sealed = look_at_seal(row);
    DECAPOD_CHECK(look_at_entry(row, sealed));
    look_at_tree();
    look_at_revision();
    DECAPOD_CHECK(look_at_policy());
    reply_.id = row.id;
    return std::move(reply_);
  }

 private:
  void say(Matter matter, Verdict verdict, std::string what, std::string recorded, std::string found) {
    if (verdict == Verdict::broken || (verdict == Verdict::stale && reply_.verdict == Verdict::holds)) {
      reply_.verdict = verdict;
    }
    reply_.points.push_back({matter, verdict, std::move(what), std::move(recorded), std::move(found)});
  }

  void look_at_gates(std::string const& unit, workunit::Document const& document) {
    for (auto const& gate : document.unit.plan) {
      auto const what = unit + ' ' + gate.name;
      auto const ran = std::ranges::find_if(request_.replays,
                                            [&](auto const& one) { return one.unit == unit && one.gate == gate.name; });
      if (ran == request_.replays.end()) {
        say(Matter::replay, Verdict::unknown, what, "passed", "it was not run");
      } else {
        auto const verdict = ran->outcome == Replayed::passed ? Verdict::holds : Verdict::broken;
        say(Matter::replay, verdict, what, "passed", ran->words);
      }
    }
  }

  void look_at_files(workunit::Document const& document) {
    for (auto const& reference : document.unit.references) {
      if (reference.kind == workunit::ReferenceKind::capsule) continue;
      look_at_file(reference.name, reference.sha256);
    }
  }

  void look_at_file(std::string const& name, std::string const& recorded) {
    auto const now = std::ranges::find(request_.files, name, &FileNow::path);
    if (now == request_.files.end()) return say(Matter::files, Verdict::unknown, name, recorded, "nobody looked");
    say(Matter::files, now->sha256 == recorded ? Verdict::holds : Verdict::stale, name, recorded,
        now->sha256.empty() ? "nothing" : now->sha256);
  }

  void look_at_age(workunit::Document const& document) {
    if (!document.unit.verified) return;
    for (auto const& proof : document.proofs) {
      if (std::ranges::find(document.unit.verified->proofs, proof.id) == document.unit.verified->proofs.end()) continue;
      bool const old = context_.now().wall - proof.made_at > workunit::kFreshFor;
      say(Matter::age, old ? Verdict::stale : Verdict::holds, document.unit.id + ' ' + proof.gate,
          to_string(proof.made_at), "it counts for " + to_string(workunit::kFreshFor));
    }
  }

  // What it rests on, and whether it is still what is to be followed, by this promotion.
  Result<void> look_at_entry(store::Row const& row, Sealed sealed) {
    if (!lineage_.entry) return {};
    DECAPOD_TRY(auto const document, document_in(*lineage_.entry));
    for (auto const& view : document.provenance) {
      if (view.kind != knowledge::SourceKind::file) continue;
      look_at_file(as_text(knowledge::source_in(view)), view.sha256.value_or(""));
    }
    DECAPOD_TRY(auto const facts, contract::knowledge_facts(context_, lineage_.entry->id));
    if (facts.until) context_.valid_until(*facts.until);
    auto const live = facts.state == contract::KnowledgeState::live;
    say(Matter::entry, live ? Verdict::holds : Verdict::stale, facts.id, lineage_.entry->state,
        std::string(to_text(facts.state)));
    // What waits for its seal has made nothing procedural yet.
    if (sealed == Sealed::awaited) return {};
    auto const by = facts.promotion ? facts.promotion->record : std::string("nothing");
    say(Matter::entry, by == row.id ? Verdict::holds : Verdict::broken, facts.id + ", procedural", row.id, by);
    return {};
  }

  Sealed look_at_seal(store::Row const& row) {
    static constexpr auto kSignature = "the operator's signature";
    auto const sealed = sealed_of(context_, row, lineage_);
    auto const seal = confirmed_seal(context_, row);
    if (!seal) {
      say(Matter::seal, Verdict::broken, row.id, kSignature, seal.error().message);
    } else if (sealed != Sealed::no) {
      say(Matter::seal, *seal ? Verdict::holds : Verdict::broken, row.id, kSignature, *seal ? kSignature : "nothing");
    }
    return sealed;
  }

  void look_at_tree() {
    if (request_.here.empty()) {
      return say(Matter::tree, Verdict::unknown, "the files", lineage_.tree, "nobody looked");
    }
    say(Matter::tree, request_.here == lineage_.tree ? Verdict::holds : Verdict::moved, "the files", lineage_.tree,
        request_.here);
  }

  void look_at_revision() {
    bool const looked = !request_.reached.empty() && request_.reached.front().commit == lineage_.revision;
    if (!looked) {
      return say(Matter::revision, Verdict::unknown, "the history of HEAD", lineage_.revision, "nobody looked");
    }
    bool const there = request_.reached.front().ancestor == Ancestor::yes;
    say(Matter::revision, there ? Verdict::holds : Verdict::broken, "the history of HEAD", lineage_.revision,
        there ? lineage_.revision : "HEAD does not have it");
  }

  Result<void> look_at_policy() {
    DECAPOD_TRY(auto const* policy, contract::policy_in_force(context_));
    auto const now = hex(hash_of(*policy));
    say(Matter::policy, now == lineage_.policy.hash ? Verdict::holds : Verdict::stale, "the policy",
        lineage_.policy.hash, now);
    return {};
  }

  Context& context_;
  Verify const& request_;
  Lineage const& lineage_;
  VerifyReply reply_;
};

}  // namespace

Result<VerifyReply> verify(Context& context, Verify const& request) {
  DECAPOD_TRY(auto const promotion, load(context, request.id));
  return Verification(context, request, promotion.lineage).run(promotion.row);
}

}  // namespace decapod::promote
