// What the command line says when the store, or whoever leads it, cannot be reached.
#include "told.h"

#include <support/leader.h>
#include <support/repository.h>
#include <catch2/catch.hpp>

#include <boost/json/array.hpp>

#include <signal.h>

namespace decapod::test {
namespace {

namespace json = boost::json;

constexpr Milliseconds kLongIdle{60'000};

// Shell words that run $D as a user who is not root, in a repository that is theirs.
constexpr char const* kAsOrdinaryUser =
    "as_user() { \"$@\"; };"
    "if [ $(id -u) = 0 ]; then"
    "  chmod 755 .. && chown -R 65534:65534 . &&"
    "  as_user() { setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; };"
    "fi;";

json::object check_named(Answer const& doctor, std::string_view name) {
  for (auto const& check : doctor.data().at("checks").as_array()) {
    if (text_at(check.as_object(), "name") == name) return check.as_object();
  }
  return {};
}

// Stopped for as long as this lives.
class Stopped {
 public:
  explicit Stopped(pid_t process) : process_(process) { kill(process_, SIGSTOP); }
  Stopped(Stopped const&) = delete;
  Stopped& operator=(Stopped const&) = delete;
  ~Stopped() { kill(process_, SIGCONT); }

 private:
  pid_t process_;
};

pid_t serving_pid(TempRepository const& repository) {
  auto const status = repository.ask({"broker", "status"});
  return static_cast<pid_t>(status.data().at("pid").as_int64());
}

}  // namespace

TEST_CASE("a state directory that its owner may not enter is named with the command that opens it") {
  TempRepository const repository;
  auto const said = [&](std::string const& closed, std::string const& verb) {
    return repository.shell(std::string(kAsOrdinaryUser) + "cp \"$D\" ./d && chmod 0 " + closed + "; as_user ./d " +
                            verb + "; echo \"exit $?\"; chmod 700 " + closed);
  };
  for (std::string const verb : {"todo list", "todo add x", "broker status", "validate"}) {
    INFO(verb);
    auto const own = said(".decapod/data", verb);
    CHECK(own.output.ends_with("exit 7\n"));
    CHECK(own.error.find("chmod 700 " + repository.state()) != std::string::npos);
    auto const above = said(".decapod", verb);
    CHECK(above.output.ends_with("exit 7\n"));
    CHECK(above.error.find("chmod u+x") != std::string::npos);
  }
}

TEST_CASE("a broker that is stopped is named by status and doctor, within their time") {
  TempRepository repository;
  repository.set_idle(kLongIdle);
  repository.must({"todo", "add", "x"});
  auto const pid = serving_pid(repository);
  {
    Stopped const stopped(pid);
    auto const asked = [&] {
      auto const status = repository.ask({"broker", "status", "--timeout", "300ms"});
      CHECK(status.error_code() == "TIMEOUT");
      CHECK(status.process.status == 8);
      CHECK(status.envelope.at("error").at("details").at("holder").as_int64() == pid);
      return status.process.wall;
    };
    CHECK(shortest(Milliseconds(2'000), asked) < Milliseconds(2'000));

    auto const doctor = repository.ask({"doctor", "--timeout", "300ms"});
    REQUIRE(doctor.ok());
    auto const broker = check_named(doctor, "broker");
    CHECK(text_at(broker, "health") == "problem");
    CHECK(text_at(broker, "hint").find("kill -CONT " + std::to_string(pid)) != std::string::npos);
    CHECK(text_at(doctor.data(), "writes") == "none");
  }
  CHECK(serving_pid(repository) == pid);
}

TEST_CASE("a command that holds the lock and does not listen is named by status") {
  TempRepository const repository;
  auto const held = repository.shell(
      "exec 9<.decapod/data/leader.lock; flock -x 9; ($D broker status --json --timeout 300ms; echo \"exit $?\") 9<&-");
  CHECK(held.output.ends_with("exit 8\n"));
  CHECK(held.output.find("\"holder\":") != std::string::npos);
  CHECK(repository.ask({"broker", "status"}).data().at("serving") == false);
}

TEST_CASE("doctor shows the broker in words, and as what it said of itself with --json") {
  TempRepository repository;
  repository.set_idle(kLongIdle);
  repository.must({"todo", "add", "x"});
  auto const words = repository.must({"doctor"});
  CHECK(words.find('{') == std::string::npos);
  CHECK(words.find("process " + std::to_string(serving_pid(repository))) != std::string::npos);
  auto const answer = repository.ask({"doctor"});
  CHECK(answer.data().at("broker").at("serving") == true);
  CHECK(text_at(check_named(answer, "commits"), "health") == "good");
}

TEST_CASE("doctor says that no write is made where the environment asks for no broker") {
  TempRepository const repository;
  Environment const asked = {{"DECAPOD_GROUP_BROKER_DISABLE", "1"}};
  CHECK(repository.ask({"todo", "add", "x"}, asked).error_code() == "BROKER_ROUTE_REQUIRED");
  auto const doctor = repository.ask({"doctor"}, asked);
  CHECK(text_at(doctor.data(), "writes") == "none");
  CHECK(text_at(doctor.data(), "reads") == "broker");
  CHECK(text_at(check_named(doctor, "DECAPOD_GROUP_BROKER_DISABLE"), "hint").find("unset") != std::string::npos);
  auto const without = repository.ask({"doctor"}, {{"DECAPOD_GROUP_BROKER_DISABLE", "0"}});
  CHECK(text_at(without.data(), "writes") == "broker");
}

TEST_CASE("where and doctor say that variables which aim git elsewhere are not followed") {
  TempRepository const repository;
  Environment const aimed = {{"GIT_DIR", "/elsewhere/.git"}, {"GIT_WORK_TREE", "/elsewhere"}};
  auto const where = repository.ask({"where"}, aimed);
  CHECK(text_at(where.data(), "state_directory") == repository.state());
  CHECK(text_at(where.data(), "notice").starts_with("GIT_DIR, GIT_WORK_TREE "));
  auto const doctor = repository.ask({"doctor"}, aimed);
  CHECK(text_at(check_named(doctor, "environment"), "health") == "notice");
  CHECK_FALSE(repository.ask({"where"}).data().contains("notice"));
}

TEST_CASE("a claim for a script is a line of id, token and end, and the token works in another session") {
  TempRepository const repository;
  auto const run = repository.shell(
      "id=$($D todo add one --porcelain --request-id r) && test \"$id\" = \"$($D todo add one --request-id r --json |"
      " sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/')\" &&"
      " IFS=$'\\t' read -r next token until < <(DECAPOD_AGENT_ID=a $D todo next --claim --porcelain) &&"
      " test \"$next\" = \"$id\" && [[ $until == 20*Z ]] &&"
      " $D todo renew $id --token $token --actor a --session other --quiet &&"
      " test \"$(DECAPOD_AGENT_ID=a $D todo claim $id --token $token --porcelain | cut -f 1,2)\" = "
      "\"$id\"$'\\t'\"$token\" &&"
      " $D todo done $id --token $token --actor a --session other");
  INFO(run.error);
  CHECK(run.status == 0);
}

}  // namespace decapod::test
