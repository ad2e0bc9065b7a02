#include <decapod/base/reflect.h>
#include <decapod/governance/vocabulary.h>

namespace decapod::governance {

std::optional<Risk> risk_of_label(std::string_view label) {
  if (!label.starts_with(kRiskLabel)) return std::nullopt;
  return from_text<Risk>(label.substr(kRiskLabel.size())).value_or(Risk::critical);
}

std::optional<Risk> risk_of_labels(std::span<std::string const> labels) {
  std::optional<Risk> highest;
  for (auto const& label : labels) {
    auto const risk = risk_of_label(label);
    if (risk && (!highest || *risk > *highest)) highest = risk;
  }
  return highest;
}

}  // namespace decapod::governance
