#include "chart.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace decapod::bench {
namespace {

constexpr int kLine = 18;
constexpr int kLabels = 330;
constexpr int kBars = 420;
constexpr int kWidth = kLabels + kBars + 90;

std::string escaped(std::string const& text) {
  std::string safe;
  for (char const c : text) {
    if (c == '<')
      safe += "&lt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  }
  return safe;
}

template <class... Values>
std::string formatted(char const* format, Values... values) {
  char text[512];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string bar(Series const& series, double scale, int y) {
  auto const values = flattened(series.rounds);
  auto const middle = median(values) * scale;
  auto const low = percentile(values, 5) * scale;
  auto const high = std::min(percentile(values, 95) * scale, kBars * 1.0);
  auto const* const colour = series.side == "decapod" ? "#c0392b" : "#7f8c8d";
  auto text = formatted(R"(<text x="%d" y="%d" text-anchor="end">%s</text>)", kLabels - 8, y + 12,
                        escaped(series.side).c_str());
  text += formatted(R"(<rect x="%d" y="%d" width="%.1f" height="12" fill="%s"/>)", kLabels, y + 2, middle, colour);
  text += formatted(R"(<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#2c3e50"/>)", kLabels + low, kLabels + high,
                    y + 8, y + 8);
  text += formatted(R"(<text x="%.1f" y="%d">%.3g %s</text>)", kLabels + std::max(middle, high) + 6, y + 12,
                    median(values), series.unit.c_str());
  return text + '\n';
}

}  // namespace

std::string chart_of(Row const& row) {
  std::map<std::string, double> most;  // a measure has a scale of its own
  for (auto const& series : row.series) {
    auto const value = median(flattened(series.rounds));
    most[series.measure] = std::max(most[series.measure], value);
  }
  std::string body;
  int y = 28;
  std::vector<std::string> drawn;
  for (auto const& first : row.series) {
    if (std::ranges::find(drawn, first.measure) != drawn.end()) continue;
    drawn.push_back(first.measure);
    body += formatted(R"(<text x="8" y="%d" font-weight="bold">%s</text>)", y + 12, escaped(first.measure).c_str());
    body += '\n';
    y += kLine;
    auto const scale = most[first.measure] > 0 ? kBars * 0.8 / most[first.measure] : 0;
    for (auto const& series : row.series) {
      if (series.measure != first.measure) continue;
      body += bar(series, scale, y);
      y += kLine;
    }
  }
  return formatted(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" )", kWidth, y + 8) +
         R"(font-family="sans-serif" font-size="12">)" + "\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" +
         formatted(R"(<text x="8" y="18" font-size="14">%s</text>)", escaped(row.title).c_str()) + '\n' + body +
         "</svg>\n";
}

}  // namespace decapod::bench
