#include "promote_repository.h"

#include <decapod/base/tracked_paths.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace decapod::promote::testing {
namespace {

constexpr std::size_t kDigits = 3;
constexpr std::size_t kLetters = 37;
constexpr char kOfCommits = 'c';
constexpr char kOfTrees = 'e';
constexpr int kNo = 1;  // how git ends where the answer is no
constexpr int kUnknown = 128;

std::string id_of(char letter, int number) {
  auto digits = std::to_string(number);
  digits.insert(0, kDigits - digits.size(), '0');
  return std::string(kLetters, letter) + digits;
}

cli::Finished said(std::string text) {
  return {.status = 0, .output = std::move(text), .errors = {}};
}

cli::Finished ended(int status) {
  return {.status = status, .output = {}, .errors = {}};
}

// Without the settings that stand before the command.
std::vector<std::string> command_in(std::vector<std::string> words) {
  while (!words.empty() && words.front().starts_with('-')) {
    words.erase(words.begin(), words.begin() + (words.front() == "-c" ? 2 : 1));
  }
  return words;
}

}  // namespace

std::string Repository::commit_id(int number) {
  return id_of(kOfCommits, number);
}

std::string Repository::tree_id(int number) {
  return id_of(kOfTrees, number);
}

std::optional<int> Repository::number_of(std::string_view id) const {
  int number = 0;
  auto const digits = id.substr(std::min(kLetters, id.size()));
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  bool const here = number <= newest() && (id == commit_id(number) || id == tree_id(number));
  return here ? std::optional(number) : std::nullopt;
}

void Repository::commit(std::string path) {
  changed_.push_back(std::move(path));
  head_ = newest();
}

std::vector<std::string> Repository::between(int from, int to) const {
  auto const [first, last] = std::minmax(from, to);
  std::set<std::string> const paths(changed_.begin() + first + 1, changed_.begin() + last + 1);
  return {paths.begin(), paths.end()};
}

Outside::Outside(policy::testing::Bench& bench, Repository const& repository)
    : bench_(bench),
      repository_(repository),
      place_(cli::StorePlace{.kind = cli::StoreKind::repo,
                             .paths = bench.paths(),
                             .worktree = "/nowhere",
                             .main_worktree = "/nowhere",
                             .git = {},
                             .why = ""}) {}

Result<json::object> Outside::call(RequestType const& type, json::object const& arguments) {
  auto const reply = bench_.read(operation_name(*type.verb), arguments);
  if (reply.data) return *reply.data;
  return fail(ErrorCode::not_found, reply.error->message);
}

Result<cli::Finished> Outside::git(std::string const& /*directory*/, std::vector<std::string> const& arguments,
                                   cli::GitAside const& aside) {
  auto const words = command_in(arguments);
  auto const& command = words.front();
  if (command == "rev-parse") return parse(words);
  if (command == "merge-base") return look_back(words);
  if (command == "diff-tree") return compare(words);
  if (command == "add") indexes_[aside.index] = repository_.head();
  if (command == "read-tree") indexes_[aside.index] = repository_.number_of(words.back()).value();
  if (command == "write-tree") return said(Repository::tree_id(indexes_.at(aside.index)) + '\n');
  if (command == "cat-file") {
    auto const key = to_hex(policy::testing::key_number(1).public_key()) + '\n';
    return words.back().ends_with(kPublishedKeyPath) ? said(key) : ended(kUnknown);
  }
  // There are no filters, no pins, no records and no submodules.
  return said("");
}

cli::Finished Outside::parse(Words const& words) const {
  if (words.back() == "HEAD^{commit}") return said(Repository::commit_id(repository_.head()) + '\n');
  if (words[1] == "--git-path") return said("/nowhere/" + words.back() + '\n');
  return ended(kUnknown);
}

cli::Finished Outside::compare(Words const& words) const {
  auto const from = repository_.number_of(words[words.size() - 2]);
  auto const to = repository_.number_of(words.back());
  if (!from || !to) return ended(kUnknown);
  std::string paths;
  for (auto const& path : repository_.between(*from, *to)) paths += path + '\0';
  return said(std::move(paths));
}

cli::Finished Outside::look_back(Words const& words) const {
  auto const earlier = repository_.number_of(words[words.size() - 2]);
  auto const later = repository_.number_of(words.back());
  if (!earlier || !later) return ended(kUnknown);
  return ended(*earlier <= *later ? 0 : kNo);
}

}  // namespace decapod::promote::testing
