#include "connection.h"

#include <decapod/base/os_error.h>
#include <decapod/base/sync_directory.h>
#include <decapod/base/untimed_stat.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <thread>

#include "file_identity.h"
#include "hardening.h"
#include "raise.h"

namespace decapod::storage {
namespace {

using std::chrono::steady_clock;

enum class Log : std::uint8_t { absent, found };

constexpr auto kPoll = Millis(1);  // constant: growing delays starve whoever has waited longest

struct Setting {
  char const* sql;
  char const* answer;  // what SQLite must say: either to the statement itself, or to `question`
  char const* question;
};
// Before the first access to the file. EXCLUSIVE keeps the WAL index on the heap and every other process out.
constexpr Setting kBeforeAccess[] = {
    {"PRAGMA locking_mode=EXCLUSIVE", "exclusive", nullptr},
    {"PRAGMA mmap_size=0", "0", "PRAGMA mmap_size"},
    {"PRAGMA cache_spill=OFF", "0", "PRAGMA cache_spill"},  // spilled frames lose their checksums before 3.50.2
    {"PRAGMA cell_size_check=ON", "1", "PRAGMA cell_size_check"},
    {"PRAGMA temp_store=MEMORY", "2", "PRAGMA temp_store"},
};
// The switch to WAL is the first access; `synchronous` is per database and so needs one.
constexpr Setting kWriting[] = {
    {"PRAGMA journal_mode=WAL", "wal", nullptr},
    {"PRAGMA synchronous=FULL", "2", "PRAGMA synchronous"},
    {"PRAGMA wal_autocheckpoint=0", "0", nullptr},
};

constexpr Setting kOnlyRead = {"PRAGMA query_only=ON", "1", "PRAGMA query_only"};

void set(sqlite3* connection, Setting const& setting) {
  auto answer = scalar(connection, setting.sql);
  if (setting.question != nullptr) answer = scalar(connection, setting.question);
  if (answer != setting.answer) {
    throw Failure(ErrorCode::unreachable, SQLITE_ERROR,
                  std::string("SQLite answered '") + answer + "' to '" + setting.sql + "'");
  }
}

// SQLite would create the file with the umask's mode. O_EXCL: a descriptor of an existing database, closed again,
// would drop locks.
void create_private(std::string const& path) {
  int const file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    close(file);
    return;
  }
  if (errno == EEXIST) return;
  auto const error = os_error("create", path, errno, ErrorCode::not_writable);
  throw Failure(error.code, SQLITE_CANTOPEN, error.message, error.hint);
}

std::string folder_of(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == std::string::npos ? std::string(".") : path.substr(0, std::max<std::size_t>(slash, 1));
}

bool lets_write(std::string const& path) {
  return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

// SQLite needs both of a file in WAL mode: a log of its own beside it.
bool can_be_written(std::string const& path) {
  return lets_write(path) && lets_write(folder_of(path));
}

// SQLite would write into a log that is there, though it can neither be replaced nor removed; and would open one that
// may only be read, and notice at the first write.
void require_writable(std::string const& path, Log log) {
  if (!lets_write(folder_of(path))) throw Failure(SQLITE_CANTOPEN, "the folder cannot be written");
  if (log == Log::found && !lets_write(path + "-wal")) throw Failure(SQLITE_CANTOPEN, "the log cannot be written");
}

// SQLite would write into a pipe or a device as into a log, and take what it reads there for what was written.
void require_plain(std::string const& log) {
  struct stat facts {};
  if (lstat(log.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    throw Failure(SQLITE_CANTOPEN, "the log is no plain file");
  }
}

// SQLite names the statement that it refused; what somebody can do something about is a file, or the folder of the log.
Failure with_culprit(Failure const& failure, OpenOptions const& options) {
  if (failure.error().code != ErrorCode::not_writable) return failure;
  bool const writes = options.mode == OpenMode::read_write;
  auto const folder = folder_of(options.path);
  for (auto const& path : {folder, options.path, options.path + "-wal"}) {
    struct stat facts {};
    if (lstat(path.c_str(), &facts) != 0) continue;
    if (path != folder && !S_ISREG(facts.st_mode)) {
      return {ErrorCode::not_writable, failure.sqlite_code(), path + " is no plain file", ""};
    }
    if (faccessat(AT_FDCWD, path.c_str(), writes ? R_OK | W_OK : R_OK, AT_EACCESS) == 0) continue;
    auto const error = os_error(writes ? "write to" : "read", path, errno, ErrorCode::not_writable);
    return {error.code, failure.sqlite_code(), error.message, error.hint};
  }
  return failure;
}

// As a URI, so that no path is mistaken for one, and for parameters that only a URI carries.
std::string uri(OpenOptions const& options) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = options.path.starts_with('/') ? "file:" : "file:./";
  for (char const c : options.path) {
    if (c == '%' || c == '?' || c == '#') {
      auto const byte = static_cast<unsigned char>(c);
      text += '%';
      text += kDigits[byte >> 4];
      text += kDigits[byte & 15];
    } else {
      text += c;
    }
  }
  if (options.mode == OpenMode::read_immutable) text += "?immutable=1";
  return text;
}

// SQLite would open /dev/urandom for the salts of its log. Where the call is refused, clock and process must do.
int random_by_call(sqlite3_vfs* /*files*/, int bytes, char* into) {
  auto const size = static_cast<std::size_t>(bytes);
  if (getrandom(into, size, 0) == bytes) return bytes;
  std::memset(into, 0, size);
  auto const now = std::chrono::system_clock::now().time_since_epoch().count();
  auto const process = getpid();
  std::memcpy(into, &now, std::min(size, sizeof now));
  if (size >= sizeof now + sizeof process) std::memcpy(into + sizeof now, &process, sizeof process);
  return bytes;
}

// SQLite looks at its log around each commit, too, and whether there is one when it opens the store.
void ask_kernel_less() {
  auto* const files = sqlite3_vfs_find("unix");
  if (files == nullptr || files->iVersion < 3) return;
  files->xRandomness = &random_by_call;
  files->xSetSystemCall(files, "fstat", reinterpret_cast<sqlite3_syscall_ptr>(&untimed_fstat));
  files->xSetSystemCall(files, "stat", reinterpret_cast<sqlite3_syscall_ptr>(&untimed_stat));
}

// Once for the process, before its first connection.
void set_up_library() {
  static bool const done = [] {
    // It counts allocations under a lock of its own, for figures that nobody here asks for. Too late, and of no harm,
    // if SQLite was used before.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    ask_kernel_less();
    return true;
  }();
  static_cast<void>(done);
}

Connection open_file(OpenOptions const& options, Log log) {
  set_up_library();
  bool const as_writer = options.mode == OpenMode::read_write || options.mode == OpenMode::read_private;
  int const access = as_writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  std::string vfs = options.vfs;
  // Without SQLite's locks: the caller holds decapod's own, and a read-only mount may refuse these.
  if (vfs.empty() && options.mode == OpenMode::read_wal) vfs = "unix-none";
  if (vfs.empty() && options.mode == OpenMode::read_write && log == Log::found) vfs = file_access_for_found_log();
  sqlite3* raw = nullptr;
  int const code = sqlite3_open_v2(uri(options).c_str(), &raw,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI,
                                   vfs.empty() ? nullptr : vfs.c_str());
  Connection connection(raw);
  check(raw, code, "opening " + options.path);
  return connection;
}

Connection attempt(OpenOptions const& options, Log log) {
  auto connection = open_file(options, log);
  auto* const raw = connection.get();
  harden(raw);
  if (options.mode == OpenMode::read_write) sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  for (auto const& setting : kBeforeAccess) set(raw, setting);
  if (options.mode == OpenMode::read_write) {
    if (sqlite3_db_readonly(raw, "main") != 0) {
      throw Failure(SQLITE_READONLY, options.path + " cannot be opened for writing");
    }
    require_writable(options.path, log);
    for (auto const& setting : kWriting) set(raw, setting);
  }
  if (options.mode == OpenMode::read_private) set(raw, kOnlyRead);
  scalar(raw, "SELECT count(*) FROM sqlite_schema");
  return connection;
}

bool is_prepared(sqlite3* connection, std::string const& path) {
  auto const place = place_of_log_of(path);
  return place && is_prepared(log_of(connection), *place);
}

}  // namespace

void CloseConnection::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);
}

void close_connection(Connection& connection) {
  int const code = sqlite3_close(connection.get());
  if (code != SQLITE_OK) throw failure_of(connection.get(), code, "closing the store");
  static_cast<void>(connection.release());
}

void remove_wal_on_close(sqlite3* connection) {
  sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

sqlite3_file& log_of(sqlite3* connection) {
  sqlite3_file* log = nullptr;
  int const code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  check(connection, code, "finding the WAL");
  return *log;
}

std::optional<LogPlace> place_of_log_of(std::string const& database) {
  return place_of_log(database + "-wal", folder_of(database));
}

// SQLite syncs the directory for a WAL that it makes, and for no other. A predecessor that made one and went before its
// first sync leaves a name that a power loss may take, with everything that is acknowledged into that file.
void sync_directory_of(sqlite3* connection, std::string const& path) {
  int const code = sqlite3_file_control(connection, "main", kSyncDirectoryControl, nullptr);
  if (code != SQLITE_NOTFOUND) return check(connection, code, "syncing the directory of " + path);
  auto const synced = sync_directory(folder_of(path));
  // As SQLite: what may be written need not be readable.
  if (synced || synced.error().code == ErrorCode::not_writable) return;
  throw Failure(synced.error().code, SQLITE_IOERR_DIR_FSYNC, synced.error().message, synced.error().hint);
}

std::string scalar(sqlite3* connection, char const* sql) {
  sqlite3_stmt* statement = nullptr;
  check(connection, sqlite3_prepare_v2(connection, sql, -1, &statement, nullptr), sql);
  std::string value;
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    auto const* const text = sqlite3_column_text(statement, 0);
    try {
      if (text != nullptr) value = reinterpret_cast<char const*>(text);
    } catch (std::bad_alloc const&) {
      sqlite3_finalize(statement);
      throw;
    }
  }
  code = sqlite3_finalize(statement);
  check(connection, code, sql);
  return value;
}

Opened open_connection(OpenOptions const& wished) {
  auto options = wished;
  if (options.mode == OpenMode::read_private && !can_be_written(options.path)) options.mode = OpenMode::read_immutable;
  bool const writes = options.mode == OpenMode::read_write;
  auto const deadline = steady_clock::now() + options.busy;
  if (writes && options.absent == Absent::make) create_private(options.path);
  auto const wal = options.path + "-wal";
  // Not by a busy handler: SQLite does not call one at each of the places where opening can meet a lock.
  for (;;) {
    auto const before = file_size(wal);
    auto const wal_bytes = before.value_or(0);
    // What recovery has counted is not what is there any more, and nothing would tell: neither SQLite nor a later look.
    // Or a predecessor that still held SQLite's lock has folded it just now, which does no harm either way.
    auto const has_shrunk = [&] { return writes && file_size(wal).value_or(0) < wal_bytes; };
    try {
      if (writes && before && wal_bytes == 0) require_plain(wal);
      Opened opened{.connection = attempt(options, before ? Log::found : Log::absent), .wal_bytes = wal_bytes};
      if (before && writes) {
        auto* const raw = opened.connection.get();
        if (wal_bytes > 0 && is_prepared(raw, options.path)) {
          opened.wal_bytes = 0;
          opened.found = WalFound::prepared;
        } else {
          sync_directory_of(raw, options.path);
        }
      }
      if (!has_shrunk()) return opened;
      if (steady_clock::now() >= deadline) throw cut_off();
    } catch (Failure const& failure) {
      bool const locked = failure.error().code == ErrorCode::busy && (failure.sqlite_code() & 0xff) != SQLITE_NOMEM;
      if (!(locked || has_shrunk()) || steady_clock::now() >= deadline) throw with_culprit(failure, options);
    }
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace decapod::storage
