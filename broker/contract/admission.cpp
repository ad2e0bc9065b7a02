#include <decapod/base/shell_words.h>
#include <decapod/contract/authority.h>
#include <decapod/governance/evaluation.h>
#include <decapod/governance/statements.h>

namespace decapod::contract {
namespace {

using governance::Demand;
using governance::Lack;

json::array texts(std::vector<std::string> const& from) {
  json::array to;
  for (auto const& text : from) to.emplace_back(text);
  return to;
}

// What every refusal says besides its message.
json::object about(Action const& action, Demand const& demand, std::vector<Lack> const& missing) {
  json::array lacking;
  for (auto const lack : missing) lacking.emplace_back(to_text(lack));
  return {{"operation", action.operation},
          {"risk", to_text(demand.risk)},
          {"reasons", texts(demand.reasons)},
          {"missing", std::move(lacking)}};
}

std::string because(Demand const& demand) {
  return demand.reasons.empty() ? std::string() : ": " + demand.reasons.back();
}

Error refuse_actor(Context& context, Action const& action, Demand const& demand, json::object details) {
  std::string zones;
  for (auto const* zone : demand.zones) {
    if (!zone->actors.empty()) zones.append(zones.empty() ? "" : ", ").append(zone->name);
  }
  return fail(
      ErrorCode::policy_denied,
      context.caller().actor + " is none of those who may do " + std::string(action.operation) + " in zone " + zones,
      std::move(details));
}

Error refuse_trust(Context& context, Action const& action, Demand const& demand, governance::Trust has,
                   json::object details) {
  details["trust_needed"] = to_text(demand.trust);
  details["trust"] = to_text(has);
  auto error = fail(ErrorCode::policy_denied,
                    std::string(action.operation) + " asks for trust '" + std::string(to_text(demand.trust)) + "', " +
                        context.caller().actor + " has '" + std::string(to_text(has)) + '\'' + because(demand),
                    std::move(details));
  error.hint = "the operator signs a token: `" + trust_command(context.caller().actor, demand.trust) + '`';
  return error;
}

}  // namespace

std::string trust_command(std::string_view actor, governance::Trust level) {
  return "decapod policy trust " + shell_word(actor) + " --for-session SESSION --level " + std::string(to_text(level)) +
         " --token-file FILE";
}

namespace {

Error nobody_approves(std::string_view operation) {
  return fail(ErrorCode::approval_required,
              std::string(operation) + " needs an approval, and nobody can give one here");
}

}  // namespace

Result<std::string> consume_approval(Context& context, std::string_view operation, json::object const& meaning) {
  if (auto const* authority = authority_of(context)) return authority->consume(context, operation, meaning);
  return nobody_approves(operation);
}

namespace {

using WholeId = decltype(Subsystem::whole_id);

WholeId whole_id_of(Context& context, std::string_view subsystem) {
  for (auto const* one : context.in_use()) {
    if (one->name == subsystem) return one->whole_id;
  }
  return nullptr;
}

void make_whole(Context& context, WholeId whole, json::value& value) {
  if (value.is_array()) {
    for (auto& element : value.get_array()) make_whole(context, whole, element);
  } else if (value.is_string() && !value.get_string().empty()) {
    if (auto const id = whole(context, value.get_string())) value = *id;
  }
}

}  // namespace

json::object exact_meaning(Context& context, Operation const& operation, json::object meaning) {
  auto const whole = operation.ids.empty() ? nullptr : whole_id_of(context, operation.type->verb->subsystem);
  if (whole == nullptr) return meaning;
  for (auto const& name : operation.ids) {
    if (auto* value = meaning.if_contains(name)) make_whole(context, whole, *value);
  }
  return meaning;
}

Demand demand_of(governance::Document const& document, std::string_view operation, Concern const& concern) {
  auto demand = governance::demand_of(
      document, {.operation = operation, .paths = concern.paths, .labels = concern.labels, .also = concern.operations});
  if (concern.lowers == Lowers::yes) demand.approval = governance::ApprovalNeed::required;
  return demand;
}

namespace {

using Approving = Result<std::string>(Context& context, std::string_view operation, json::object const& meaning);

Result<std::string> find_approval(Context& context, std::string_view operation, json::object const& meaning) {
  if (auto const* authority = authority_of(context)) return authority->find(context, operation, meaning);
  return nobody_approves(operation);
}

// The approval that was needed, had by `approving`; "" if none was.
Result<std::string> judge(Context& context, Action const& action, Approving& approving) {
  DECAPOD_TRY(auto const* policy, policy_in_force(context));
  auto const demand = demand_of(policy->document, action.operation, action.concern);
  auto trust = policy->document.default_trust;
  // A token costs a signature's verification: only who needs one shows it.
  if (demand.trust > trust) {
    DECAPOD_TRY(trust, trust_of_caller(context));
  }
  auto const missing = governance::lacks(demand, policy->endorsed, context.caller().actor, trust);
  if (missing.empty()) return std::string();
  auto details = about(action, demand, missing);
  switch (missing.front()) {
    case Lack::policy:
      return fail(ErrorCode::policy_required,
                  std::string(action.operation) + " is of " + std::string(to_text(demand.risk)) +
                      " risk, and no policy is in force that the operator has signed" + because(demand),
                  std::move(details));
    case Lack::actor:
      return refuse_actor(context, action, demand, std::move(details));
    case Lack::trust:
      return refuse_trust(context, action, demand, trust, std::move(details));
    case Lack::approval:
      break;
  }
  auto approval = action.declared == nullptr
                      ? approving(context, action.operation, action.meaning)
                      : approving(context, action.operation, exact_meaning(context, *action.declared, action.meaning));
  if (approval) return approval;
  auto error = std::move(approval).error();
  for (auto& detail : details) error.details.emplace(detail.key(), std::move(detail.value()));
  return error;
}

}  // namespace

Result<void> admit(Context& context, Action const& action) {
  DECAPOD_TRY(auto approval, judge(context, action, consume_approval));
  if (!approval.empty()) context.admitted_by(std::move(approval));
  return {};
}

Result<std::string> would_admit(Context& context, Action const& action) {
  return judge(context, action, find_approval);
}

}  // namespace decapod::contract
