#pragma once
// A repository in which an agent does risky work under a policy that an operator has signed.

#include <support/repository.h>

#include <boost/json.hpp>

#include <string>

namespace decapod::test {

// Alice and everybody else in session "s1", the operator in "desk".
Environment as(std::string const& actor);

// The policy of an operator is in force, and alice has taken a risky task.
class Story {
 public:
  Story();

  Answer ask(Arguments const& arguments, std::string const& actor = "alice") const;
  boost::json::object must(Arguments const& arguments, std::string const& actor = "alice") const;
  // As the operator, with the key.
  boost::json::object sign(Arguments arguments) const;
  static std::string text(boost::json::object const& data, char const* member, char const* inner = nullptr);
  std::string path(std::string const& name) const { return repository.path() + '/' + name; }
  void git(std::string const& arguments) const;
  void commit(std::string const& message) const;
  // Changes rows of the store, when nobody serves it.
  void sql(std::string const& statement) const;

  // A new capsule for a task: its id.
  std::string capsule_of(std::string const& for_task) const;
  // A capsule and a unit with one gate; then the work, proved, verified, exported and committed.
  void begin();
  void work() const;
  // What was changed is committed, proved, verified, exported, and that committed, too.
  void finish(std::string const& message) const;
  Answer check() const;
  Answer record() const;
  // The operator runs the command of the refusal, as it stands. The approval's id.
  std::string approve() const;
  // The same for any refusal (APPROVAL_REQUIRED).
  std::string grant(Answer const& refused) const;
  Answer validate() const;

  TempRepository repository;
  std::string task;
  std::string capsule;
};

}  // namespace decapod::test
