#include "record.h"

#include <filesystem>

namespace decapod::test {

Played record(Scenario const& scenario, std::string const& folder, Lie lie, std::uint32_t seed) {
  std::filesystem::remove_all(StatePaths(folder).audit_directory);
  // The salts of a WAL are random numbers of SQLite's.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed | 1), static_cast<sqlite3*>(nullptr));
  auto prepared = prepare(scenario.start, folder);
  Played played;
  played.recorded.disk = prepared.disk;
  Notebook notebook{.pages = {}, .recording = &played.recorded.events};
  MemoryVfs memory("memory", folder);
  memory.tell(lie);
  memory.mount(prepared.disk, &played.recorded.events);
  Session session(folder, memory.name(), prepared.knowledge, &notebook);
  scenario.play(session);
  session.close();
  played.recorded.pages = std::move(notebook.pages);
  played.findings = session.findings();
  return played;
}

}  // namespace decapod::test
