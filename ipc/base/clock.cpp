#include <decapod/base/clock.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

namespace decapod {
namespace {

using namespace std::chrono;

std::int64_t clock_ms(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return std::int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000;
}

class SystemClock final : public Clock {
 public:
  explicit SystemClock(std::string boot_id) : boot_id_(std::move(boot_id)) {}
  Instant now() override {
    return {.wall = {clock_ms(CLOCK_REALTIME)}, .boot = {clock_ms(CLOCK_BOOTTIME)}, .boot_id = boot_id_};
  }
  SteadyTime steady() override { return steady_clock::now(); }

 private:
  std::string boot_id_;
};

// Reads exactly `digits` decimal digits off the front of `text`.
bool take_number(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits) return false;
  auto const end = text.data() + digits;
  auto const [stop, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc() || stop != end || text[0] == '-') return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, int& milliseconds) {
  milliseconds = 0;
  if (!take(text, '.')) return true;
  int scale = 100;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    milliseconds += (text[digits] - '0') * scale;
    scale /= 10;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

bool take_offset(std::string_view& text, minutes& offset) {
  offset = minutes(0);
  if (take(text, 'Z') || take(text, 'z')) return true;
  int const sign = !text.empty() && text[0] == '-' ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return false;
  int h = 0;
  int m = 0;
  if (!take_number(text, 2, h) || !take(text, ':') || !take_number(text, 2, m)) return false;
  if (h > 23 || m > 59) return false;
  offset = minutes(sign * (h * 60 + m));
  return true;
}

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array kUnits = {Unit{"ms", 1},        Unit{"s", 1000},       Unit{"m", 60'000},
                               Unit{"h", 3'600'000}, Unit{"d", 86'400'000}, Unit{"w", 604'800'000}};
constexpr std::int64_t kLongestMs = 3650LL * 86'400'000;  // ten years: longer is a typing error

constexpr std::int64_t kFirstMs = -62'167'219'200'000;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kLastMs = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

}  // namespace

Timestamp operator+(Timestamp t, Millis d) {
  return {t.ms + d.count()};
}
Millis operator-(Timestamp a, Timestamp b) {
  return Millis(a.ms - b.ms);
}

std::string to_string(Timestamp t) {
  sys_time<milliseconds> const time{milliseconds(t.ms)};
  auto const day = floor<days>(time);
  year_month_day const date(day);
  hh_mm_ss const clock(time - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  auto const bad = [whole = std::string(text)] {
    return fail(ErrorCode::bad_request, "'" + whole + "' is not a time such as 2026-01-31 or 2026-01-31T12:00:00Z");
  };
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0;
  if (!take_number(text, 4, y) || !take(text, '-') || !take_number(text, 2, mo) || !take(text, '-') ||
      !take_number(text, 2, d)) {
    return bad();
  }
  year_month_day const date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return bad();
  minutes offset(0);
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return bad();
    if (!take_number(text, 2, h) || !take(text, ':') || !take_number(text, 2, mi) || !take(text, ':') ||
        !take_number(text, 2, s) || !take_fraction(text, ms) || !take_offset(text, offset) || !text.empty() || h > 23 ||
        mi > 59 || s > 60) {
      return bad();
    }
  }
  auto const time = sys_days(date) + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms) - offset;
  auto const whole = duration_cast<milliseconds>(time.time_since_epoch()).count();
  // An offset may lead out of the years that can be printed.
  if (whole < kFirstMs || whole > kLastMs) return bad();
  return Timestamp{whole};
}

Result<Millis> parse_duration(std::string_view text) {
  auto const bad = [whole = std::string(text)] {
    return fail(ErrorCode::bad_request, "'" + whole + "' is not a duration such as 90s, 30m, 1h30m or 2d");
  };
  if (text.empty()) return bad();
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t number = 0;
    auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || number > kLongestMs) return bad();
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    auto const length = text.find_first_of("0123456789");
    auto const name = text.substr(0, length);
    std::int64_t factor = name.empty() ? 1 : 0;
    for (auto const& unit : kUnits) {
      if (unit.name == name) factor = unit.ms;
    }
    if (factor == 0 || number > kLongestMs / factor) return bad();
    total += number * factor;
    if (total > kLongestMs) return bad();
    text.remove_prefix(name.size());
  }
  return Millis(total);
}

std::string to_string(Millis d) {
  auto left = d.count();
  if (left == 0) return "0s";
  std::string text;
  if (left < 0) {
    text = "-";
    left = -left;
  }
  for (auto const& unit : {kUnits[4], kUnits[3], kUnits[2], kUnits[1], kUnits[0]}) {
    if (left < unit.ms) continue;
    text += std::to_string(left / unit.ms) + std::string(unit.name);
    left %= unit.ms;
  }
  return text;
}

std::unique_ptr<Clock> system_clock(std::string boot_id) {
  return std::make_unique<SystemClock>(std::move(boot_id));
}

WorkTime work_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::string read_boot_id() {
  int const file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  std::array<char, 64> text{};
  auto const size = read(file, text.data(), text.size());
  close(file);
  std::string id(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

}  // namespace decapod
