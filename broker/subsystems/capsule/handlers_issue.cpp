#include "granting.h"
#include "handlers.h"
#include "store.h"

#include <decapod/capsule_record/canonical.h>
#include <decapod/capsule_record/check.h>
#include <decapod/capsule_selection/select.h>

namespace decapod::capsule {
namespace {

using contract::Context;

Error no_words(std::string const& topic) {
  auto error = fail(ErrorCode::bad_request, "the topic '" + topic + "' has no word to look for", {{"field", "topic"}});
  error.hint = "give some words, such as --topic 'leader election'";
  return error;
}

// The repository is read before the store is asked for the last word, and the policy may have been changed in between.
// Not busy: to send the same request again is of no use.
Error policy_moved(Material const& material, Granted const& granted) {
  return fail(ErrorCode::policy_moved, "the policy was changed while the documents were read",
              {{"read_under", material.policy}, {"in_force", granted.policy}});
}

Result<Material> material_of(Issue const& request, Granted const& granted) {
  if (!request.material) {
    return fail(ErrorCode::capsule_revision_unresolved, "there is no revision to take documents from: HEAD names none");
  }
  if (request.material->policy != granted.policy) return policy_moved(*request.material, granted);
  return *request.material;
}

Capsule assemble(Issue const& request, Purpose const& purpose, Granted const& granted, Material material) {
  return {.topic = request.topic,
          .scope = request.scope,
          .task = purpose.task,
          .workunit = purpose.workunit,
          .tier = granted.tier,
          .limit = granted.limit,
          .policy = granted.policy,
          .documents = granted.documents,
          .revision = std::move(material.revision),
          .matched = material.matched,
          .excerpts = std::move(material.excerpts)};
}

store::Row row_for(Context& context, Capsule const& capsule) {
  store::Row row;
  row.document = canonical(capsule);
  row.hash = hash_of(row.document);
  row.brief = {.id = id_of(row.hash),
               .hash = hex(row.hash),
               .topic = capsule.topic,
               .scope = capsule.scope,
               .task = capsule.task,
               .workunit = capsule.workunit,
               .tier = capsule.tier,
               .policy = capsule.policy,
               .commit = capsule.revision.commit,
               .excerpts = static_cast<std::int64_t>(capsule.excerpts.size()),
               .issued_at = context.now().wall,
               .issued_by = context.caller().actor};
  return row;
}

// The same capsule is there, or is put there. Two that share the beginning of their hash are nobody's accident.
Result<Already> keep(Context& context, store::Row& row) {
  if (auto existing = store::find(context.store(), row.brief.id)) {
    if (existing->hash != row.hash) {
      return fail(ErrorCode::already_exists, "another capsule has the id " + row.brief.id, {{"id", row.brief.id}});
    }
    row = *std::move(existing);
    return Already::yes;
  }
  store::insert(context.store(), row);
  context.affects("capsule/capsule/" + row.brief.id);
  // The trail names all of the hash, so that no other content can ever pass for this one.
  context.affects("capsule/hash/" + row.brief.hash);
  return Already::no;
}

}  // namespace

Result<Granted> grant(Context& context, Grant const& request) {
  DECAPOD_TRY(auto const purpose, purpose_of(context, request.task, request.workunit));
  return granted_to(context, purpose, request);
}

Result<IssueReply> issue(Context& context, Issue const& request) {
  if (!has_words(request.topic)) return no_words(request.topic);
  DECAPOD_TRY(auto const purpose, purpose_of(context, request.task, request.workunit));
  DECAPOD_TRY(auto const granted,
              granted_to(context, purpose, {.scope = request.scope, .limit = request.limit, .write = request.write}));
  DECAPOD_TRY(auto material, material_of(request, granted));
  IssueReply reply{.left_out = material.left_out, .left_out_total = material.left_out_total};
  auto const capsule = assemble(request, purpose, granted, std::move(material));
  DECAPOD_CHECK(check(capsule));
  auto row = row_for(context, capsule);
  DECAPOD_TRY(reply.already, keep(context, row));
  reply.capsule = std::move(row.brief);
  reply.matched = capsule.matched;
  for (auto const& excerpt : capsule.excerpts) {
    reply.excerpts.push_back({excerpt.path, excerpt.first_line, excerpt.last_line});
  }
  return reply;
}

}  // namespace decapod::capsule
