#include <decapod/storage/library.h>
#include <decapod/storage/transaction.h>
#include <unistd.h>

namespace decapod::storage {
namespace {

// More pages than the default cache of 2 MB holds.
constexpr int kRows = 700;
constexpr int kRowBytes = 4000;

struct ScratchStore {
  std::string path;
  ~ScratchStore() {
    for (auto const* suffix : {"", "-wal", "-shm", "-journal"}) unlink((path + suffix).c_str());
  }
};

// Each note stands for one acknowledged commit.
void write_notes_around_an_undone_request(Database& database) {
  database.script("CREATE TABLE note (id INTEGER PRIMARY KEY); CREATE TABLE bulk (data TEXT)");
  {
    Transaction batch(database, TransactionKind::write);
    database.execute("INSERT INTO note VALUES (1)");
    {
      Savepoint undone(database);
      database.execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
          "INSERT INTO bulk SELECT printf('%.*c', ?2, 'x') FROM n",
          kRows, kRowBytes);
      // Every page is changed again after it would have been spilled: that is what the fault needs.
      database.execute("UPDATE bulk SET data = upper(data)");
    }
    database.execute("INSERT INTO note VALUES (2)");
    batch.commit();
  }
  database.execute("INSERT INTO note VALUES (3)");
}

std::int64_t notes_that_survive(Database& database) {
  auto rows = database.query("SELECT count(*) FROM note");
  rows.next();
  return rows.integer(0);
}

}  // namespace

Result<void> test_library(std::string const& directory) {
  ScratchStore const scratch{directory + "/self-test.db"};
  OpenOptions const options{.path = scratch.path, .on_close = OnClose::keep_wal};
  try {
    {
      DECAPOD_TRY(auto const database, Database::open(options));
      write_notes_around_an_undone_request(*database);
    }
    // Closed without a checkpoint, the files are what a killed process leaves: opening them recovers.
    DECAPOD_TRY(auto const database, Database::open(options));
    auto const survived = notes_that_survive(*database);
    if (survived == 3) return {};
    return fail(ErrorCode::corrupt, "the linked SQLite " + library().version + " loses acknowledged commits: 3 made, " +
                                        std::to_string(survived) + " left");
  } catch (Failure const& failure) {
    return failure.error();
  }
}

}  // namespace decapod::storage
