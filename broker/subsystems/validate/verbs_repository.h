#pragma once
// What the repository says of a lineage bundle, computed again: nobody who holds the store could.

#include <decapod/base/finding.h>
#include <decapod/cli_kit/subject_tree.h>
#include <decapod/promote_lineage/bundle.h>

#include <string>

namespace decapod::validate {

class RepositoryCheck {
 public:
  RepositoryCheck(cli::Surroundings& around, cli::SubjectTrees& trees, GateReport& report)
      : around_(around), trees_(trees), report_(report) {}

  // What whoever promoted it told of the repository: the tree of the commit, what was changed, which commits were in
  // its history, the operator's key and the exported units in it, and the lines that an entry rests on. A bundle of
  // commits that this clone does not have is a notice.
  void run(std::string const& path, promote::Bundle const& bundle);

 private:
  void hold_changes(promote::Bundle const& bundle, std::string const& commit, std::string const& tree);
  void hold_history(promote::Told const& told, std::string const& revision);
  void hold_files(promote::Lineage const& lineage);
  void hold_sources(promote::Lineage const& lineage);
  std::string committed(std::string const& revision, std::string const& path);
  void disagrees(std::string message);

  cli::Surroundings& around_;
  cli::SubjectTrees& trees_;
  GateReport& report_;
  std::string path_;
};

}  // namespace decapod::validate
