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
  auto& open = open_[plan.name];
  std::erase_if(open, [](auto const& other) { return other.expired(); });
  question.alone = open.empty();
  question.open = std::make_shared<int>(question.number);
  open.push_back(question.open);
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
    if (!is_read(question.plan.ask)) refuse(question, Of::this_attempt, Remembered::no);
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
  refuse(question, answer->vouched == ipc::Vouched::yes ? Of::every_attempt : Of::this_attempt,
         remembered ? Remembered::yes : Remembered::no);
  return Wiser::yes;
}

// Whether nobody else has asked under this name from before this question was asked until now.
bool Witness::is_the_only_one(Question const& question) const {
  return question.alone && asked_.at(question.plan.name) == question.number;
}

// A refusal says nothing of other attempts under the same name, which may be under way or unsure; unless the ledger was
// asked, and has nothing: then nothing is left of those that have ended before.
void Witness::refuse(Question const& question, Of of, Remembered remembered) {
  auto& known = knowledge_.requests[question.plan.name];
  bool const speaks_of_all = of == Of::every_attempt && is_the_only_one(question);
  bool const was_seen_meanwhile = speaks_of_all && known.known == Known::seen;
  if ((of == Of::every_attempt && question.acknowledged) || was_seen_meanwhile) {
    world_.blame("the ledger has nothing of '" + question.plan.name + "', which was there");
  }
  if (known.known == Known::committed || known.known == Known::seen) return;
  bool const was_refused = !question.before || question.before->known == Known::refused;
  bool const first = was_refused && asked_.at(question.plan.name) == question.number;
  if (remembered == Remembered::yes) {
    known.known = Known::refused_for_good;
  } else if (first || speaks_of_all) {
    if (known.known != Known::refused_for_good) known.known = Known::refused;
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
