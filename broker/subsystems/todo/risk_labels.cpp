#include "risk_labels.h"

#include <decapod/base/reflect.h>
#include <decapod/base/suggest.h>

namespace decapod::todo {

std::optional<governance::Risk> known_risk(std::string const& label) {
  if (!label.starts_with(governance::kRiskLabel)) return std::nullopt;
  return from_text<governance::Risk>(std::string_view(label).substr(governance::kRiskLabel.size()));
}

Result<void> check_risk_labels(std::vector<std::string> const& labels) {
  for (auto const& label : labels) {
    if (!label.starts_with(governance::kRiskLabel) || known_risk(label)) continue;
    std::vector<std::string> there;
    std::string words;
    for (auto const name : reflect::enum_views<governance::Risk>) {
      there.push_back(std::string(governance::kRiskLabel).append(name));
      words += (words.empty() ? "" : ", ") + there.back();
    }
    auto error =
        fail(ErrorCode::bad_request, "label '" + label + "' names no risk: there are " + words, {{"label", label}});
    error.suggestions = closest(label, std::vector<std::string_view>(there.begin(), there.end()));
    error.hint = "a label that begins with 'risk:' says how risky the work is";
    return error;
  }
  return {};
}

}  // namespace decapod::todo
