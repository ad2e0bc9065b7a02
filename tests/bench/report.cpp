#include "report.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>

#include "chart.h"

namespace decapod::bench {
namespace {

namespace json = boost::json;

json::object to_json(Series const& series) {
  auto const summary = summarize(flattened(series.rounds));
  json::array rounds;
  for (auto const& round : series.rounds) rounds.emplace_back(median(round));
  return {{"side", series.side}, {"measure", series.measure},  {"unit", series.unit}, {"count", summary.count},
          {"p50", summary.p50},  {"p95", summary.p95},         {"p99", summary.p99},  {"min", summary.least},
          {"max", summary.most}, {"medians_of_rounds", rounds}};
}

json::object to_json(Goal const& goal) {
  return {{"what", goal.what},
          {"figure", goal.figure},
          {"least", goal.least},
          {"most", goal.most},
          {"bound", goal.bound == Bound::at_most ? "at most" : "at least"},
          {"limit", goal.limit},
          {"met", goal.met()}};
}

json::array to_json(std::vector<std::string> const& words) {
  json::array array;
  for (auto const& word : words) array.emplace_back(word);
  return array;
}

json::object to_json(Row const& row) {
  json::array series;
  json::array goals;
  for (auto const& one : row.series) series.emplace_back(to_json(one));
  for (auto const& one : row.goals) goals.emplace_back(to_json(one));
  return {{"row", row.name}, {"title", row.title},          {"void", !row.faults.empty()},  {"series", series},
          {"goals", goals},  {"notes", to_json(row.notes)}, {"faults", to_json(row.faults)}};
}

void write(std::string const& path, std::string const& text) {
  std::ofstream(path) << text;
}

void print_series(std::ostream& out, Series const& series) {
  auto const summary = summarize(flattened(series.rounds));
  out << "  " << std::left << std::setw(44) << series.measure << std::setw(38) << series.side << std::right
      << std::setprecision(4) << std::setw(10) << summary.p50;
  if (summary.count > 1)
    out << std::setw(10) << summary.p95 << std::setw(10) << summary.p99 << std::setw(10) << summary.most;
  else
    out << std::setw(30) << "";
  out << "  " << series.unit << '\n';
}

}  // namespace

void print_row(std::ostream& out, Row const& row) {
  out << '\n' << row.name << ": " << row.title << '\n';
  out << "  " << std::left << std::setw(82) << "" << std::right << std::setw(10) << "p50" << std::setw(10) << "p95"
      << std::setw(10) << "p99" << std::setw(10) << "max" << '\n';
  std::set<std::string> printed;
  for (auto const& first : row.series) {
    if (!printed.insert(first.measure).second) continue;
    for (auto const& series : row.series)
      if (series.measure == first.measure) print_series(out, series);
  }
  for (auto const& note : row.notes) out << "  note: " << note << '\n';
  constexpr std::size_t kFaultsShown = 3;  // JSON has them all
  for (std::size_t i = 0; i < std::min(row.faults.size(), kFaultsShown); ++i)
    out << "  VOID: " << row.faults[i] << '\n';
  if (row.faults.size() > kFaultsShown) out << "  VOID: and " << row.faults.size() - kFaultsShown << " more\n";
  out.flush();
}

void print_goals(std::ostream& out, std::vector<Row> const& rows) {
  out << '\n'
      << std::left << std::setw(86) << "goal" << std::right << std::setw(9) << "limit" << std::setw(9) << "figure"
      << std::setw(20) << "over the rounds" << '\n';
  for (auto const& row : rows) {
    for (auto const& goal : row.goals) {
      std::ostringstream spread;
      spread << std::setprecision(3);
      if (goal.most > 0) spread << goal.least << " to " << goal.most;
      out << std::left << std::setw(86) << (row.name + ": " + goal.what) << std::right << std::setprecision(3)
          << std::setw(9)
          << ((goal.bound == Bound::at_most ? "<= " : ">= ") +
              [&] {
                std::ostringstream limit;
                limit << std::setprecision(4) << goal.limit;
                return limit.str();
              }())
          << std::setw(9) << goal.figure << std::setw(20) << spread.str()
          << (!row.faults.empty() ? "  void"
              : goal.met()        ? "  met"
                                  : "  MISSED")
          << '\n';
    }
  }
}

void write_results(std::string const& folder, std::vector<Row> const& rows, Facts const& facts) {
  std::filesystem::create_directories(folder);
  json::object machine;
  for (auto const& [name, value] : facts) machine.emplace(name, value);
  json::array all;
  for (auto const& row : rows) {
    auto document = to_json(row);
    all.emplace_back(document);
    document.emplace("machine", machine);
    write(folder + '/' + row.name + ".json", json::serialize(document) + '\n');
    write(folder + '/' + row.name + ".svg", chart_of(row));
  }
  write(folder + "/results.json", json::serialize(json::object{{"machine", machine}, {"rows", all}}) + '\n');
}

}  // namespace decapod::bench
