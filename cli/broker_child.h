#pragma once
// The process that will be the broker of a store, from its beginning until its program begins.

#include <decapod/base/descriptor.h>
#include <decapod/reach/machine.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace decapod::cli {

class BrokerChild {
 public:
  // What the child takes along. The descriptors are copied; the caller keeps its own.
  struct Estate {
    std::vector<std::string> words;  // the arguments of the program, from its name on
    int lock = -1;
    int listener = -1;
    std::string socket;  // where it listens: removed by a child that cannot begin when it was told to
    std::uint64_t socket_inode = 0;
    reach::Machine::Awaited awaited = reach::Machine::Awaited::release;
  };

  // Lets go of all that it inherits but the lock and the socket, and waits for begin(). nullptr: none can be had.
  static std::unique_ptr<BrokerChild> start(Estate estate);
  BrokerChild(BrokerChild const&) = delete;
  BrokerChild& operator=(BrokerChild const&) = delete;
  ~BrokerChild();

  // `last` is one more argument, shorter than kLastBytes. A child that somebody has stopped while it stood by begins
  // later than this says; one that still has anything of its caller's is ended.
  static constexpr std::size_t kLastBytes = 64;
  reach::Machine::Started begin(std::string const& last);
  // Unless it has been told to begin, ends it: then it holds the lock no more.
  void give_up();

  // Whether it has ended. Takes note of it, so that none stays a zombie.
  bool is_over();

  struct Inheritance;

 private:
  BrokerChild(std::unique_ptr<Inheritance> inheritance, Descriptor orders, Descriptor reports);
  void run();
  enum class Report : std::uint8_t {
    released,  // it has nothing of its parent's any more but what a broker inherits
    refused,
    over,     // it is another program by now, or no more
    nothing,  // for so long that somebody must have stopped it
  };
  Report next_report();
  reach::Machine::Started has_failed();
  void end();
  bool has_own_memory() const;

  std::unique_ptr<Inheritance> inheritance_;
  pid_t pid_ = -1;
  Descriptor orders_;
  Descriptor reports_;
};

}  // namespace decapod::cli
