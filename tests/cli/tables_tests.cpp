// Tables that stand in more than one form: each is held against the one it comes from.
#include "app.h"
#include "catalogue.h"
#include "config_file.h"
#include "environment.h"
#include "help_notes.h"

#include <decapod/reach/handover.h>
#include <support/temp_directory.h>
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace decapod::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  return out;
}

struct Stumble {
  struct Reply {};
  static constexpr Verb verb{
      .subsystem = "", .name = "stumble", .access = Access::local, .summary = "Fall", .store = StoreNeed::none};
  static constexpr std::array<Field, 0> fields{};
};
BOOST_DESCRIBE_STRUCT(Stumble, (), ())
BOOST_DESCRIBE_STRUCT(Stumble::Reply, (), ())

Result<json::object> fall(cli::Surroundings&, json::object const&) {
  throw std::runtime_error("a stone in the way");
}
void render_nothing(json::object const&, cli::Text&) {}

constexpr cli::VerbFace kFaces[] = {{.type = &request_type<Stumble>, .render = &render_nothing, .local = &fall}};
constexpr cli::VerbGroup kGroup{.name = "", .summary = "", .verbs = kFaces};

// Standard output goes to a file for as long as this lives.
class Captured {
 public:
  explicit Captured(std::string const& path) : saved_(dup(1)) {
    int const file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(file, 1);
    close(file);
  }
  Captured(Captured const&) = delete;
  Captured& operator=(Captured const&) = delete;
  ~Captured() {
    dup2(saved_, 1);
    close(saved_);
  }

 private:
  int saved_;
};

}  // namespace

TEST_CASE("the README's table of exit statuses is the program's") {
  auto const readme = read_file(DECAPOD_SOURCE_DIR "/README.md");
  std::string rows;
  for (auto const& row : exit_rows()) {
    rows += fmt::format("| {} | {} |{}|\n", static_cast<int>(row.status), row.meaning,
                        row.what_to_do.empty() ? " " : fmt::format(" {} ", row.what_to_do));
  }
  CHECK(readme.find("| exit | meaning | what to do |\n|---|---|---|\n" + rows + "\n") != std::string::npos);
}

TEST_CASE("the README's table of environment variables is the program's") {
  auto const readme = read_file(DECAPOD_SOURCE_DIR "/README.md");
  std::string rows;
  for (auto const& row : cli::variable_rows()) {
    std::string names;
    for (auto const name : row.names) names += fmt::format("{}`{}`", names.empty() ? "" : ", ", name);
    rows += fmt::format("| {} | {} |\n", names, row.meaning);
  }
  INFO(rows);
  CHECK(readme.find("| variable | |\n|---|---|\n" + rows + "\n") != std::string::npos);
}

TEST_CASE("what help says of config.toml is a config.toml") {
  auto const page = cli::config_page();
  auto const example = page.substr(page.find('['));
  auto const parsed = cli::parse_unreliable_locks(example);
  REQUIRE(parsed.has_value());
  CHECK((*parsed == election::Unreliable::refused));
  CHECK(read_file(DECAPOD_SOURCE_DIR "/README.md").find("decapod help config") != std::string::npos);
}

TEST_CASE("a broker reads what its predecessor wrote, also a path that is no UTF-8") {
  reach::Handover const handover{.state_directory = "/a b=c\n\xff/data",
                                 .boot_id = "boot",
                                 .fresh_store_uuid = "",
                                 .idle = Millis(1),
                                 .tenure = Millis(2),
                                 .log_bytes = 3,
                                 .epoch = 18'446'744'073'709'551'615U,
                                 .predecessor = broker::Predecessor::crashed,
                                 .want = broker::Want::ignored_until_free};
  auto words = reach::to_arguments(handover);
  auto const read = reach::handover_from(pointers(words));
  REQUIRE(read.has_value());
  CHECK(reach::to_arguments(*read) == words);
  CHECK(read->state_directory == handover.state_directory);
  CHECK(read->epoch == handover.epoch);
  CHECK(read->want == handover.want);
}

TEST_CASE("what a broker is told last says the same as what it could have been told at once, or nothing") {
  reach::Handover handover{.state_directory = "/a", .boot_id = "boot", .fresh_store_uuid = ""};
  auto words = reach::to_arguments(handover);
  words.push_back(reach::to_argument(std::nullopt));
  CHECK(reach::handover_from(pointers(words)).value().epoch == std::nullopt);
  words.back() = reach::to_argument(7);
  CHECK(reach::handover_from(pointers(words)).value().epoch == 7U);
}

TEST_CASE("a broker refuses a handover that lacks something, or says what it does not know") {
  auto const words = reach::to_arguments(reach::Handover{});
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto fewer = words;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    INFO(words[i]);
    CHECK_FALSE(reach::handover_from(pointers(fewer)).has_value());
  }
  auto more = words;
  more.emplace_back("later=1");
  CHECK_FALSE(reach::handover_from(pointers(more)).has_value());
  auto bad = words;
  for (auto& word : bad) word = word.starts_with("idle=") ? "idle=1x" : word;
  CHECK_FALSE(reach::handover_from(pointers(bad)).has_value());
}

TEST_CASE("leave to trust a file system's locks is read as TOML, and what is not understood gives none") {
  using election::Unreliable;
  auto const allowed = [](std::string_view text) {
    auto const parsed = cli::parse_unreliable_locks(text);
    return parsed ? std::optional(*parsed) : std::nullopt;
  };
  CHECK(allowed("") == Unreliable::refused);
  CHECK(allowed("[validate]\nsource = {}\n") == Unreliable::refused);
  CHECK(allowed("store = { allow_unreliable_locks = true }") == Unreliable::allowed);
  CHECK(allowed("[store]\n\"allow_unreliable_locks\" = true # yes") == Unreliable::allowed);
  CHECK(allowed("[store]\nallow_unreliable_locks = false") == Unreliable::refused);
  CHECK(allowed("note = '''\n[store]\nallow_unreliable_locks = true\n'''") == Unreliable::refused);
  CHECK(allowed("[store]\nallow_unreliable_locks = \"true\"") == std::nullopt);
  CHECK(allowed("[store]\nallow_unreliable_lock = true") == std::nullopt);
  CHECK(allowed("[store") == std::nullopt);
}

TEST_CASE("a fault that nobody foresaw ends in one envelope and exit status 1") {
  TempDirectory const scratch;
  cli::Invocation invocation;
  invocation.arguments = {"stumble", "--json"};
  invocation.cwd = scratch.path();
  std::array<cli::VerbGroup const*, 1> const groups = {&kGroup};
  int status = 0;
  int ended = 0;
  {
    Captured const captured(scratch / "out");
    status = cli::run_command(invocation, groups, [&](int told) { ended = told; });
  }
  CHECK(status == 1);
  CHECK(ended == 1);
  auto const document = parse_json(read_file(scratch / "out"), "the answer");
  REQUIRE(document.has_value());
  CHECK(document->at("error").at("code") == "INTERNAL");
  CHECK(document->at("error").at("message").as_string().find("a stone in the way") != std::string::npos);
}

}  // namespace decapod::test
