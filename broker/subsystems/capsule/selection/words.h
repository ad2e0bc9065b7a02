#pragma once
// What counts as a word, in documents and topics alike.

#include <string>
#include <string_view>
#include <vector>

namespace decapod::capsule {

// Walks over the words of a text: runs of letters and digits of ASCII, and of whatever lies beyond it. ASCII is
// lower-cased, nothing else is: case folding of the rest changes with the version of Unicode.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}
  // Into `word`, in the form in which words are compared; false at the end.
  bool next(std::string& word);

 private:
  std::string_view rest_;
};

// The different words of a topic, sorted; at most 32, the longest text of a topic being bounded anyway.
std::vector<std::string> terms_of(std::string_view topic);

}  // namespace decapod::capsule
