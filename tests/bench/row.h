#pragma once
// What a row of the table holds, and what all rows are made with.

#include <string>
#include <vector>

#include "statistics.h"

namespace decapod::bench {

// One side's figures of one kind: every single value, in rounds measured in turn with the other sides'.
struct Series {
  std::string side;     // "decapod", "sqlite3 program (WAL)", ...
  std::string measure;  // "add, N = 8"
  std::string unit;     // "ms", "1/s", "MB", "" for a plain number
  std::vector<std::vector<double>> rounds;
};

enum class Bound { at_most, at_least };

struct Goal {
  std::string what;
  double figure = 0;
  double least = 0;  // spread over the rounds; both 0 if there is none
  double most = 0;
  Bound bound = Bound::at_most;
  double limit = 0;

  bool met() const { return bound == Bound::at_most ? figure <= limit : figure >= limit; }
};

struct Row {
  std::string name;
  std::string title;
  std::vector<Series> series;
  std::vector<Goal> goals;
  std::vector<std::string> notes;
  std::vector<std::string> faults;  // lost or double effects, errors that nobody expected: any of them voids the row
};

enum class Effort { smoke, quick, full };

struct Bench {
  Effort effort = Effort::full;
  std::string decapod;  // paths
  std::string peers;    // a folder: once, writer-0, ..., floor
  std::string builds;   // a folder: decapod-sync-0, decapod-sync-1000, decapod-sync-5000
  std::string scratch;  // on the file system to be measured
  std::string backlog;  // a real one to import; "" if there is none

  // One of three sizes.
  int pick(int smoke, int quick, int full) const {
    if (effort == Effort::smoke) return smoke;
    return effort == Effort::quick ? quick : full;
  }
};

Goal ratio_goal(std::string what, Series const& ours, Series const& theirs, double limit, Bound bound = Bound::at_most);

using MakeRow = Row (*)(Bench const&);
struct NamedRow {
  std::string_view name;
  MakeRow make;
};

Row floor_row(Bench const& bench);
Row warm_row(Bench const& bench);
Row cold_row(Bench const& bench);
Row crowd_row(Bench const& bench);
Row others_row(Bench const& bench);
Row shells_row(Bench const& bench);
Row claim_race_row(Bench const& bench);
Row writers_row(Bench const& bench);
Row equal_reads_row(Bench const& bench);
Row handover_row(Bench const& bench);
Row takeover_row(Bench const& bench);
Row growth_row(Bench const& bench);
Row trail_row(Bench const& bench);
Row import_row(Bench const& bench);
Row sizes_row(Bench const& bench);

}  // namespace decapod::bench
