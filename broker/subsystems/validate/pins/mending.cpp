#include <decapod/validate_pins/mending.h>

#include <decapod/base/shell_words.h>

namespace decapod::validate {
namespace {

// What has to be true besides, and how to find it out.
std::string condition(audit::Explains how, audit::Head const& pinned, std::string const& state_directory) {
  switch (how) {
    case audit::Explains::exactly:
      break;
    case audit::Explains::before_the_end:
      return "the trail that the restore kept has this record (grep '\"seq\":" + std::to_string(pinned.size) +
             ",\"hash\":\"" + hex(pinned.head) + "\"' " + shell_word(state_directory) +
             "/before-restore-*/audit/mutations.jsonl) and ";
    case audit::Explains::after_a_loss:
      return "the store was lost and ";
  }
  return "";
}

}  // namespace

std::string way_to_mend(audit::Explanation const& explanation, audit::Checkpoint const& pin, PinPlace const& place) {
  bool const of_the_present = pin.store_uuid == place.present;
  auto words = "if " + condition(explanation.how, pin.mutations, place.state_directory) + "the restore was meant: ";
  if (!of_the_present) words += "rm " + shell_word(place.path) + ", then ";
  words += "decapod broker checkpoint --pin";
  if (of_the_present) words += " --force";
  return words += "; otherwise keep the pin and a copy of the state directory as evidence";
}

}  // namespace decapod::validate
