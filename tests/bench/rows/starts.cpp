// What one command costs from its start to its end: warm, cold, and many cold ones at once.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <thread>

#include "decapod_side.h"
#include "runs.h"
#include "scratch.h"

namespace decapod::bench {
namespace {

constexpr int kItems = 1000;
// Answers 400 bytes to whoever sends 400: the other end of the floor's round trip.
class Echo {
 public:
  explicit Echo(std::string path) : path_(std::move(path)), listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 16) != 0)
      throw std::runtime_error("cannot listen at " + path_);
    thread_ = std::jthread([this] { serve(); });
  }
  ~Echo() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  Echo(Echo const&) = delete;
  Echo& operator=(Echo const&) = delete;
  std::string const& path() const { return path_; }

 private:
  void serve() const {
    for (int peer = 0; (peer = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; close(peer)) {
      char message[400];
      auto const got = read(peer, message, sizeof message);
      if (got > 0 && write(peer, message, static_cast<std::size_t>(got)) != got) continue;
    }
  }
  std::string path_;
  int listener_;
  std::jthread thread_;
};

struct Sides {
  Scratch scratch;
  DecapodSide decapod;
  std::unique_ptr<Side> stock_wal;
  std::unique_ptr<Side> stock_rollback;
  std::unique_ptr<Side> once;
  std::unique_ptr<Side> once_wal;

  explicit Sides(Bench const& bench)
      : scratch(bench.scratch),
        decapod(bench.decapod, scratch / "repo", kItems),
        stock_wal(sqlite3_program(bench, scratch / "stock-wal.db", kItems, Journal::wal)),
        stock_rollback(sqlite3_program(bench, scratch / "stock.db", kItems, Journal::rollback)),
        once(open_per_operation(bench, scratch / "once.db", kItems, Closing::checkpoints)),
        once_wal(open_per_operation(bench, scratch / "once-wal.db", kItems, Closing::keeps_wal)) {}

  std::vector<Side*> all() { return {&decapod, stock_wal.get(), stock_rollback.get(), once.get(), once_wal.get()}; }
};

using Make = std::function<Program(Side const&, int)>;

std::vector<Contender> warm_contenders(Row& row, Sides& sides, Make const& make) {
  std::vector<Contender> contenders;
  for (auto* side : sides.all()) {
    contenders.push_back({.side = side->name(),
                          .attempt = [&row, side, make](int i) { return timed(row, make(*side, i)); },
                          .before = [side] { side->warm(); }});
  }
  return contenders;
}

void keep(Row& row, std::vector<Series> series) {
  for (auto& one : series) row.series.push_back(std::move(one));
}

// The faster of the two ways in which the same peer can be used is the one to beat.
Series const& faster(Series const& a, Series const& b) {
  return median(flattened(a.rounds)) <= median(flattened(b.rounds)) ? a : b;
}

void against_stock(Row& row, std::vector<Series> const& series, std::string const& what, double limit) {
  auto const& peer = faster(series[1], series[2]);
  row.goals.push_back(ratio_goal(what + " / " + peer.side, series[0], peer, limit));
}

void against_once(Row& row, std::vector<Series> const& series, std::string const& what, double limit) {
  auto const& peer = faster(series[3], series[4]);
  row.goals.push_back(ratio_goal(what + " / " + peer.side, series[0], peer, limit));
}

void check_items(Row& row, Sides& sides, std::vector<std::int64_t> const& expected) {
  auto const all = sides.all();
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const found = all[i]->effects().items;
    if (found == expected[i]) continue;
    row.faults.push_back(all[i]->name() + " has " + std::to_string(found) + " items, not " +
                         std::to_string(expected[i]));
  }
}

}  // namespace

Row floor_row(Bench const& bench) {
  Row row{.name = "floor", .title = "Starting a static program; the same with one round trip over a socket"};
  Scratch const scratch(bench.scratch);
  Echo const echo(scratch / "echo");
  Program const nothing{.arguments = {bench.peers + "/floor"}, .environment = {}, .directory = ""};
  Program const trip{.arguments = {bench.peers + "/floor", echo.path()}, .environment = {}, .directory = ""};
  keep(row, in_turn("start to end",
                    {{.side = "does nothing", .attempt = [&](int) { return timed(row, nothing); }},
                     {.side = "one round trip", .attempt = [&](int) { return timed(row, trip); }}},
                    bench.pick(1, 4, 10), bench.pick(5, 50, 100)));
  return row;
}

Row warm_row(Bench const& bench) {
  Row row{.name = "warm", .title = "One command, a broker is there"};
  Sides sides(bench);
  Echo const echo(sides.scratch / "echo");
  int const rounds = bench.pick(1, 5, 10);
  int const attempts = bench.pick(3, 20, 50);

  auto shows = warm_contenders(row, sides, [](Side const& side, int i) { return side.show(0, i % kItems + 1); });
  Program const trip{.arguments = {bench.peers + "/floor", echo.path()}, .environment = {}, .directory = ""};
  shows.push_back({.side = "floor and one round trip", .attempt = [&](int) { return timed(row, trip); }});
  auto const show = in_turn("show", shows, rounds, attempts);
  against_stock(row, show, "todo show", 0.5);
  row.goals.push_back(ratio_goal("todo show / floor and one round trip", show[0], show[5], 1.5));

  auto const add =
      in_turn("add",
              warm_contenders(row, sides,
                              [](Side const& side, int i) { return side.add(0, "added number " + std::to_string(i)); }),
              rounds, attempts);
  against_stock(row, add, "todo add", 0.45);
  against_once(row, add, "todo add", 0.7);

  auto const claim = in_turn(
      "claim", warm_contenders(row, sides, [](Side const& side, int i) { return side.claim(0, i % kItems + 1); }),
      rounds, attempts);
  keep(row, show);
  keep(row, add);
  keep(row, claim);
  check_items(row, sides, std::vector<std::int64_t>(5, kItems + rounds * attempts));
  return row;
}

Row cold_row(Bench const& bench) {
  Row row{.name = "cold", .title = "One command, nobody serves: it elects itself, does its work, leaves a broker"};
  Sides sides(bench);
  auto const laden = laden_open_per_operation(bench, sides.scratch / "laden.db", kItems,
                                              ask_copy(sides.decapod.database(), sides.scratch / "", ".schema"));
  int const rounds = bench.pick(1, 5, 10);
  int const attempts = bench.pick(2, 8, 20);
  auto const contenders = [&](Make const& make) {
    std::vector<Contender> all;
    auto each = sides.all();
    each.push_back(laden.get());
    for (auto* side : each) {
      all.push_back({.side = side->name(),
                     .attempt = [&row, side, make](int i) { return timed(row, make(*side, i)); },
                     .before = [side] { side->cool(); },
                     // While another side is measured nothing of this one is there.
                     .after = [side] { side->cool(); }});
    }
    return all;
  };
  auto const add =
      one_by_one("add", contenders([](Side const& side, int i) { return side.add(0, "cold " + std::to_string(i)); }),
                 rounds, attempts);
  against_stock(row, add, "todo add", 0.7);
  against_once(row, add, "todo add", 1.1);
  auto const show = one_by_one("show", contenders([](Side const& side, int i) { return side.show(0, i % kItems + 1); }),
                               rounds, attempts);
  keep(row, add);
  keep(row, show);
  check_items(row, sides, std::vector<std::int64_t>(5, kItems + rounds * attempts));
  return row;
}

Row crowd_row(Bench const& bench) {
  constexpr int kCallers = 8;
  Row row{.name = "crowd", .title = "Eight adds at once, nobody serves: until all are done"};
  Sides sides(bench);
  int const rounds = bench.pick(1, 5, 10);
  int const attempts = bench.pick(1, 5, 10);
  std::vector<Contender> contenders;
  for (auto* side : sides.all()) {
    contenders.push_back({.side = side->name(), .attempt = [&row, side](int i) {
                            side->cool();
                            std::vector<Script> scripts;
                            for (int k = 0; k < kCallers; ++k)
                              scripts.push_back({side->add(k, "crowd " + std::to_string(i) + ' ' + std::to_string(k))});
                            auto const run = run_shells(scripts, -1);
                            if (run.done != kCallers) row.faults.push_back(side->name() + ": an add failed");
                            return run.wall_ms;
                          }});
  }
  contenders[0].after = [&] { sides.decapod.cool(); };
  auto const series = in_turn("eight adds", contenders, rounds, attempts);
  auto const& peer = faster(series[3], series[4]);
  row.goals.push_back(ratio_goal("eight adds / " + peer.side, series[0], peer, 0.6));
  keep(row, series);
  check_items(row, sides, std::vector<std::int64_t>(5, kItems + kCallers * rounds * attempts));
  return row;
}

}  // namespace decapod::bench
