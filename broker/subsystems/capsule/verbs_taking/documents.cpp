#include "documents.h"

#include <decapod/base/utf8.h>
#include <decapod/capsule_record/check.h>

#include <algorithm>

namespace decapod::capsule {
namespace {

using cli::EntryKind;
using cli::TreeEntry;

constexpr std::size_t kFilesMost = 5000;
constexpr std::size_t kFileBytesMost = 1024 * 1024;

// The folder or file that all matches of a glob lie in; "" for the whole tree.
std::string place_of(std::string const& glob) {
  auto const wild = glob.find_first_of("*?");
  if (wild == std::string::npos) return glob;
  auto const slash = glob.rfind('/', wild);
  return slash == std::string::npos ? std::string() : glob.substr(0, slash);
}

// Nothing in it: everything.
std::vector<std::string> places_of(std::vector<std::string> const& globs) {
  std::vector<std::string> places;
  for (auto const& glob : globs) {
    auto place = place_of(glob);
    while (place.ends_with('/')) place.pop_back();
    if (place.empty()) return {};
    places.push_back(std::move(place));
  }
  return places;
}

class Reading {
 public:
  Reading(cli::Surroundings& around, std::string const& worktree, Revision const& revision)
      : around_(around), worktree_(worktree), revision_(revision) {}

  Result<Documents> run(std::vector<std::string> const& globs) {
    if (globs.empty()) return std::move(documents_);
    DECAPOD_TRY(auto files, files_in_scope(globs));
    DECAPOD_CHECK(cli::measure(around_, worktree_, revision_.tree, files));
    std::erase_if(files, [&](TreeEntry const& file) {
      if (file.bytes <= kFileBytesMost) return false;
      leave_out(file, Reason::too_large);
      return true;
    });
    DECAPOD_CHECK(check_bounds(files));
    DECAPOD_TRY(auto texts, cli::read_files(around_, worktree_, files));
    for (std::size_t i = 0; i < files.size(); ++i) take(files[i], std::move(texts[i]));
    std::ranges::sort(documents_.left_out, {}, &LeftOut::path);
    if (documents_.left_out.size() > kLeftOutShown) documents_.left_out.resize(kLeftOutShown);
    return std::move(documents_);
  }

 private:
  void leave_out(TreeEntry const& entry, Reason reason) {
    documents_.left_out.push_back({well_formed(entry.path.substr(0, kPathBytesMax)), reason});
    ++documents_.left_out_total;
  }

  Result<std::vector<TreeEntry>> files_in_scope(std::vector<std::string> const& globs) {
    DECAPOD_TRY(auto entries, cli::list_tree(around_, worktree_, revision_.tree, places_of(globs)));
    std::vector<TreeEntry> files;
    for (auto& entry : entries) {
      if (!in_scope(globs, entry.path)) continue;
      bool const named = is_document(entry.path) && entry.path.size() <= kPathBytesMax;
      if (entry.kind == EntryKind::link) {
        leave_out(entry, Reason::link);
      } else if (entry.kind == EntryKind::submodule) {
        leave_out(entry, Reason::submodule);
      } else if (!named) {
        leave_out(entry, Reason::no_text);
      } else {
        files.push_back(std::move(entry));
      }
    }
    return files;
  }

  static Result<void> check_bounds(std::vector<TreeEntry> const& files) {
    std::size_t bytes = 0;
    for (auto const& file : files) bytes += file.bytes;
    if (files.size() <= kFilesMost && bytes <= kDocumentBytesMax) return {};
    auto error = fail(ErrorCode::too_large,
                      "the scope has " + std::to_string(files.size()) + " documents with " + std::to_string(bytes) +
                          " bytes, more than a capsule is made from",
                      {{"documents", files.size()}, {"bytes", bytes}});
    error.hint = "a policy with narrower scopes: 5000 documents and 32 MiB each at most";
    return error;
  }

  void take(TreeEntry const& file, std::string text) {
    if (!is_document(text)) return leave_out(file, Reason::no_text);
    documents_.all.push_back({file.path, std::move(text)});
  }

  cli::Surroundings& around_;
  std::string const& worktree_;
  Revision const& revision_;
  Documents documents_;
};

}  // namespace

Result<Documents> documents_at(cli::Surroundings& around, std::string const& worktree, Revision const& revision,
                               std::vector<std::string> const& globs) {
  return Reading(around, worktree, revision).run(globs);
}

}  // namespace decapod::capsule
