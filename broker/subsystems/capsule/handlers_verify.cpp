#include "granting.h"
#include "handlers.h"
#include "rules.h"
#include "store.h"

#include <decapod/base/counted.h>
#include <decapod/capsule_record/canonical.h>
#include <decapod/capsule_record/check.h>
#include <decapod/capsule_record/compare.h>

#include <algorithm>

namespace decapod::capsule {
namespace {

using contract::Context;

std::string words_for(Revision const& revision) {
  return "commit " + revision.commit + ", tree " + revision.tree;
}

class Verification {
 public:
  Verification(Context& context, Verify const& request, store::Row const& row, Capsule const& capsule)
      : context_(context), request_(request), row_(row), capsule_(capsule) {}

  std::vector<Check> run() && {
    hold_hash();
    hold_revision();
    hold_excerpts();
    hold_head();
    hold_policy();
    hold_grant();
    return std::move(checks_);
  }

 private:
  void say(Subject subject, std::string recorded, std::string found) {
    auto const verdict = recorded == found ? Verdict::agrees : Verdict::disagrees;
    checks_.push_back({subject, verdict, std::move(recorded), std::move(found)});
  }
  void cannot_tell(Subject subject, std::string recorded, std::string why) {
    checks_.push_back({subject, Verdict::unknown, std::move(recorded), std::move(why)});
  }

  void hold_hash() {
    auto const computed = hash_of(row_.document);
    say(Subject::hash, row_.brief.id + ' ' + hex(row_.hash), id_of(computed) + ' ' + hex(computed));
    if (auto const sound = check(capsule_); !sound) {
      checks_.push_back({Subject::hash, Verdict::disagrees, "what its inputs can give", sound.error().message});
    }
  }

  void hold_revision() {
    if (request_.found)
      return say(Subject::revision, words_for(capsule_.revision), words_for(request_.found->revision));
    cannot_tell(Subject::revision, words_for(capsule_.revision), "this clone does not have it");
  }

  void hold_excerpts() {
    if (!request_.found) {
      return cannot_tell(Subject::excerpts, counted(capsule_.excerpts.size(), "excerpt"),
                         "they could not be taken again");
    }
    std::ranges::move(compare_excerpts(capsule_, *request_.found), std::back_inserter(checks_));
  }

  void hold_head() {
    if (request_.head) return say(Subject::head, capsule_.revision.commit, request_.head->commit);
    cannot_tell(Subject::head, capsule_.revision.commit, "HEAD names nothing");
  }

  void hold_policy() {
    auto const policy = policy_of(context_);
    if (!policy) return cannot_tell(Subject::policy, capsule_.policy, policy.error().message);
    say(Subject::policy, capsule_.policy, hex(hash_of(**policy)));
  }

  // What the task would be given now.
  void hold_grant() {
    auto const tier = std::string(to_text(capsule_.tier));
    auto const purpose =
        purpose_of(context_, capsule_.workunit ? std::nullopt : std::optional(capsule_.task), capsule_.workunit);
    if (!purpose) return cannot_tell(Subject::tier, tier, purpose.error().message);
    if (purpose->task != capsule_.task) say(Subject::tier, "task " + capsule_.task, "task " + purpose->task);
    auto const policy = policy_of(context_);
    if (!policy) return;
    auto const now = rules::tier_of(**policy, purpose->labels);
    if (!now) return cannot_tell(Subject::tier, tier, now.error().message);
    say(Subject::tier, tier, std::string(to_text(*now)));
    auto const given = rules::grant(**policy, *now, {.scope = capsule_.scope, .limit = capsule_.limit});
    auto const recorded = "scope " + capsule_.scope + ", " + counted(capsule_.limit, "excerpt");
    if (!given) return checks_.push_back({Subject::grant, Verdict::disagrees, recorded, given.error().message});
    bool const same = given->documents == capsule_.documents;
    say(Subject::grant, recorded, same ? recorded : "the scope has other documents");
  }

  Context& context_;
  Verify const& request_;
  store::Row const& row_;
  Capsule const& capsule_;
  std::vector<Check> checks_;
};

}  // namespace

Result<VerifyReply> verify(Context& context, Verify const& request) {
  DECAPOD_TRY(auto const row, store::resolve(context.store(), request.id));
  VerifyReply reply{.id = row.brief.id, .hash = row.brief.hash};
  auto const capsule = parse(row.document);
  if (capsule) {
    reply.checks = Verification(context, request, row, *capsule).run();
  } else {
    reply.checks.push_back({Subject::hash, Verdict::disagrees, row.brief.hash, capsule.error().message});
  }
  reply.disagreements =
      std::ranges::count_if(reply.checks, [](Check const& check) { return check.verdict != Verdict::agrees; });
  return reply;
}

}  // namespace decapod::capsule
