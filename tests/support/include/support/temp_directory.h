#pragma once
// A scratch directory that removes itself. Nothing of the tests ever lives outside one.

#include <filesystem>
#include <string>
#include <string_view>

namespace decapod::test {

// Owns /tmp/decapod-test-XXXXXX (or below TMPDIR). Throws std::runtime_error if it cannot be made, or if the temporary
// directory lies inside a git repository, where a test could reach a store that people use.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(TempDirectory const&) = delete;
  TempDirectory& operator=(TempDirectory const&) = delete;

  std::filesystem::path const& path() const { return path_; }
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string read_file(std::filesystem::path const& path);
void write_file(std::filesystem::path const& path, std::string_view content);

}  // namespace decapod::test
