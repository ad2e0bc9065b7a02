// What is in force, and what it would say.

#include <decapod/governance/glob.h>
#include <decapod/governance/proposal.h>
#include <decapod/governance/statements.h>

#include <algorithm>

#include "approving.h"
#include "differences.h"
#include "handlers.h"
#include "in_force.h"

namespace decapod::policy {
namespace {

// Patterns of operations that nothing decapod can do fits: a slip of the pen protects nothing.
std::vector<std::string> idle_patterns(Context& context, governance::Document const& proposal) {
  std::vector<std::string> names;
  for (auto const* subsystem : context.subsystems()) {
    for (auto const& operation : subsystem->operations) names.push_back(operation_name(*operation.type->verb));
    names.insert(names.end(), subsystem->policy_words.begin(), subsystem->policy_words.end());
  }
  std::vector<std::string> idle;
  for (std::size_t zone = 0; zone < proposal.zones.size(); ++zone) {
    auto const& patterns = proposal.zones[zone].operations;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      auto const fits = [&](std::string const& name) { return governance::name_matches(patterns[i], name); };
      if (std::ranges::any_of(names, fits)) continue;
      idle.push_back("zones[" + std::to_string(zone) + "].operations[" + std::to_string(i) + "]: \"" + patterns[i] +
                     '"');
    }
  }
  return idle;
}

void compare(Context& context, std::optional<std::string> const& text, ShowReply& reply) {
  if (!text) return;
  auto const proposal = governance::parse_proposal(*text);
  if (!proposal) {
    reply.proposal = Proposal::unsound;
    reply.differences.push_back(proposal.error().message);
    return;
  }
  reply.proposal_hash = hex(governance::hash_of(*proposal));
  reply.proposal = reply.proposal_hash == reply.hash ? Proposal::same : Proposal::differs;
  if (reply.proposal == Proposal::differs) {
    reply.changes = differences(reply.document, codec::encode(*proposal));
    for (auto const& change : reply.changes) reply.differences.push_back(change.key);
  }
  reply.idle = idle_patterns(context, *proposal);
}

// What the question is about, with its arguments as they would be judged.
struct Asked {
  contract::Operation const* operation = nullptr;
  json::object arguments;
  json::object meaning;
};

Result<Asked> asked_in(Context& context, Eval const& request) {
  Asked asked;
  if (request.operation.empty()) {
    if (request.params.empty()) return asked;
    auto error = fail(ErrorCode::bad_request, "parameters belong to an operation", {{"field", "params"}});
    error.hint = "name it first: `decapod policy eval todo.archive --params '{\"id\":\"t-4k2m\"}'`";
    return error;
  }
  std::vector<std::string> names;
  for (auto const* subsystem : context.subsystems()) {
    for (auto const& operation : subsystem->operations) {
      names.push_back(operation_name(*operation.type->verb));
      if (names.back() == request.operation) asked.operation = &operation;
    }
  }
  if (asked.operation == nullptr) {
    return fail(ErrorCode::unknown_verb, "there is no operation '" + request.operation + '\'',
                {{"operation", request.operation}});
  }
  if (request.params.empty()) return asked;
  DECAPOD_TRY(auto const given, parse_json(request.params, "'params'"));
  if (!given.is_object()) return fail(ErrorCode::bad_request, "'params' must be an object", {{"field", "params"}});
  DECAPOD_TRY(asked.arguments, asked.operation->type->canonical(given.get_object()));
  asked.meaning =
      contract::exact_meaning(context, *asked.operation, meaning_of(*asked.operation->type, asked.arguments));
  return asked;
}

Result<contract::Concern> concern_of(Context& context, Eval const& request, Asked const& asked) {
  contract::Concern concern;
  if (asked.operation != nullptr && asked.operation->concern != nullptr && !request.params.empty()) {
    concern = asked.operation->concern(context, asked.arguments);
  }
  // A request tells its paths when it is made; here, whoever asks may tell them.
  if (!request.path.empty()) std::erase(concern.paths, governance::kUntoldPaths);
  concern.paths.insert(concern.paths.end(), request.path.begin(), request.path.end());
  if (request.task.empty()) return concern;
  DECAPOD_TRY(auto const task, contract::work_facts(context, request.task));
  concern.labels.insert(concern.labels.end(), task.labels.begin(), task.labels.end());
  return concern;
}

bool is_judged(Asked const& asked) {
  return asked.operation == nullptr || (asked.operation->type->verb->access == Access::write &&
                                        asked.operation->warrant == contract::Warrant::policy);
}

std::string command_for(Context& context, EvalReply const& reply, Asked const& asked, Sha256 const& digest) {
  if (reply.missing.empty()) return "";
  switch (reply.missing.front()) {
    case governance::Lack::policy:
      return "decapod policy activate";
    case governance::Lack::trust:
      return contract::trust_command(context.caller().actor, reply.trust_needed);
    case governance::Lack::approval:
      return asked.operation != nullptr && reply.parameters
                 ? approve_command(context.caller().actor, reply.operation, asked.meaning, digest)
                 : std::string();
    case governance::Lack::actor:
      break;
  }
  return "";
}

}  // namespace

// A policy that is not what was signed is shown as that, with all that the operator needs to sign anew.
Result<ShowReply> show(Context& context, Show const& request) {
  ShowReply reply{.store_uuid = context.facts().store_uuid};
  if (auto const policy = contract::policy_in_force(context)) {
    reply.endorsed = (*policy)->endorsed;
    reply.sequence = (*policy)->sequence;
    reply.hash = hex(hash_of(**policy));
    reply.document = codec::encode((*policy)->document).as_object();
  } else {
    reply.sequence = last_sequence(context);
    reply.unsound = policy.error().message;
  }
  for (auto const& key : store::keys(context.store())) {
    reply.keys.push_back({.number = key.number, .key = key.key, .since = key.at});
  }
  compare(context, request.proposal, reply);
  return reply;
}

Result<EvalReply> eval(Context& context, Eval const& request) {
  DECAPOD_TRY(auto const* policy, contract::policy_in_force(context));
  DECAPOD_TRY(auto const asked, asked_in(context, request));
  DECAPOD_TRY(auto const concern, concern_of(context, request, asked));
  EvalReply reply{.store_uuid = context.facts().store_uuid,
                  .operation = request.operation,
                  .endorsed = policy->endorsed,
                  .policy_hash = hex(hash_of(*policy))};
  DECAPOD_TRY(reply.trust, contract::trust_of_caller(context));
  // What the policy does not judge, it asks nothing of.
  if (!is_judged(asked)) return reply;
  auto const demand = contract::demand_of(policy->document, request.operation, concern);
  reply.risk = demand.risk;
  reply.reasons = demand.reasons;
  if (std::ranges::find(concern.paths, governance::kUntoldPaths) != concern.paths.end()) {
    reply.reasons.emplace_back("a request tells its paths itself, and this question names none: --path does");
  }
  for (auto const* zone : demand.zones) reply.zones.push_back(zone->name);
  reply.trust_needed = demand.trust;
  reply.approval = demand.approval;
  reply.proof = demand.proof;
  reply.seal = demand.seal;
  reply.missing = governance::lacks(demand, policy->endorsed, context.caller().actor, reply.trust);
  Sha256 digest;
  if (asked.operation != nullptr && !request.params.empty()) {
    reply.parameters = asked.meaning;
    digest = governance::parameters_digest(request.operation, asked.meaning);
    reply.digest = hex(digest);
    DECAPOD_TRY(auto const usable, find_usable(context, request.operation, digest));
    reply.approval_id = usable.id;
    if (!usable.id.empty()) std::erase(reply.missing, governance::Lack::approval);
  }
  reply.command = command_for(context, reply, asked, digest);
  return reply;
}

}  // namespace decapod::policy
