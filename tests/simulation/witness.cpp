#include "witness.h"

#include <fmt/core.h>

namespace decapod::sim {
namespace {

using test::Known;
using test::Way;

}  // namespace

std::optional<Way> way_of(Ask ask) {
  switch (ask) {
    case Ask::refuse:
      return Way::refuse;
    case Ask::busy:
      return Way::busy;
    case Ask::fault:
      return Way::exception;
    case Ask::roll_back:
      return Way::roll_back;
    case Ask::add:
    case Ask::again:
    case Ask::look:
    case Ask::peek:
      break;
  }
  return std::nullopt;
}

bool is_read(Ask ask) {
  return ask == Ask::look || ask == Ask::peek;
}

Witness::Question Witness::ask(RequestPlan const& plan, std::string key, SteadyTime deadline) {
  Question question{.plan = plan, .key = std::move(key), .deadline = deadline};
  auto const known = knowledge_.requests.find(plan.name);
  if (known != knowledge_.requests.end()) question.before = known->second;
  question.acknowledged =
      question.before && (question.before->known == Known::committed || question.before->known == Known::seen);
  if (is_read(plan.ask)) return question;
  question.number = ++asked_[plan.name];
  if (!question.before || question.before->known == Known::refused) {
    knowledge_.requests[plan.name] = {.known = Known::unsure, .commit_seq = 0, .way = way_of(plan.ask)};
  }
  return question;
}

Witness::Wiser Witness::hear(Question const& question, Result<ipc::Reply> const& answer) {
  auto const& name = question.plan.name;
  if (!answer) {
    world_.say("witness", fmt::format("'{}' ends with {}", name, answer.error().message));
    bool const unknown = answer.error().code == ErrorCode::outcome_unknown;
    if (unknown && world_.defect() != Defect::unknown_is_no) return Wiser::no;
    if (!is_read(question.plan.ask)) refuse(question, false);
    return Wiser::yes;
  }
  world_.say("witness", fmt::format("'{}' is answered {} {}", name, decapod::to_text(answer->status),
                                    answer->error ? answer->error->code : ""));
  if (is_read(question.plan.ask)) {
    hear_read(question, *answer);
    return Wiser::yes;
  }
  auto& known = knowledge_.requests[name];
  if (answer->status == ipc::Status::COMMITTED) {
    auto const seq = answer->commit_seq.value_or(0);
    if (seq == 0) world_.blame("'" + name + "' was acknowledged without a marker");
    if (known.known == Known::committed && known.commit_seq != seq) world_.blame("'" + name + "' was committed twice");
    if (known.known == Known::refused_for_good) world_.blame("'" + name + "' was refused, then applied");
    if (way_of(question.plan.ask)) world_.blame("'" + name + "' must fail and was acknowledged");
    known = {.known = Known::committed, .commit_seq = seq, .way = known.way};
    return Wiser::yes;
  }
  if (answer->status != ipc::Status::NOT_COMMITTED) return Wiser::no;
  bool const remembered = question.plan.ask == Ask::refuse && answer->error && answer->error->code == "REFUSED";
  refuse(question, remembered);
  return Wiser::yes;
}

// Of other attempts under the same name, which may be under way or unsure, a refusal says nothing.
void Witness::refuse(Question const& question, bool remembered) {
  auto& known = knowledge_.requests[question.plan.name];
  if (known.known == Known::committed || known.known == Known::seen) return;
  bool const only_one =
      (!question.before || question.before->known == Known::refused) && asked_[question.plan.name] == question.number;
  if (remembered) {
    known.known = Known::refused_for_good;
  } else if (only_one) {
    known.known = Known::refused;
  }
}

void Witness::hear_read(Question const& question, ipc::Reply const& reply) {
  if (!reply.data) return;
  auto const value = reply.data->at("value").to_number<std::int64_t>();
  auto const& name = question.plan.name;
  if (value > 1) world_.blame(fmt::format("'{}' is applied {} times", name, value));
  if (value == 0 && question.acknowledged) world_.blame("a read does not show '" + name + "', which was acknowledged");
  auto const known = knowledge_.requests.find(name);
  if (value == 0) return;
  if (known == knowledge_.requests.end()) return world_.blame("a read shows '" + name + "', which was never sent");
  if (known->second.known == Known::unsure) known->second.known = Known::seen;
  if (known->second.known == Known::refused || known->second.known == Known::refused_for_good) {
    world_.blame("a read shows '" + name + "', which was refused");
  }
}

void Witness::exported(std::uint64_t mutations, std::uint64_t reads) {
  knowledge_.exported_mutations = mutations;
  knowledge_.exported_reads = reads;
}

}  // namespace decapod::sim
