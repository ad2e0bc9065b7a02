#include <decapod/storage/library.h>
#include <sqlite3.h>

namespace decapod::storage {
namespace {

Exposure contained_if(bool present) {
  return present ? Exposure::contained : Exposure::absent;
}

bool is_between(int version, int first, int last) {
  return version >= first && version <= last;
}

// Fixed in 3.51.3, and in the maintained branches 3.44 and 3.50.
bool has_wal_reset_race(int version) {
  bool const backported = is_between(version, 3044006, 3044999) || is_between(version, 3050007, 3050999);
  return is_between(version, 3007000, 3051002) && !backported;
}

}  // namespace

std::vector<LibraryFault> known_faults(int version) {
  return {
      {.name = "wal-frames-without-checksum",
       .harm = "a savepoint rolled back after its pages were spilled leaves frames that recovery stops at: every later "
               "acknowledged commit is lost in a crash",
       .versions = "before 3.50.2",
       .guard = "cache_spill=OFF, checked at every opening and by a self-test",
       .exposure = contained_if(version < 3050002)},
      {.name = "wal-reset-race",
       .harm = "two connections that checkpoint and write at the same instant corrupt the database",
       .versions = "3.7.0 to 3.51.2, but not 3.44.6 and later 3.44, nor 3.50.7 and later 3.50",
       .guard = "one connection writes and checkpoints; locking_mode=EXCLUSIVE keeps every other out",
       .exposure = contained_if(has_wal_reset_race(version))},
      {.name = "locks-dropped-by-close",
       .harm = "closing any descriptor of the database in the same process drops its POSIX locks; another program may "
               "then remove the WAL under the writer",
       .versions = "all; 3.51.0 and later resist some cases",
       .guard = "the database is never opened beside SQLite, and the identity of its files is checked before each "
                "acknowledgement",
       .exposure = Exposure::contained},
      {.name = "withdrawn-release",
       .harm = "its authors withdrew the release",
       .versions = "3.52.0",
       .guard = "a build that links it says so here; link another",
       .exposure = contained_if(version == 3052000)},
      {.name = "super-journal-rollback",
       .harm = "rolling back a transaction over several attached databases corrupts them",
       .versions = "3.53.3",
       .guard = "ATTACH is forbidden and the journal is a WAL: no super-journal is ever written",
       .exposure = contained_if(version == 3053003)},
  };
}

Library library() {
  int const number = sqlite3_libversion_number();
  return {.version = sqlite3_libversion(),
          .version_number = number,
          .source_id = sqlite3_sourceid(),
          .faults = known_faults(number)};
}

}  // namespace decapod::storage
