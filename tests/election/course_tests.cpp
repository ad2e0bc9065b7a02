#include <decapod/election/course.h>

#include <catch2/catch.hpp>

#include <array>
#include <ostream>
#include <vector>

namespace decapod::election {

std::ostream& operator<<(std::ostream& out, Step step) {
  return out << "step " << static_cast<int>(step);
}

namespace {

using std::chrono::microseconds;

constexpr SteadyTime kStart{};
constexpr SteadyTime kDeadline = kStart + Millis(5000);

// The four situations in which an observation may fall.
enum class Situation { fresh, patience_over, sockets_refused, too_late };

Step step_in(Situation situation, Observation observation) {
  Course course(kStart);
  auto now = kStart;
  if (situation == Situation::patience_over) now += kUnreachablePatience + Millis(1);
  if (situation == Situation::sockets_refused) course.next(Observation::sockets_refused, now, kDeadline);
  if (situation == Situation::too_late) now = kDeadline;
  return course.next(observation, now, kDeadline);
}

struct Row {
  Observation observation;
  std::array<Step, 4> steps;  // in the order of Situation
};

constexpr std::array kTable = {
    Row{Observation::lock_won, {Step::lead, Step::lead, Step::lead, Step::lead}},
    Row{Observation::lock_held, {Step::connect, Step::connect, Step::queue_for_lock, Step::give_up}},
    Row{Observation::nobody_listens, {Step::back_off, Step::queue_for_lock, Step::queue_for_lock, Step::give_up}},
    Row{Observation::backlog_full, {Step::back_off, Step::back_off, Step::back_off, Step::give_up}},
    Row{Observation::turned_away, {Step::back_off, Step::back_off, Step::back_off, Step::give_up}},
    Row{Observation::sockets_refused,
        {Step::queue_for_lock, Step::queue_for_lock, Step::queue_for_lock, Step::give_up}},
    Row{Observation::reply_lost, {Step::back_off, Step::back_off, Step::back_off, Step::give_up}},
    Row{Observation::rested, {Step::try_lock, Step::try_lock, Step::try_lock, Step::give_up}},
    Row{Observation::answered, {Step::finish, Step::finish, Step::finish, Step::finish}},
};

// What can be observed after each step.
std::vector<Observation> outcomes_of(Step step) {
  switch (step) {
    case Step::try_lock:
      return {Observation::lock_won, Observation::lock_held};
    case Step::connect:
      return {Observation::nobody_listens,  Observation::backlog_full, Observation::turned_away,
              Observation::sockets_refused, Observation::reply_lost,   Observation::answered};
    case Step::back_off:
      return {Observation::rested};
    case Step::queue_for_lock:
      return {Observation::lock_won, Observation::lock_held};
    case Step::lead:
      return {Observation::answered, Observation::lock_held};
    case Step::finish:
    case Step::give_up:
      return {};
  }
  return {};
}

bool waits(Step step) {
  return step == Step::back_off || step == Step::queue_for_lock;
}

// Every path of `left` more steps; the longest run of steps that neither rest nor wait for the kernel.
int longest_restless_run(Course const& course, Step step, SteadyTime now, int run, int left) {
  run = waits(step) ? 0 : run + 1;
  int longest = run;
  if (left == 0) return longest;
  for (auto const observation : outcomes_of(step)) {
    auto branch = course;
    auto const next = branch.next(observation, now, kDeadline);
    longest = std::max(longest, longest_restless_run(branch, next, now, run, left - 1));
  }
  return longest;
}

}  // namespace

TEST_CASE("every observation in every situation has one next step") {
  for (auto const& row : kTable) {
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      INFO("observation " << static_cast<int>(row.observation) << " in situation " << i);
      CHECK(step_in(static_cast<Situation>(i), row.observation) == row.steps[i]);
    }
  }
}

TEST_CASE("no path through the course goes round without a rest") {
  // try_lock, lead, connect: the broker that the winner started has gone before it was asked.
  for (auto const now : {kStart, kStart + kUnreachablePatience + Millis(1)}) {
    CHECK(longest_restless_run(Course(kStart), Course(kStart).first(), now, 0, 9) == 4);
  }
}

TEST_CASE("a command that may not use sockets waits for the lock from then on") {
  Course course(kStart);
  CHECK(course.next(Observation::sockets_refused, kStart, kDeadline) == Step::queue_for_lock);
  CHECK(course.next(Observation::lock_held, kStart, kDeadline) == Step::queue_for_lock);
}

TEST_CASE("a holder that cannot be reached is waited for after a quarter of a second, not before") {
  Course course(kStart);
  CHECK(course.next(Observation::nobody_listens, kStart + Millis(250), kDeadline) == Step::back_off);
  CHECK(course.next(Observation::nobody_listens, kStart + Millis(251), kDeadline) == Step::queue_for_lock);
}

TEST_CASE("a leader that answered, if only to turn us away, begins the patience anew") {
  for (auto const sign : {Observation::turned_away, Observation::backlog_full, Observation::reply_lost}) {
    Course course(kStart);
    course.next(sign, kStart + Millis(200), kDeadline);
    CHECK(course.next(Observation::nobody_listens, kStart + Millis(450), kDeadline) == Step::back_off);
    CHECK(course.next(Observation::nobody_listens, kStart + Millis(451), kDeadline) == Step::queue_for_lock);
  }
}

TEST_CASE("only the deadline makes a command give up") {
  for (auto const& row : kTable) {
    for (auto const situation : {Situation::fresh, Situation::patience_over, Situation::sockets_refused}) {
      INFO("observation " << static_cast<int>(row.observation));
      CHECK(step_in(situation, row.observation) != Step::give_up);
    }
  }
}

TEST_CASE("an answer or a lock that came with the deadline is still taken") {
  CHECK(step_in(Situation::too_late, Observation::answered) == Step::finish);
  CHECK(step_in(Situation::too_late, Observation::lock_won) == Step::lead);
}

TEST_CASE("a request counts as sent only after a reply to it was lost, and stays so") {
  for (auto const& row : kTable) {
    Course course(kStart);
    course.next(row.observation, kStart, kDeadline);
    INFO("observation " << static_cast<int>(row.observation));
    CHECK((course.exposure() == Exposure::sent) == (row.observation == Observation::reply_lost));
    course.next(Observation::reply_lost, kStart, kDeadline);
    course.next(row.observation, kStart, kDeadline);
    CHECK(course.exposure() == Exposure::sent);
  }
}

TEST_CASE("a reply that is lost at the deadline leaves the request exposed") {
  Course course(kStart);
  CHECK(course.next(Observation::reply_lost, kDeadline, kDeadline) == Step::give_up);
  CHECK(course.exposure() == Exposure::sent);
}

TEST_CASE("rests double from 100 microseconds to 2 milliseconds, and grow long after a tenth of a second") {
  Course course(kStart);
  std::vector<std::int64_t> pauses;
  microseconds rested{0};
  while (course.pause() <= microseconds(2000)) {
    pauses.push_back(course.pause().count());
    rested += course.pause();
    course.next(Observation::rested, kStart, kDeadline);
    REQUIRE(pauses.size() < 200);
  }
  pauses.resize(7);
  CHECK(pauses == std::vector<std::int64_t>{100, 200, 400, 800, 1600, 2000, 2000});
  CHECK(course.pause() == microseconds(20'000));
  CHECK(rested >= Millis(80));
  CHECK(rested <= Millis(120));
}

}  // namespace decapod::election
