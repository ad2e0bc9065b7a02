/* A VFS under which every sync takes SLOW_SYNC_US longer and is counted; linked into the bench builds of both sides.
 * It registers itself as the default before main() begins, so that no line of either program changes.
 * The count: eight bytes in the file "<store>-syncs", shared by all processes of the store, if that file is there. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef SLOW_SYNC_US
#error "say how long: -DSLOW_SYNC_US=1000"
#endif

struct slow_file {
  sqlite3_file base;
  sqlite3_io_methods methods; /* those of the file below, with this sync */
};

static sqlite3_vfs slow_vfs;
static sqlite3_vfs* below_vfs;
static _Atomic unsigned long long* counter;

/* The file below lies behind ours in the same memory. */
static sqlite3_file* below(sqlite3_file* file) { return (sqlite3_file*)((struct slow_file*)file + 1); }

static void rest(void) {
  struct timespec const pause = {.tv_sec = 0, .tv_nsec = SLOW_SYNC_US * 1000L};
  if (SLOW_SYNC_US > 0) nanosleep(&pause, NULL);
}

static int slow_sync(sqlite3_file* file, int flags) {
  if (counter != NULL) atomic_fetch_add(counter, 1);
  rest();
  return below(file)->pMethods->xSync(below(file), flags);
}

#define FORWARD(name, parameters, arguments) \
  static int slow_##name parameters { return below(file)->pMethods->x##name arguments; }
FORWARD(Close, (sqlite3_file * file), (below(file)))
FORWARD(Read, (sqlite3_file * file, void* to, int size, sqlite3_int64 at), (below(file), to, size, at))
FORWARD(Write, (sqlite3_file * file, void const* from, int size, sqlite3_int64 at), (below(file), from, size, at))
FORWARD(Truncate, (sqlite3_file * file, sqlite3_int64 size), (below(file), size))
FORWARD(FileSize, (sqlite3_file * file, sqlite3_int64* size), (below(file), size))
FORWARD(Lock, (sqlite3_file * file, int level), (below(file), level))
FORWARD(Unlock, (sqlite3_file * file, int level), (below(file), level))
FORWARD(CheckReservedLock, (sqlite3_file * file, int* held), (below(file), held))
FORWARD(FileControl, (sqlite3_file * file, int operation, void* argument), (below(file), operation, argument))
FORWARD(SectorSize, (sqlite3_file * file), (below(file)))
FORWARD(DeviceCharacteristics, (sqlite3_file * file), (below(file)))
FORWARD(ShmMap, (sqlite3_file * file, int region, int size, int extend, void volatile** memory),
        (below(file), region, size, extend, memory))
FORWARD(ShmLock, (sqlite3_file * file, int offset, int count, int flags), (below(file), offset, count, flags))
FORWARD(ShmUnmap, (sqlite3_file * file, int remove), (below(file), remove))
static void slow_ShmBarrier(sqlite3_file* file) { below(file)->pMethods->xShmBarrier(below(file)); }

static void find_counter(char const* store) {
  char path[4096];
  if (counter != NULL || snprintf(path, sizeof path, "%s-syncs", store) >= (int)sizeof path) return;
  int const file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* const memory = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory != MAP_FAILED) counter = memory;
  close(file);
}

static int slow_open(sqlite3_vfs* vfs, char const* name, sqlite3_file* file, int flags, int* out_flags) {
  struct slow_file* const opened = (struct slow_file*)file;
  (void)vfs;
  opened->base.pMethods = NULL;
  int const code = below_vfs->xOpen(below_vfs, name, below(file), flags, out_flags);
  if (below(file)->pMethods == NULL) return code;
  if (name != NULL && (flags & SQLITE_OPEN_MAIN_DB) != 0) find_counter(name);
  opened->methods = (sqlite3_io_methods){2,
                                         slow_Close,
                                         slow_Read,
                                         slow_Write,
                                         slow_Truncate,
                                         slow_sync,
                                         slow_FileSize,
                                         slow_Lock,
                                         slow_Unlock,
                                         slow_CheckReservedLock,
                                         slow_FileControl,
                                         slow_SectorSize,
                                         slow_DeviceCharacteristics,
                                         slow_ShmMap,
                                         slow_ShmLock,
                                         slow_ShmBarrier,
                                         slow_ShmUnmap,
                                         NULL,
                                         NULL};
  opened->base.pMethods = &opened->methods;
  return code;
}

__attribute__((constructor)) static void register_slow_vfs(void) {
  below_vfs = sqlite3_vfs_find(NULL);
  slow_vfs = *below_vfs;
  slow_vfs.pNext = NULL;
  slow_vfs.zName = "slow-sync";
  slow_vfs.szOsFile = (int)sizeof(struct slow_file) + below_vfs->szOsFile;
  slow_vfs.xOpen = slow_open;
  sqlite3_vfs_register(&slow_vfs, 1);
}
