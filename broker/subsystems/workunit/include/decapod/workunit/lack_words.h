#pragma once
// What a gate lacks, for people: after the gate's name.

#include <decapod/base/reflect.h>
#include <decapod/workunit/vocabulary.h>

#include <string>

namespace decapod::workunit {

// "failed", "needs a proof that was reproduced". `needed` is what the policy asks for.
inline std::string lack_words(Lack lack, Level needed) {
  switch (lack) {
    case Lack::nothing:
      return "proved";
    case Lack::proof:
      return "lacks a proof";
    case Lack::this_tree:
      return "was proved at another tree";
    case Lack::this_command:
      return "was proved by another command";
    case Lack::success:
      return "failed";
    case Lack::agreement:
      // Whichever came first.
      return "is said to pass, and failed where it was run";
    case Lack::freshness:
      return "was proved too long ago";
    case Lack::signer:
      return "was signed by somebody who is trusted no more";
    case Lack::level:
      break;
  }
  return "needs a proof that was " + std::string(to_text(needed));
}

}  // namespace decapod::workunit
