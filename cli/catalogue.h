#pragma once
// Every verb there is, as the command line names them.

#include <decapod/cli_kit/verb.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace decapod::cli {

// Borrowed tables; the group named "" holds the verbs that stand alone, such as `decapod init`.
class Catalogue {
 public:
  explicit Catalogue(std::span<VerbGroup const* const> groups) : groups_(groups) {}

  std::span<VerbGroup const* const> groups() const { return groups_; }
  VerbGroup const* group(std::string_view name) const;
  VerbFace const* verb(std::string_view group_name, std::string_view name) const;
  // By operation name: "todo.claim", "init".
  VerbFace const* operation(std::string_view name) const;

  // What may stand first on a command line: subsystems and verbs of their own that are shown.
  std::vector<std::string_view> first_words() const;
  // Nearest commands to a first word that is none: other first words, and verbs of subsystems as "todo claim".
  std::vector<std::string> suggest_command(std::string_view word) const;
  std::vector<std::string> suggest_operation(std::string_view name) const;

 private:
  std::span<VerbGroup const* const> groups_;
};

std::vector<std::string_view> verb_names(VerbGroup const& group);
bool shown(VerbFace const& face);

}  // namespace decapod::cli
