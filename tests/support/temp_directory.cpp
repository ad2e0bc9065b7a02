#include <support/temp_directory.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace decapod::test {
namespace fs = std::filesystem;
namespace {

fs::path scratch_root() {
  auto const root = fs::canonical(fs::temp_directory_path());
  for (auto folder = root; folder != folder.root_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / ".git") || fs::exists(folder / ".decapod")) {
      throw std::runtime_error("the temporary directory " + root.string() + " lies inside a repository");
    }
  }
  return root;
}

}  // namespace

TempDirectory::TempDirectory() {
  auto name = (scratch_root() / "decapod-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;  // a broker on its way out may still remove its own files
  fs::remove_all(path_, ignored);
  if (ignored) fs::remove_all(path_, ignored);
}

std::string read_file(fs::path const& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void write_file(fs::path const& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace decapod::test
