#include <decapod/storage/database.h>
#include <sqlite3.h>
#include <support/temp_directory.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>

namespace decapod::test {
namespace {

using storage::Database;
using storage::Failure;

std::unique_ptr<Database> open_store(TempDirectory const& scratch) {
  auto opened = Database::open({.path = scratch / "store.db"});
  REQUIRE(opened.has_value());
  (*opened)->script("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT UNIQUE)");
  return std::move(*opened);
}

TEST_CASE("every kind of value comes back as it was bound") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  std::string const text("with a \0 inside", 15);
  auto const digest = sha256("x");
  std::optional<std::string> const none;
  auto rows = store->query("SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11", text, std::string_view(), "literal",
                           std::int64_t{-5}, 7U, true, Timestamp{1234}, digest, Bytes(), none, std::optional<int>(3));
  REQUIRE(rows.next());
  CHECK(rows.columns() == 11);
  CHECK(rows.text(0) == text);
  CHECK_FALSE(rows.is_null(1));  // an empty text is a text
  CHECK(rows.view(1).empty());
  CHECK(rows.text(2) == "literal");
  CHECK(rows.integer(3) == -5);
  CHECK(rows.integer(4) == 7);
  CHECK(rows.integer(5) == 1);
  CHECK(rows.time(6) == Timestamp{1234});
  CHECK(std::ranges::equal(rows.blob(7), digest.bytes));
  CHECK_FALSE(rows.is_null(8));
  CHECK(rows.blob(8).empty());
  CHECK(rows.is_null(9));
  CHECK_FALSE(rows.optional_text(9));
  CHECK_FALSE(rows.optional_integer(9));
  CHECK_FALSE(rows.optional_time(9));
  CHECK(rows.optional_integer(10) == 3);
  CHECK_FALSE(rows.next());
  CHECK_FALSE(rows.next());
}

TEST_CASE("execute tells how many rows its own statement changed") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  CHECK(store->execute("INSERT INTO note (text) VALUES ('a'), ('b'), ('c')") == 3);
  CHECK(store->execute("UPDATE note SET text = text WHERE id = ?1", 99) == 0);
  CHECK(store->execute("CREATE TABLE other (id)") == 0);
  CHECK(store->execute("DELETE FROM note WHERE id > ?1", 1) == 2);
}

// The connections that SQLite opens while it lives.
class Connections {
 public:
  Connections() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(&opened)); }
  ~Connections() {
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&opened));
    latest_ = nullptr;
  }
  Connections(Connections const&) = delete;
  Connections& operator=(Connections const&) = delete;

  // How often any statement of the latest one was prepared again.
  static int prepared_again() {
    int count = 0;
    for (auto* statement = sqlite3_next_stmt(latest_, nullptr); statement != nullptr;
         statement = sqlite3_next_stmt(latest_, statement))
      count += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_REPREPARE, 0);
    return count;
  }

 private:
  static int opened(sqlite3* connection, char const** /*message*/, sqlite3_api_routines const* /*api*/) {
    latest_ = connection;
    return SQLITE_OK;
  }
  static inline sqlite3* latest_ = nullptr;
};

TEST_CASE("whatever writes a row is counted, and what writes none is not") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  store->script("CREATE VIRTUAL TABLE words USING fts5 (text); INSERT INTO note (text) VALUES ('a'), ('b')");
  auto const moves = [&](std::string_view sql) {
    auto const before = store->rows_written();
    {
      auto rows = store->query(sql);
      try {
        while (rows.next()) {
        }
      } catch (Failure const&) {
      }
    }
    return store->rows_written() != before;
  };
  for (auto const* sql :
       {"INSERT INTO note (text) VALUES ('c')", "INSERT INTO note (text) VALUES ('d') RETURNING id",
        "INSERT INTO note (id, text) VALUES (1, 'e') ON CONFLICT (id) DO UPDATE SET text = excluded.text",
        "UPDATE note SET text = text", "INSERT INTO words (rowid, text) VALUES (1, 'one')",
        "INSERT INTO words (words) VALUES ('optimize')", "DELETE FROM words WHERE rowid = 1", "DELETE FROM note"}) {
    INFO(sql);
    CHECK(moves(sql));
  }
  store->execute("INSERT INTO note (id, text) VALUES (1, 'a')");
  for (auto const* sql :
       {"INSERT OR IGNORE INTO note (id, text) VALUES (1, 'b')", "UPDATE note SET text = 'c' WHERE id = 7",
        "INSERT INTO note (id, text) VALUES (2, 'a')", "SELECT * FROM note"}) {
    INFO(sql);
    CHECK_FALSE(moves(sql));
  }
}

TEST_CASE("a statement is prepared once, whatever is bound to it") {
  TempDirectory const scratch;
  Connections const connections;
  auto const store = open_store(scratch);
  // SQLite compares what is bound to `kind` with the condition of the partial index.
  store->script(
      "CREATE TABLE link (kind TEXT, source INTEGER, target INTEGER, PRIMARY KEY (kind, source, target)) WITHOUT ROWID;"
      "CREATE UNIQUE INDEX one_parent ON link (target) WHERE kind = 'parent'");
  for (int i = 0; i < 20; ++i) {
    auto rows =
        store->query("SELECT target FROM link WHERE kind = ? AND target = ?", i % 2 == 0 ? "blocks" : "parent", i);
    CHECK_FALSE(rows.next());
  }
  CHECK(Connections::prepared_again() == 0);
}

TEST_CASE("another text at the place of an earlier one is another statement") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  std::string text = "SELECT 'one'";
  auto const answer = [&] {
    auto rows = store->query(std::string_view(text));
    return rows.next() ? rows.text(0) : "";
  };
  for (auto const* word : {"one", "one", "two", "two", "one"}) {
    text.replace(8, 3, word);
    CHECK(answer() == word);
  }
}

TEST_CASE("a statement that was used again and again, and then had to make room, is prepared anew") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  auto const ask = [&store] {
    auto rows = store->query("SELECT 'a constant text'");
    return rows.next() ? rows.text(0) : "";
  };
  for (int i = 0; i < 3; ++i) REQUIRE(ask() == "a constant text");
  for (int i = 0; i < 600; ++i) {
    auto rows = store->query("SELECT 'a text of its own, number " + std::to_string(i) + '\'');
    REQUIRE(rows.next());
  }
  CHECK(ask() == "a constant text");
}

TEST_CASE("more texts than the cache holds still run") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  auto const sum_of = [&store](int i) {
    auto rows = store->query("SELECT ?1 + " + std::to_string(i), 1000);
    rows.next();
    return rows.integer(0);
  };
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 600; ++i) REQUIRE(sum_of(i) == 1000 + i);
  }
}

TEST_CASE("a statement is idle again after its rows were dropped half-read") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  store->execute("INSERT INTO note (text) VALUES ('a'), ('b'), ('c')");
  {
    auto rows = store->query("SELECT id FROM note");
    REQUIRE(rows.next());
    CHECK_THROWS_AS(store->query("SELECT id FROM note"), Failure);  // one execution of a text at a time
  }
  auto rows = store->query("SELECT id FROM note");
  CHECK(rows.next());
}

TEST_CASE("misuse is an internal error that shows the statement") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  store->execute("INSERT INTO note VALUES (1, 'a')");
  auto const error_of = [&store](auto const&... arguments) {
    try {
      store->execute(arguments...);
    } catch (Failure const& failure) {
      return failure.error();
    }
    return Error{ErrorCode::usage, "no failure", "", {}, {}};
  };
  for (auto const& error : {error_of("INSERT INTO note VALUES (?1, ?2)", 2), error_of("SELECT 1; SELECT 2"),
                            error_of(""), error_of("NONSENSE"), error_of("INSERT INTO note VALUES (1, 'a')")}) {
    CAPTURE(error.message);
    CHECK(error.code == ErrorCode::internal);
  }
  auto const broken = error_of("INSERT INTO note VALUES (2, 'a')");
  CHECK(broken.message.find("INSERT INTO note VALUES (2, 'a')") != std::string::npos);
  CHECK(broken.message.find("UNIQUE") != std::string::npos);
}

TEST_CASE("result codes become error codes that say what to do") {
  struct Row {
    int code;
    ErrorCode error;
  };
  for (auto const& [code, error] :
       {Row{SQLITE_BUSY, ErrorCode::busy}, Row{SQLITE_BUSY_RECOVERY, ErrorCode::busy},
        Row{SQLITE_BUSY_SNAPSHOT, ErrorCode::busy}, Row{SQLITE_INTERRUPT, ErrorCode::timeout},
        Row{SQLITE_FULL, ErrorCode::disk_full}, Row{SQLITE_READONLY, ErrorCode::not_writable},
        Row{SQLITE_READONLY_DIRECTORY, ErrorCode::not_writable}, Row{SQLITE_CANTOPEN, ErrorCode::not_writable},
        Row{SQLITE_PERM, ErrorCode::not_writable}, Row{SQLITE_CORRUPT, ErrorCode::corrupt},
        Row{SQLITE_NOTADB, ErrorCode::corrupt}, Row{SQLITE_IOERR_SHORT_READ, ErrorCode::corrupt},
        Row{SQLITE_IOERR_FSYNC, ErrorCode::unreachable}, Row{SQLITE_IOERR, ErrorCode::unreachable},
        Row{SQLITE_TOOBIG, ErrorCode::too_large}, Row{SQLITE_CONSTRAINT_UNIQUE, ErrorCode::internal},
        Row{SQLITE_AUTH, ErrorCode::internal}, Row{SQLITE_MISUSE, ErrorCode::internal}}) {
    CAPTURE(code);
    CHECK(Failure(code, "x").error().code == error);
  }
}

// The match is one step of the statement that asks for it; it reads some fifty pages, and ends without a row.
TEST_CASE("a search that is out of time ends inside its match") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  store->script("CREATE VIRTUAL TABLE text USING fts5 (words)");
  store->execute(
      "INSERT INTO text (words) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
      " SELECT iif(i % 2, 'odd', 'even') FROM n");
  auto const search = [&] {
    auto rows = store->query("SELECT 1 FROM text WHERE text MATCH ?", "odd even");
    return rows.next();
  };
  CHECK_FALSE(search());
  store->limit({.until = std::chrono::steady_clock::now()});
  CHECK_THROWS_AS(search(), Failure);
  store->limit({});
  CHECK_FALSE(search());
}

// A statement without files waits for nothing: only a rest is a wait.
TEST_CASE("statements that give way rest every few milliseconds of work, others do not") {
  TempDirectory const scratch;
  auto const store = open_store(scratch);
  auto const rests_in_fifty_ms = [&] {
    rusage before{};
    rusage after{};
    auto const until = work_time() + Millis(50);
    getrusage(RUSAGE_THREAD, &before);
    while (work_time() < until) {
      auto rows = store->query(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT sum(i) FROM n");
      while (rows.next()) {
      }
    }
    getrusage(RUSAGE_THREAD, &after);
    return after.ru_nvcsw - before.ru_nvcsw;
  };
  CHECK(rests_in_fifty_ms() < 5);
  store->limit({.until = std::nullopt, .pace = storage::Pace::gives_way});
  CHECK(rests_in_fifty_ms() >= 20);
  store->limit({});
  CHECK(rests_in_fifty_ms() < 5);
}

}  // namespace
}  // namespace decapod::test
