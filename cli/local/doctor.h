#pragma once
// `decapod doctor`.

#include "work.h"

namespace decapod::cli {

enum class Health : std::uint8_t { good, notice, problem };
BOOST_DESCRIBE_ENUM(Health, good, notice, problem)

struct Check {
  std::string name;
  Health health = Health::good;
  std::string detail;
  std::string hint;  // what to do; "" if nothing
};
BOOST_DESCRIBE_STRUCT(Check, (), (name, health, detail, hint))

// How a command would get its answer here.
enum class Route : std::uint8_t {
  broker,     // over the socket, from the broker that serves or that the command would leave behind
  direct,     // sockets are refused: the command takes the lock and does the work itself
  read_only,  // the store cannot be written: reads are answered, writes are refused
  none,       // there is no store, or it cannot be used
};
BOOST_DESCRIBE_ENUM(Route, broker, direct, read_only, none)

Check good(std::string name, std::string detail);
Check problem(std::string name, Error const& error);

struct DoctorReply {
  Route reads = Route::none;
  Route writes = Route::none;
  std::string why;
  std::vector<Check> checks;
  std::optional<ServiceStatus> broker;  // what it says of itself, if it could be asked
  std::vector<std::string> log;         // the last lines of broker.log
};
BOOST_DESCRIBE_STRUCT(DoctorReply, (), (reads, writes, why, checks, broker, log))

struct Doctor {
  using Reply = DoctorReply;
  static constexpr Verb verb{
      .subsystem = "",
      .name = "doctor",
      .access = Access::local,
      .summary = "Say how commands reach the store here, and what stands in the way",
      .store = StoreNeed::none,
      .examples = {{{"doctor", "when something does not work"}, {"doctor --json", "the same for a program"}}}};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Doctor, (), ())

Result<DoctorReply> doctor(Desk& desk, Doctor const& request);
void render_doctor(DoctorReply const& reply, Text& text);

}  // namespace decapod::cli
