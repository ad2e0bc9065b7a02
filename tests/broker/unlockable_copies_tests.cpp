// A file system that locks no file, in the program that has a flock of its own (tests/election).

#include <decapod/broker/page_copies.h>

#include <cerrno>
#include <filesystem>

#include "engine_fixture.h"
#include "kernel_seam.h"

namespace decapod::broker {
namespace {

using namespace test;

bool is_empty(std::string const& directory) {
  return std::filesystem::is_empty(directory);
}

}  // namespace

TEST_CASE("where no file can be locked no copy is made, its maker is told why, and nothing is left") {
  Store store;
  KernelSeam seam;
  seam.refuse_locks(ENOLCK);
  auto const made = make_copy_file(store.paths());
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == ErrorCode::lock_unreliable);
  CHECK(is_empty(copies_directory(store.paths())));
}

TEST_CASE("a copy that is swept before it is locked is made again") {
  Store store;
  KernelSeam seam;
  int sweeps = 0;
  seam.before_lock([&] {
    if (++sweeps > 2) return;
    for (auto const& entry : std::filesystem::directory_iterator(copies_directory(store.paths()))) {
      std::filesystem::remove(entry.path());
    }
  });
  auto const made = make_copy_file(store.paths());
  REQUIRE(made.has_value());
  CHECK(sweeps == 3);
  CHECK(std::filesystem::exists(made->path));
}

}  // namespace decapod::broker
