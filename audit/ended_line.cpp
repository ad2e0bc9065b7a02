#include <decapod/audit/ended_line.h>

#include <decapod/base/counted.h>

namespace decapod::audit {

std::string in_words(Explanation const& explanation) {
  auto const record = " (record " + std::to_string(explanation.record) + ", " + to_string(explanation.ts) + ", by " +
                      explanation.actor + ")";
  if (explanation.how == Explains::after_a_loss) {
    return "it may be a pin of a line that was lost before a restore" + record +
           ", whose record knows nothing of it and cannot tell";
  }
  auto const line = "the line of " + counted(explanation.commits, "record") + " that a restore ended" + record;
  if (explanation.how == Explains::exactly) return "it is a pin of the end of " + line;
  return "it may be a pin of " + line + ", whose record names the end alone and cannot tell";
}

}  // namespace decapod::audit
