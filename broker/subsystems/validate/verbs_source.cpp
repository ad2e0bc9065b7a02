#include "verbs_source.h"

#include <decapod/base/suggest.h>
#include <decapod/cli_kit/text.h>
#include <decapod/scan/scan.h>
#include <decapod/validate_config/source_rules.h>

#include <sys/stat.h>

#include "verbs_listing.h"

namespace decapod::validate {
namespace {

constexpr std::size_t kLargestFile = 2 * 1024 * 1024;
constexpr std::size_t kLargestConfig = 256 * 1024;
constexpr std::string_view kConfig = ".decapod/config.toml";

enum class Entry : std::uint8_t { file, folder, gone };

// By its name only: nothing is opened.
Entry entry_at(std::string const& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return Entry::gone;
  if (S_ISREG(facts.st_mode)) return Entry::file;
  return S_ISDIR(facts.st_mode) ? Entry::folder : Entry::gone;
}

bool is_link(std::string const& path) {
  struct stat facts {};
  return lstat(path.c_str(), &facts) == 0 && S_ISLNK(facts.st_mode);
}

class SourceScan {
 public:
  SourceScan(cli::Surroundings& around, std::string const& worktree, SourceRules rules)
      : around_(around), worktree_(worktree), rules_(std::move(rules)) {}

  Result<SourceVerdict> run() {
    DECAPOD_TRY(auto const paths, list_files(around_, worktree_, {"-co", "--exclude-standard"}));
    for (auto const& path : paths) {
      if (lies_in(path, rules_.broker) || lies_in(path, rules_.exclude)) continue;
      DECAPOD_CHECK(take(path));
    }
    add_notices();
    return SourceVerdict{std::move(report_), ScanSummary{.mode = rules_.mode,
                                                         .files = files_,
                                                         .broker = std::move(rules_.broker),
                                                         .exceptions = std::move(rules_.exceptions)}};
  }

  GateReport& report() { return report_; }

 private:
  Result<void> take(std::string const& path) {
    auto language = scan::language_of_name(path);
    bool const listed_folder = path.ends_with('/');
    if (!language && !listed_folder && !scan::may_be_script(path)) return {};
    auto const whole = worktree_ + '/' + path;
    switch (entry_at(whole)) {
      case Entry::gone:
        return {};  // deleted, and git does not know it yet; or a link that leads nowhere
      case Entry::folder:
        // A link into the tree is scanned where it leads; out of it, it is no part of this repository.
        if (!is_link(whole)) submodules_.push_back(path);
        return {};
      case Entry::file:
        break;
    }
    auto const content = around_.read(whole, kLargestFile);
    if (!content) return unread(path, content.error());
    if (!language) language = scan::language_of_interpreter(*content);
    if (scan::is_binary(*content)) {
      if (scan::language_of_name(path)) binaries_.push_back(path);
      return {};
    }
    if (language) return scan_file(path, *language, *content);
    return {};
  }

  Result<void> unread(std::string const& path, Error const& error) {
    if (error.code == ErrorCode::timeout) return error;
    if (error.code == ErrorCode::too_large)
      large_.push_back(path);
    else
      unreadable_.push_back(path);
    return {};
  }

  Result<void> scan_file(std::string const& path, scan::Language language, std::string_view content) {
    ++files_;
    auto const hits = scanner_.scan(language, content, [&] { return is_late(); });
    if (!hits) return late(path);
    for (auto const& hit : *hits) {
      if (is_late()) return late(path);
      if (rules_.mode == ScanMode::own_store && !scan::names_own_store(content, hit)) continue;
      if (auto* exception = exception_for(path, rules_)) {
        ++exception->opens;
        continue;
      }
      add_finding(report_, {.code = "SQLITE_OPENED_OUTSIDE_BROKER",
                            .message = as_text(hit.what),
                            .where = as_text(path) + ':' + std::to_string(hit.line),
                            .hint = "ask the broker with a typed request instead, or declare it in " +
                                    std::string(kConfig) + ":\n[[validate.source.exception]]\npath = \"" +
                                    as_text(path) + "\"\nreason = \"why it may\""});
    }
    return {};
  }

  bool is_late() const { return around_.clock().steady() >= around_.deadline(); }

  static Error late(std::string const& path) {
    auto error = fail(ErrorCode::timeout, "the scan of " + as_text(path) + " did not end in time");
    error.hint = "give it more with --timeout, or exclude the path under [validate.source] in " + std::string(kConfig);
    return error;
  }

  void add_notices() {
    auto const add = [&](std::vector<std::string> const& paths, std::string_view what) {
      if (!paths.empty()) report_.notices.push_back(named(paths, what));
    };
    add(large_, "not scanned, larger than 2 MiB");
    add(binaries_, "not scanned, no text");
    add(unreadable_, "not scanned, cannot be read");
    add(submodules_, "not scanned, a repository of its own");
    for (auto const& exception : rules_.exceptions) {
      if (exception.opens == 0) {
        report_.notices.push_back("the exception for " + exception.path + " covers no open: remove it");
      }
    }
  }

  cli::Surroundings& around_;
  std::string const& worktree_;
  SourceRules rules_;
  scan::Scanner scanner_;
  GateReport report_;
  std::int64_t files_ = 0;
  std::vector<std::string> large_;
  std::vector<std::string> binaries_;
  std::vector<std::string> unreadable_;
  std::vector<std::string> submodules_;
};

Result<SourceRules> read_rules(cli::Surroundings& around, std::string const& worktree) {
  auto const path = worktree + '/' + std::string(kConfig);
  if (entry_at(path) == Entry::gone) return SourceRules{};
  DECAPOD_TRY(auto const text, around.read(path, kLargestConfig));
  return parse_source_rules(text);
}

}  // namespace

Result<void> check_rules(std::string_view toml) {
  auto const rules = parse_source_rules(toml);
  if (!rules) return rules.error();
  return {};
}

Result<SourceVerdict> judge_source(cli::Surroundings& around, std::string const& worktree) {
  GateReport report;
  report.gate = "source.sqlite-opens";
  report.meaning = "No code outside the broker opens SQLite";
  auto rules = read_rules(around, worktree);
  if (!rules) {
    add_finding(report, {.code = "CONFIG_INVALID",
                         .message = as_text(rules.error().message) + meant(rules.error().suggestions),
                         .where = std::string(kConfig),
                         .hint = "mend it; nothing was scanned"});
    return SourceVerdict{std::move(report), std::nullopt};
  }
  SourceScan scan(around, worktree, *std::move(rules));
  scan.report() = std::move(report);
  return scan.run();
}

}  // namespace decapod::validate
