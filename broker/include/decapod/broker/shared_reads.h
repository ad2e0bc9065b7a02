#pragma once
// Equal reads share one execution, and a recent result answers until something it depends on changes.
//
// Used by the I/O thread only, which is what makes it right. Results reach that thread in the order in which the worker
// made them, so a read that is waited for here has seen every write that was acknowledged before; and a write's change
// is announced (`changed`) before its acknowledgement goes out, so nothing older is served to whoever knows of it.

#include <decapod/base/digest.h>
#include <decapod/broker/engine.h>

#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace decapod::broker {

// One execution in the worker, and whoever waits for it.
enum class Ticket : std::uint64_t { none = 0 };

// What identifies a read: logical database, query, parameters. The hashes find the bucket, the text decides.
struct ReadKey {
  std::string db_id;
  Hash128 query;     // of the operation's name
  Hash128 params;    // of the canonical arguments
  std::string text;  // both, in full
  friend bool operator==(ReadKey const& a, ReadKey const& b) { return a.text == b.text; }
};
ReadKey read_key(std::string_view operation, json::object const& canonical_arguments);
// "todo.list:<32 hexadecimal digits>": how records and logs name it.
std::string to_string(ReadKey const& key);

// Whom an answer is for. `job` is the waiter's own: caller, request id, deadline.
struct Waiter {
  std::uint64_t connection = 0;
  Job job;
  Instant arrived;
  audit::Served served = audit::Served::executed;
};

// A result of the worker. It is true from `executed` until `valid_until`, as far as the clock is concerned.
struct ReadResult {
  std::string frames;
  Instant executed;
  std::optional<Timestamp> valid_until;
  std::string error;  // the code, if it is one: told to those who waited, never kept
};

struct CacheLimits {
  std::size_t bytes = 4 * 1024 * 1024;
  std::size_t entry_bytes = 512 * 1024;
  Millis time_to_live{10'000};  // only bounds memory: what is stale is not served, however young
};

class SharedReads {
 public:
  explicit SharedReads(CacheLimits limits = {}) : limits_(limits) {}

  struct Admitted {
    audit::Served served = audit::Served::executed;
    Ticket ticket = Ticket::none;  // executed: start it under this ticket; joined: it is under way; cached: none
    std::string frames;            // cached: the answer
  };
  // Takes in a reader. `next` is the ticket to use should it have to be executed.
  Admitted admit(ReadKey key, Waiter waiter, Instant const& now, Ticket next);

  struct Settled {
    std::vector<Waiter> answered;
    std::vector<Waiter> again;  // came when the result was no longer true by the clock: admit them anew
    ReadKey key;
  };
  // The execution under `ticket` has ended: who gets the result. Nobody, if it was withdrawn.
  Settled finish(Ticket ticket, ReadResult const& result);

  // Something in this logical database was committed.
  void changed(std::string_view db_id);

  enum class Wanted : std::uint8_t { still, no_longer };
  // A client went away. `no_longer`: it was the last, the execution under `ticket` is for nobody.
  Wanted left(Ticket ticket, std::uint64_t connection);
  // The execution under `ticket` could not be started; its waiters are told by the caller.
  void withdraw(Ticket ticket);

  std::size_t cached_bytes() const { return bytes_; }

 private:
  struct Hasher {
    std::size_t operator()(ReadKey const& key) const { return key.params.low ^ (key.query.low * 0x9e3779b97f4a7c15U); }
  };
  struct Flight {
    ReadKey key;
    std::vector<Waiter> waiters;
  };
  struct Entry {
    ReadKey key;
    ReadResult result;
  };
  using Entries = std::list<Entry>;  // the one served latest comes first

  Entry const* fresh(ReadKey const& key, Instant const& now);
  void keep(ReadKey const& key, ReadResult const& result);
  void drop(Entries::iterator entry);

  CacheLimits limits_;
  std::map<Ticket, Flight> flights_;
  std::unordered_map<ReadKey, Ticket, Hasher> under_way_;
  Entries entries_;
  std::unordered_map<ReadKey, Entries::iterator, Hasher> cached_;
  std::size_t bytes_ = 0;
};

}  // namespace decapod::broker
