#include "knowledge.h"

namespace decapod::test {
namespace {

std::string judge(Found const& found, Answer const& answer) {
  bool const applied = found.effects == 1 && found.status == "COMMITTED";
  switch (answer.known) {
    case Known::unsure:
      return "";  // none or one, and consistent: `faults` has seen to that
    case Known::seen:
      return applied ? "" : "was read and is lost";
    case Known::committed:
      if (!applied) return "was acknowledged and is lost";
      return found.commit_seq == answer.commit_seq ? "" : "was acknowledged under another commit_seq";
    case Known::refused:
      return found.effects == 0 && found.status != "COMMITTED" ? "" : "was refused and is applied";
    case Known::refused_for_good:
      return found.effects == 0 && found.status == "NOT_COMMITTED" ? "" : "was refused, and that is forgotten";
  }
  return "";
}

}  // namespace

std::vector<std::string> contradictions(Observation const& observation, Knowledge const& knowledge) {
  auto all = observation.faults;
  for (auto const& [name, answer] : knowledge.requests) {
    auto const found = observation.requests.find(name);
    auto const text = judge(found == observation.requests.end() ? Found{} : found->second, answer);
    if (!text.empty()) all.push_back("request '" + name + "' " + text);
  }
  for (auto const& [name, found] : observation.requests) {
    if (!knowledge.requests.contains(name)) all.push_back("request '" + name + "' is there and was never sent");
  }
  if (observation.mutations < knowledge.exported_mutations)
    all.emplace_back("the store has less than the exported trail");
  if (observation.reads < knowledge.exported_reads)
    all.emplace_back("the store has fewer reads than the exported trail");
  return all;
}

std::string to_text(Observation const& observation) {
  std::string text = std::to_string(observation.mutations) + '/' + std::to_string(observation.reads) + '\n';
  for (auto const& fault : observation.faults) text += fault + '\n';
  for (auto const& [name, found] : observation.requests) {
    text += name + ' ' + std::to_string(found.effects) + ' ' + found.status + ' ' + std::to_string(found.commit_seq);
    text += '\n';
  }
  return text;
}

}  // namespace decapod::test
