#include "concerns.h"

#include <decapod/governance/vocabulary.h>

#include <algorithm>

#include "store.h"

namespace decapod::todo {
namespace {

void add_risk_labels(contract::Concern& concern, std::vector<std::string> const& labels) {
  for (auto const& label : labels) {
    if (governance::risk_of_label(label)) concern.labels.push_back(label);
  }
}

}  // namespace

contract::Concern concern_of_edit(contract::Context&, Edit const& request) {
  contract::Concern concern;
  add_risk_labels(concern, request.remove_label);
  return concern;
}

contract::Concern concern_of_import(contract::Context& context, Import const& request) {
  contract::Concern concern;
  if (request.on_conflict != OnConflict::update) return concern;
  for (auto const& record : request.items) {
    auto const item = store::find_exactly(context.store(), record.id);
    if (!item) continue;
    auto lost = store::labels(context.store(), item->number);
    std::erase_if(
        lost, [&](std::string const& label) { return std::ranges::find(record.labels, label) != record.labels.end(); });
    add_risk_labels(concern, lost);
  }
  return concern;
}

}  // namespace decapod::todo
