#pragma once
// What many clients ask at once, of a kind each.

#include <random>
#include <string>
#include <vector>

#include "oracle.h"

namespace decapod::test {

// The requests of one client, and how it asks them.
struct Client {
  std::vector<Request> requests;
  Manner manner = Manner::one_process;
};

enum class Workload { adds, claims, reads, dry_runs, imports, heavy_reads, departures, retention };
std::string to_string(Workload workload);
std::vector<Workload> const& all_workloads();

// A repository of one workload, and rounds of it. Every round has requests of its own.
class Rounds {
 public:
  // Throws if the store cannot be made.
  Rounds(Workload workload, std::string program, std::uint32_t seed);

  // What must be there before the clients come, done undisturbed.
  void prepare();
  // All clients of a round at once. Returns when all are answered; brokers may still be there.
  void run();
  // Nobody dies any more: what is wrong in the store, by the oracle and by the product itself.
  std::vector<std::string> problems();

  TempRepository const& repository() const { return repository_; }
  Oracle const& oracle() const { return oracle_; }

 private:
  std::vector<Client> clients();
  void fill(Client& client, int number);
  std::string next_id();
  std::string write_part(std::string const& prefix, int amount);
  void ask_alone(Request request);

  Workload workload_;
  TempRepository repository_;
  Oracle oracle_;
  std::mt19937 random_;
  int round_ = 0;
  int ids_ = 0;
};

// Every client at once, each in a thread that starts its processes; what they heard goes to `oracle`.
void ask_together(TempRepository const& repository, std::vector<Client> clients, Oracle& oracle);

}  // namespace decapod::test
