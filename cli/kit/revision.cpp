#include <decapod/cli_kit/revision.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace decapod::cli {
namespace {

// Of the arguments of one git: well below what any system takes.
constexpr std::size_t kArgumentBytes = 64 * 1024;
// Of what one git prints: well below what Surroundings::git takes.
constexpr std::size_t kOutputBytes = 16 * 1024 * 1024;
constexpr std::size_t kShortName = 40;
constexpr std::size_t kLongName = 64;

bool names_object(std::string_view text) {
  auto const is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return (text.size() == kShortName || text.size() == kLongName) && std::ranges::all_of(text, is_digit);
}

Error unreadable(std::string_view what) {
  auto error = fail(ErrorCode::input_unreadable, "git cannot read " + std::string(what));
  error.hint = "`git fsck` says what is missing; a shallow or partial clone may have to be made whole";
  return error;
}

// A replacement of an object is this clone's alone; and a path is a path, whatever is in it.
Result<Finished> plumbing(Surroundings& around, std::string const& worktree, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--no-replace-objects", "--literal-pathspecs"});
  return around.git(worktree, arguments);
}

Result<std::optional<Revision>> resolve(Surroundings& around, std::string const& worktree, std::string const& name) {
  if (worktree.empty()) return std::optional<Revision>();
  DECAPOD_TRY(auto const asked, plumbing(around, worktree, {"rev-parse", name + "^{commit}", name + "^{tree}"}));
  if (asked.status != 0) return std::optional<Revision>();
  auto const end = asked.output.find('\n');
  if (end == std::string::npos) return std::optional<Revision>();
  Revision revision{asked.output.substr(0, end), asked.output.substr(end + 1)};
  if (revision.tree.ends_with('\n')) revision.tree.pop_back();
  if (!names_object(revision.commit) || !names_object(revision.tree)) return std::optional<Revision>();
  return std::optional(std::move(revision));
}

std::string_view take_until(std::string_view& rest, char end) {
  auto const at = std::min(rest.find(end), rest.size());
  auto const part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

// "100644 blob OBJECT<tab>PATH", with blanks and a size before the tab if it was asked for.
TreeEntry entry_of(std::string_view line) {
  constexpr std::string_view kLink = "120000";
  TreeEntry entry;
  auto const mode = take_until(line, ' ');
  auto const type = take_until(line, ' ');
  entry.kind = type == "commit" ? EntryKind::submodule : mode == kLink ? EntryKind::link : EntryKind::file;
  auto facts = take_until(line, '\t');
  entry.object = take_until(facts, ' ');
  auto const size = facts.substr(std::min(facts.find_first_not_of(' '), facts.size()));
  std::from_chars(size.data(), size.data() + size.size(), entry.bytes);
  entry.path = line;
  return entry;
}

std::vector<TreeEntry> entries_of(std::string_view output) {
  std::vector<TreeEntry> entries;
  while (!output.empty()) entries.push_back(entry_of(take_until(output, '\0')));
  return entries;
}

// As many of `items` from `first` on as one git may be given.
template <class Item, class Argument, class Printed>
std::size_t end_of_share(std::span<Item> items, std::size_t first, Argument argument_bytes, Printed printed_bytes) {
  std::size_t arguments = 0;
  std::size_t printed = 0;
  auto end = first;
  while (end < items.size()) {
    arguments += argument_bytes(items[end]) + 1;
    printed += printed_bytes(items[end]);
    if (end > first && (arguments > kArgumentBytes || printed > kOutputBytes)) break;
    ++end;
  }
  return end;
}

// Each object once: its content, as long as its size says, one after the other.
Result<void> read_share(Surroundings& around, std::string const& worktree,
                        std::span<std::pair<std::string, std::size_t> const> objects,
                        std::map<std::string, std::string>& contents) {
  std::vector<std::string> arguments{"show", "--no-textconv"};
  std::size_t expected = 0;
  for (auto const& [object, bytes] : objects) {
    arguments.push_back(object);
    expected += bytes;
  }
  DECAPOD_TRY(auto const shown, plumbing(around, worktree, std::move(arguments)));
  if (shown.status != 0 || shown.output.size() != expected) return unreadable("files of the revision");
  std::size_t at = 0;
  for (auto const& [object, bytes] : objects) {
    contents[object] = shown.output.substr(at, bytes);
    at += bytes;
  }
  return {};
}

}  // namespace

std::vector<std::string> split_at_nul(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) parts.emplace_back(take_until(text, '\0'));
  return parts;
}

Result<std::optional<std::string>> committed_file(Surroundings& around, std::string const& worktree,
                                                  std::string const& commit, std::string const& path) {
  std::string name = commit;
  name += ':';
  name += path;
  DECAPOD_TRY(auto shown, around.git(worktree, {"cat-file", "blob", name}));
  return shown.status == 0 ? std::optional(std::move(shown.output)) : std::nullopt;
}

Result<Ancestry> ancestry(Surroundings& around, std::string const& worktree, std::string const& commit,
                          std::string const& head) {
  constexpr int kNone = 1;
  // The file of the commit graph is believed for what it says of parents, whoever wrote it.
  DECAPOD_TRY(auto const asked,
              around.git(worktree, {"-c", "core.commitGraph=false", "merge-base", "--is-ancestor", commit, head}));
  if (asked.status == 0) return Ancestry::ancestor;
  return asked.status == kNone ? Ancestry::none : Ancestry::unknown;
}

Result<std::optional<Revision>> head_revision(Surroundings& around, std::string const& worktree) {
  return resolve(around, worktree, "HEAD");
}

Result<std::optional<Revision>> find_revision(Surroundings& around, std::string const& worktree,
                                              std::string const& commit) {
  if (!names_object(commit)) return std::optional<Revision>();
  return resolve(around, worktree, commit);
}

Result<std::vector<TreeEntry>> list_tree(Surroundings& around, std::string const& worktree, std::string const& tree,
                                         std::vector<std::string> const& below) {
  std::vector<std::string> arguments{"ls-tree", "-r", "-z", "--full-tree", tree, "--"};
  arguments.insert(arguments.end(), below.begin(), below.end());
  DECAPOD_TRY(auto const listed, plumbing(around, worktree, std::move(arguments)));
  if (listed.status != 0) return unreadable("the tree " + tree);
  auto entries = entries_of(listed.output);
  std::ranges::sort(entries, {}, &TreeEntry::path);
  return entries;
}

Result<void> measure(Surroundings& around, std::string const& worktree, std::string const& tree,
                     std::span<TreeEntry> files) {
  auto const argument = [](TreeEntry const& entry) { return entry.path.size(); };
  auto const printed = [](TreeEntry const&) { return std::size_t{0}; };
  std::map<std::string, std::size_t> sizes;
  for (std::size_t first = 0; first < files.size();) {
    auto const end = end_of_share(files, first, argument, printed);
    std::vector<std::string> arguments{"ls-tree", "-r", "-z", "-l", "--full-tree", tree, "--"};
    for (; first < end; ++first) arguments.push_back(files[first].path);
    DECAPOD_TRY(auto const listed, plumbing(around, worktree, std::move(arguments)));
    if (listed.status != 0) return unreadable("the tree " + tree);
    for (auto const& entry : entries_of(listed.output)) sizes[entry.path] = entry.bytes;
  }
  for (auto& file : files) {
    auto const found = sizes.find(file.path);
    if (found == sizes.end()) return unreadable("a file of the tree " + tree);
    file.bytes = found->second;
  }
  return {};
}

Result<std::vector<std::string>> read_files(Surroundings& around, std::string const& worktree,
                                            std::span<TreeEntry const> files) {
  std::map<std::string, std::size_t> sizes;
  for (auto const& file : files) sizes[file.object] = file.bytes;
  std::vector<std::pair<std::string, std::size_t>> const objects(sizes.begin(), sizes.end());
  std::map<std::string, std::string> contents;
  auto const argument = [](auto const& object) { return object.first.size(); };
  auto const printed = [](auto const& object) { return object.second; };
  for (std::size_t first = 0; first < objects.size();) {
    auto const end = end_of_share(std::span(objects), first, argument, printed);
    DECAPOD_CHECK(read_share(around, worktree, std::span(objects).subspan(first, end - first), contents));
    first = end;
  }
  std::vector<std::string> texts;
  for (auto const& file : files) texts.push_back(contents[file.object]);
  return texts;
}

}  // namespace decapod::cli
