// A gate that is run again by whoever has the key: the command is somebody else's, the key must stay the signer's.

#include <decapod/governance/keys.h>
#include <support/repository.h>
#include <support/temp_directory.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

using namespace decapod::test;
namespace fs = std::filesystem;
namespace governance = decapod::governance;

namespace {

constexpr char const* kPassphrase = "a passphrase that is nowhere else";

std::array<unsigned char, 32> some_seed() {
  std::array<unsigned char, 32> seed{};
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<unsigned char>(7 * i + 129);
  return seed;
}

std::string text_of(std::array<unsigned char, 32> const& seed) {
  return {reinterpret_cast<char const*>(seed.data()), seed.size()};
}

// Copies whatever can be read of the parent's memory.
std::string looking_into_the_parent(std::string const& copy) {
  return "p=$PPID; : > " + copy +
         "; { while read -r range rights rest; do case $rights in r*) s=$((0x${range%-*} / 4096));"
         " e=$((0x${range#*-} / 4096)); dd if=/proc/$p/mem bs=4096 skip=$s count=$((e - s)) 2>/dev/null;;"
         " esac; done < /proc/$p/maps; } >> " +
         copy + " 2>/dev/null; true";
}

// A repository with a proof of one gate, and the operator's key, whose seed the test knows.
class Signing {
 public:
  explicit Signing(std::string const& script) {
    repository.environment()["DECAPOD_AGENT_ID"] = "alice";
    repository.environment()["DECAPOD_SESSION_ID"] = "s1";
    repository.environment()["DECAPOD_FORMAT"] = "json";
    repository.set_idle(Milliseconds(0));
    write_file(passphrase, std::string(kPassphrase) + "\n");
    governance::SecretKey const secret(some_seed());
    auto const sealed = governance::seal_key(secret, kPassphrase, governance::kLeastCost);
    REQUIRE(sealed.has_value());
    write_file(key, *sealed);
    must(signing({"policy", "operator-init", "--cost", "least"}));
    write_file(repository.path() + "/a.txt", "one\n");
    auto const committed =
        repository.shell("git add -A && git -c user.name=t -c user.email=t@invalid commit -qm files");
    REQUIRE(committed.status == 0);
    id = std::string(must({"todo", "add", "work"}).data().at("item").at("id").as_string());
    must({"workunit", "init", id, "--intent", "it works"});
    must({"workunit", "plan", id, "gate", "--", "sh", "-c", script});
    must({"workunit", "start", id});
    must({"workunit", "prove", id, "gate"});
  }

  Arguments signing(Arguments arguments) const {
    arguments.insert(arguments.end(), {"--key", key, "--passphrase-file", passphrase});
    return arguments;
  }
  Answer ask(Arguments const& arguments) const { return parse_answer(run(repository.command(arguments))); }
  Answer reproduce() const { return ask(signing({"workunit", "reproduce", id, "gate"})); }
  Answer must(Arguments const& arguments) const {
    auto answer = ask(arguments);
    INFO(answer.process.output);
    REQUIRE(answer.ok());
    return answer;
  }

  TempRepository repository;
  std::string passphrase = repository.scratch("passphrase");
  std::string key = repository.scratch("operator.key");
  std::string id;
};

TEST_CASE("the command that is run again finds neither the key nor the passphrase in the signer's memory") {
  TempRepository const place(TempRepository::Store::absent);
  auto const copy = place.scratch("memory");
  Signing const signer(looking_into_the_parent(copy));
  fs::remove(copy);
  auto const again = signer.reproduce();
  INFO(again.process.output);
  REQUIRE(again.ok());
  CHECK(again.data().at("proof").at("level") == "reproduced");
  auto const memory = read_file(copy);
  if (geteuid() == 0) {
    // Nothing keeps this one out: what it copied is the signer's memory, and the key is not in it.
    REQUIRE(memory.find(signer.id) != std::string::npos);
  } else {
    CHECK(memory.empty());
  }
  CHECK(memory.find(text_of(some_seed())) == std::string::npos);
  CHECK(memory.find(kPassphrase) == std::string::npos);
}

TEST_CASE("a passphrase that is wrong is said before the command is run again") {
  TempRepository const place(TempRepository::Store::absent);
  auto const ran = place.scratch("ran");
  Signing const signer("echo x >> " + ran);
  write_file(signer.passphrase, "another one\n");
  CHECK(signer.reproduce().error_code() == "PASSPHRASE_WRONG");
  CHECK(read_file(ran) == "x\n");
}

TEST_CASE("a hook of the repository is no part of what is run again") {
  TempRepository const place(TempRepository::Store::absent);
  auto const hooked = place.scratch("hooked");
  Signing const signer("true");
  for (auto const* hook : {"post-checkout", "post-index-change"}) {
    auto const file = signer.repository.path() + "/.git/hooks/" + hook;
    fs::create_directories(fs::path(file).parent_path());
    write_file(file, "#!/bin/sh\necho $0 >> " + hooked + "\n");
    REQUIRE(chmod(file.c_str(), 0755) == 0);
  }
  auto const again = signer.reproduce();
  INFO(again.process.output);
  CHECK(again.ok());
  CHECK_FALSE(fs::exists(hooked));
}

TEST_CASE("what fails for want of a submodule contradicts nobody") {
  Signing signer("test ! -e .gitmodules || test -e other/a || test -e there");
  auto const git = "git -c user.name=t -c user.email=t@invalid -c protocol.file.allow=always ";
  auto const& repository = signer.repository;
  auto const other = repository.scratch("other");
  auto const made = repository.shell("git init -q " + other + " && echo a > " + other + "/a && " + git + "-C " + other +
                                     " add -A && " + git + "-C " + other + " commit -qm a && " + git +
                                     "submodule add -q " + other + " other && " + git + "commit -qm other");
  INFO(made.error);
  REQUIRE(made.status == 0);
  signer.must({"workunit", "prove", signer.id, "gate"});
  auto const proofs = [&] {
    return signer.must({"workunit", "show", signer.id}).data().at("proofs").as_array().size();
  };
  auto const before = proofs();
  auto const refused = signer.reproduce();
  CHECK(refused.error_code() == "TREE_UNKNOWN");
  CHECK(refused.process.output.find("submodule other") != std::string::npos);
  CHECK(proofs() == before);
  // What needs none of them is run again as ever.
  REQUIRE(repository.shell("touch there && git add there && " + std::string(git) + "commit -qm there").status == 0);
  signer.must({"workunit", "prove", signer.id, "gate"});
  CHECK(signer.reproduce().ok());
}

TEST_CASE("without a key's name the operator's is taken from where it is by itself, or none") {
  Signing signer("true");
  auto const home = signer.repository.scratch("home");
  signer.repository.environment()["HOME"] = home;
  signer.repository.environment()["XDG_CONFIG_HOME"] = "";
  Arguments const again{"workunit", "reproduce", signer.id, "gate", "--passphrase-file", signer.passphrase};
  CHECK(signer.ask(again).error_code() == "USAGE");
  fs::create_directories(home + "/.config/decapod");
  fs::copy_file(signer.key, home + "/.config/decapod/operator.key");
  auto const signed_again = signer.must(again);
  CHECK(signed_again.data().at("proof").at("level") == "reproduced");
}

}  // namespace
