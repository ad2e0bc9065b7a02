#include "drivers.h"

#include <algorithm>
#include <array>

namespace decapod::scan {
namespace {

constexpr auto kAll = std::to_array<Driver>({
    {"sqlite3_open"},
    {"sqlite3_open_v2"},
    {"sqlite3_open16"},
});

constexpr auto kC = std::to_array<Driver>({
    {"sqlite3_ # #"},  // pasted together by a macro
    {"sqlite3_open_ # #"},
    {"# # _open_v2", "sqlite3"},
    {"SQLite::Database("},
    {"SQLite::Database{"},
    {"SQLite::Database _("},
    {"SQLite::Database _{"},
    {"<SQLite::Database>("},
    {"make_storage(", "sqlite_orm"},
    {"sqlite::database _("},
    {"sqlite::database _{"},
    {"sqlite3pp::database _("},
    {"addDatabase(\"QSQLITE*\""},
    {"Session(\"SQLite\""},
    {"Session _(\"SQLite\""},
    {"SessionPool _(\"SQLite\""},
    {"session _(sqlite3"},
    {"session _(soci::sqlite3"},
    {"session _(\"sqlite3*\""},
    {"open(soci::sqlite3"},
    {"open(sqlite3,", "soci"},
    {"CppSQLite3DB _"},
    {"FMDatabase databaseWithPath"},
    {"FMDatabaseQueue databaseQueueWithPath"},
});

constexpr auto kRust = std::to_array<Driver>({
    {"Connection::open*", "rusqlite"},
    {"sqlite::Connection::open*"},
    {"sqlite::open*"},
    {"SqlitePool::connect*"},
    {"SqlitePoolOptions::new"},
    {"SqliteConnection::connect*"},
    {"SqliteConnection::establish"},
    {"SqliteConnectOptions::_"},
    {"SqliteConnectionManager::_"},
    {"ConnectionManager::<SqliteConnection>::new"},
    {"ConnectionManager<SqliteConnection>"},
    {"Builder::new_local", "libsql"},
    {"Database::open*", "libsql"},
    {"Connection::open*", "limbo"},
});

constexpr auto kPython = std::to_array<Driver>({
    {"sqlite3.connect"},
    {"sqlite3.Connection("},
    {"dbapi2.connect", "sqlite"},
    {"sqlite.connect"},
    {"from sqlite3 import ... connect"},
    {"from aiosqlite import ... connect"},
    {"from sqlite3 import *"},
    {"aiosqlite.connect"},
    {"apsw.Connection"},
    {"from apsw import ... Connection"},
    {"sqlcipher3.connect"},
    {"libsql_experimental.connect"},
    {"SqliteDatabase("},
    {"SqliteExtDatabase("},
    {"SqliteQueueDatabase("},
    {"APSWDatabase("},
    {"SqlCipherDatabase("},
    {"create(\"sqlite*\"", "sqlalchemy"},
    {"\"django.db.backends.sqlite3\""},
    {"import_module(\"sqlite3\""},
    {"__import__(\"sqlite3\""},
    {"find_library(\"sqlite3\""},
});

constexpr auto kJavascript = std::to_array<Driver>({
    {"new @sqlite("},
    {"new @sqlite._("},
    {"@sqlite("},
    {"@sqlite.open*("},
    {"@sqlite.default("},
    {"@sqlite.Database("},
    {"@sqlite.cached._("},
    {"@sqlite.createClient("},
    {"new DatabaseSync("},
    {"require(\"@sqlite\")("},
    {"require(\"@sqlite\")._("},
    {"require(\"@sqlite\"))("},
    {"initSqlJs("},
    {"openDatabaseSync("},
    {"SQLite.openDatabase*("},
    {"client: \"sqlite3\""},
    {"client: \"better-sqlite3\""},
    {"dialect: \"sqlite\""},
    {"type: \"better-sqlite3\""},
    {"type: \"sqlite\"", "typeorm"},
});

constexpr auto kGo = std::to_array<Driver>({
    {"Open(\"sqlite*\""},
    {"Connect(\"sqlite*\""},
    {"MustOpen(\"sqlite*\""},
    {"MustConnect(\"sqlite*\""},
    {"ConnectContext(_, \"sqlite*\""},
    {"sql.Open(_", "sqlite"},
    {"sqlite.Open*("},
    {"sqlite3.Open*("},
    {"sqlitex.Open*("},
    {"sqlitex.NewPool*("},
    {"SQLiteDriver{"},
    {"gosqlite.Open*("},
});

constexpr auto kJvm = std::to_array<Driver>({
    {"\"org.sqlite.JDBC\""},
    {"SQLiteDatabase.open*("},
    {"SQLiteDatabase.create*("},
    {"openOrCreateDatabase("},
    {"SQLiteDataSource("},
    {"SQLiteOpenHelper("},
    {"extends SQLiteOpenHelper"},
    {"Room.databaseBuilder"},
    {"AndroidSqliteDriver("},
    {"JdbcSqliteDriver("},
    {"NativeSqliteDriver("},
    {"BundledSQLiteDriver("},
    {"AndroidSQLiteDriver("},
    {"new SQLiteConnection("},
    {"new SQLiteQueue("},
    {"Native.load(\"sqlite3\""},
    {"System.loadLibrary(\"sqlite3\""},
});

constexpr auto kCsharp = std::to_array<Driver>({
    {"new SqliteConnection("},
    {"new SQLiteConnection("},
    {"new SQLiteAsyncConnection("},
    {"new _.SqliteConnection("},
    {"new Microsoft.Data.Sqlite.SqliteConnection("},
    {"new System.Data.SQLite.SQLiteConnection("},
    {"SqliteConnection _ = new("},
    {"SQLiteConnection _ = new("},
    {"SQLiteAsyncConnection _ = new("},
    {"UseSqlite("},
    {"UseSqlite<"},
    {"SqliteFactory.Instance"},
    {"SQLiteFactory.Instance"},
    {"DllImport(\"sqlite3*\""},
    {"DllImport(\"e_sqlite3*\""},
    {"LibraryImport(\"sqlite3*\""},
    {"LibraryImport(\"e_sqlite3*\""},
    {"NativeLibrary.Load(\"sqlite3*\""},
    {"NativeLibrary.Load(\"e_sqlite3*\""},
});

constexpr auto kRuby = std::to_array<Driver>({
    {"SQLite3::Database.new"},
    {"SQLite3::Database.open"},
    {"Sequel.sqlite"},
    {"Sequel.amalgalite"},
    {"Amalgalite::Database.new"},
    {"Extralite::Database.new"},
    {"adapter: \"sqlite*\""},
    {"adapter => \"sqlite*\""},
    {"\"adapter\" => \"sqlite*\""},
    {"connect \"DBI:SQLite3*\""},
    {"connect(\"DBI:SQLite3*\""},
    {"ffi_lib \"sqlite3\""},
    {"ffi_lib(\"sqlite3\""},
});

constexpr auto kPhp = std::to_array<Driver>({
    {"new SQLite3("},
    {"new \\SQLite3("},
    {"extends SQLite3"},
    {"extends \\SQLite3"},
    {"new Pdo\\Sqlite("},
    {"new \\Pdo\\Sqlite("},
    {"Pdo\\Sqlite::connect("},
    {"sqlite_open("},
    {"sqlite_popen("},
    {"\"driver\" => \"sqlite*\""},
    {"\"driver\" => \"pdo_sqlite\""},
});

constexpr auto kSwift = std::to_array<Driver>({
    {"Connection(", "SQLite"},
    {"SQLite.Connection("},
    {"DatabaseQueue(", "GRDB"},
    {"DatabasePool(", "GRDB"},
    {"FMDatabase("},
    {"FMDatabaseQueue("},
    {"FMDatabasePool("},
    {"Blackbird.Database("},
});

}  // namespace

std::span<Driver const> drivers_of_all() {
  return kAll;
}

std::span<Driver const> drivers_of(Language language) {
  switch (language) {
    case Language::c:
      return kC;
    case Language::rust:
      return kRust;
    case Language::python:
      return kPython;
    case Language::javascript:
      return kJavascript;
    case Language::go:
      return kGo;
    case Language::java:
    case Language::kotlin:
      return kJvm;
    case Language::csharp:
      return kCsharp;
    case Language::ruby:
      return kRuby;
    case Language::php:
      return kPhp;
    case Language::swift:
      return kSwift;
    case Language::shell:
      break;
  }
  return {};
}

bool is_javascript_driver(std::string_view package) {
  static constexpr auto kPackages = std::to_array<std::string_view>({"better-sqlite3",
                                                                     "better-sqlite3-multiple-ciphers",
                                                                     "sqlite3",
                                                                     "sqlite",
                                                                     "sqlite-async",
                                                                     "node:sqlite",
                                                                     "bun:sqlite",
                                                                     "sql.js",
                                                                     "libsql",
                                                                     "@libsql/client",
                                                                     "node-sqlite3-wasm",
                                                                     "@sqlite.org/sqlite-wasm",
                                                                     "expo-sqlite",
                                                                     "react-native-sqlite-storage",
                                                                     "react-native-quick-sqlite",
                                                                     "@op-engineering/op-sqlite",
                                                                     "jsr:@db/sqlite",
                                                                     "promised-sqlite3",
                                                                     "@vscode/sqlite3",
                                                                     "@journeyapps/sqlcipher"});
  return std::ranges::find(kPackages, package) != kPackages.end();
}

}  // namespace decapod::scan
