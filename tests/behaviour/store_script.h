#pragma once
// Scripts that do something to a store while others write to it, and what has to hold afterwards.

#include <support/repository.h>

#include <map>
#include <string>
#include <vector>

namespace decapod::test {

// What a script can call, beside bash:
//   $D, $S                  the binary; the state directory
//   add NAME [OPTION...]    a write that has NAME as its title and as its request id
//   again NAME              the same write once more. A broker that leaves an outcome unknown leaves the store: what it
//                           did not know, the next one is asked as soon as nobody leads
//   look                    a read
//   crowd NAME              four writers (NAME-1 to NAME-4) and a reader, at once
//   titles WHEN             what is in the store: "mended" when it is whole again, "end" after everything was repeated
//   try NAME COMMAND...     any command
//   gone                    waits until nobody leads
//   leave                   ends the broker, and waits until nobody leads
// A command has five seconds, a repetition a minute; one that has hung is ended by `timeout`, with 124.
enum class As {
  owner,  // whoever runs the test; root obeys no modes, so root hands the repository to another user id and becomes it
  mounter,  // root, or root of a user namespace, in a mount namespace that ends with the script
};
Finished run_script(TempRepository const& repository, As as, std::string const& script);

// The outcome of one command.
struct Outcome {
  int status = 0;
  std::string code;
};

struct Said {
  std::map<std::string, std::vector<Outcome>> writes;  // by name, in the order of time
  std::vector<Outcome> reads;
  std::map<std::string, Outcome> tries;
  std::map<std::string, std::map<std::string, int>> titles;  // "mended" and "end": how often each is there
  std::vector<std::string> strays;                           // "stray ..." lines
};
Said read_script(Finished const& done);

// An acknowledged write has one effect; a refused one none; one whose outcome is unknown none or one, and its
// repetition tells which. Every write was repeated until it was acknowledged, and is there once at the end. Nothing
// hung, crashed or ended with an internal error. Returns what is wrong, a line each.
std::vector<std::string> broken_promises(Said const& said);

}  // namespace decapod::test
