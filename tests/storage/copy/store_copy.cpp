#include <support/store_copy.h>

#include <stdexcept>

namespace decapod::test {

StoreCopy::StoreCopy(TempRepository const& repository) {
  if (!repository.falls_quiet()) throw std::runtime_error("a broker is still there");
  for (std::string const name : {"decapod.db", "decapod.db-wal"}) {
    auto const source = repository.state() + '/' + name;
    if (std::filesystem::exists(source)) std::filesystem::copy_file(source, scratch_ / name);
  }
}

std::vector<std::string> StoreCopy::rows(std::string const& query) const {
  auto const finished = run({.arguments = {"sqlite3", "-batch", "-bail", scratch_ / "decapod.db", query},
                             .environment = {{"PATH", "/usr/bin:/bin"}},
                             .cwd = scratch_.path(),
                             .input = ""});
  if (finished.status != 0) throw std::runtime_error(query + ": " + finished.error + finished.output);
  std::vector<std::string> rows;
  for (std::size_t from = 0; from < finished.output.size();) {
    auto const end = finished.output.find('\n', from);
    rows.push_back(finished.output.substr(from, end - from));
    if (end == std::string::npos) break;
    from = end + 1;
  }
  return rows;
}

std::int64_t StoreCopy::number(std::string const& query) const {
  return std::stoll(rows(query).at(0));
}

}  // namespace decapod::test
