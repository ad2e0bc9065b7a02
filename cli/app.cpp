#include "app.h"

#include "command_line.h"
#include "identity.h"
#include "local/batch.h"
#include "local/help_verb.h"
#include "local/local_verbs.h"
#include "local/version.h"
#include "output.h"
#include "runner.h"

#include <decapod/base/id.h>

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <exception>

namespace decapod::cli {
namespace {

// Lines that a verb goes on printing after its answer.
class FollowedLines final : public LineSink {
 public:
  explicit FollowedLines(Style const& style) : style_(style) {}
  Reader put(FollowedLine const& line) override {
    auto const& words = style_.layout == Layout::columns ? line.columns : line.words;
    return write_out(1, (style_.format == Format::json ? line.json : words) + '\n') == Written::all ? Reader::there
                                                                                                    : Reader::gone;
  }

 private:
  Style const& style_;
};

// The caller does not know what became of its request: as for an outcome that nobody knows, its id tells.
int end_unheard(Answer const& answer, std::string_view why) {
  std::string words = "error: the answer could not be written to standard output: ";
  words.append(why) += '\n';
  bool const committed = is_committed(answer);
  if (committed) words += committed_words(answer);
  write_out(2, words);
  if (answer.error) return static_cast<int>(exit_status(answer));
  return static_cast<int>(committed ? ExitStatus::unknown : ExitStatus::unreachable);
}

int finish(Answer const& answer, VerbFace const* face, Style const& style) {
  auto const words = words_for(answer, face, style);
  auto const written = write_out(1, words.out);
  std::string const why = written == Written::failed ? std::strerror(errno) : "its reader is gone";
  write_out(2, words.err);
  // Who has read enough of a list may leave; who never heard of a claim does not know its token.
  bool const enough = written == Written::reader_gone && !is_committed(answer);
  return written == Written::all || enough ? static_cast<int>(exit_status(answer)) : end_unheard(answer, why);
}

// A script must not take silence for an empty list.
std::optional<Answer> refuse_porcelain(CommandLine const& line) {
  auto const& style = line.globals.style;
  bool const asked = line.face != nullptr && style.layout == Layout::columns;
  if (!asked || !line.face->porcelain.columns.empty()) return std::nullopt;
  auto const& verb = *line.face->type->verb;
  auto error = fail(ErrorCode::usage, command_name(verb) + " has no --porcelain form", {{"option", "--porcelain"}});
  error.hint = "use --json";
  return failed(operation_name(verb), std::move(error));
}

PlaceWish wish_of(Invocation const& invocation, Globals const& globals) {
  return {.cwd = invocation.cwd,
          .store = globals.store,
          .root = globals.root,
          .home = invocation.variable("HOME").value_or(""),
          .xdg_data_home = invocation.variable("XDG_DATA_HOME").value_or("")};
}

// --help and --version are the verbs of that name.
void settle_shortcuts(Catalogue const& catalogue, CommandLine& line) {
  if (line.face != nullptr) return;
  if (line.globals.show == Show::version) {
    line.face = catalogue.verb("", Version::verb.name);
    return;
  }
  line.face = catalogue.verb("", Help::verb.name);
  json::array topic;
  for (auto const& word : line.topic) topic.emplace_back(word);
  line.input.arguments.emplace("topic", std::move(topic));
}

// Fields given as "-" take standard input, without the line end that a shell puts behind it.
Result<void> read_prose(Outside& outside, VerbInput& input) {
  constexpr std::size_t kProseBytes = 1024 * 1024;
  for (auto const& field : input.prose) {
    DECAPOD_TRY(auto text, outside.read("-", kProseBytes));
    if (text.ends_with('\n')) text.pop_back();
    input.arguments[field] = text;
  }
  return {};
}

// Goes on until the reader leaves or, if --timeout was given, until the time is up.
void follow(Outside& outside, CommandLine const& line, json::object const& arguments, Answer const& answer) {
  if (!line.globals.timeout) outside.set_deadline(SteadyTime::max());
  auto const canonical = line.face->type->canonical(arguments);
  FollowedLines sink(line.globals.style);
  if (canonical) (void)line.face->follow(outside, *canonical, *answer.data, sink);
}

// Of a command line that was understood.
int answer(Desk& desk, CommandLine line, std::string const& request_id) {
  auto const& globals = line.globals;
  auto& outside = desk.outside;
  if (auto const read = read_prose(outside, line.input); !read) {
    return finish(failed(operation_name(*line.face->type->verb), read.error()), line.face, globals.style);
  }
  if (line.face->type == &request_type<Batch>) {
    desk.style.format = Format::json;
    return static_cast<int>(run_batch(desk, globals));
  }
  Task task{.face = line.face,
            .arguments = std::move(line.input.arguments),
            .dry_run = globals.dry_run,
            .request_id = request_id,
            .idempotency_key = globals.request_id,
            .min_seq = globals.min_seq};
  auto const followed = task.arguments;
  auto const answer = run_task(desk, std::move(task));
  int const status = finish(answer, line.face, globals.style);
  if (line.face->follow != nullptr && answer.data && !answer.error) follow(outside, line, followed, answer);
  return status;
}

int run(Invocation const& invocation, std::span<VerbGroup const* const> groups, End const& end) {
  std::vector<VerbGroup const*> all(groups.begin(), groups.end());
  all.push_back(&local_group());
  Catalogue const catalogue(all);
  auto const clock = system_clock(read_boot_id());
  auto const now = clock->now().wall;
  auto line = parse_command_line(catalogue, invocation, now);
  if (!line) {
    auto op = guessed_operation(catalogue, invocation);
    return finish(failed(std::move(op), std::move(line).error()), nullptr, guessed_style(invocation));
  }
  if (auto const refused = refuse_porcelain(*line)) return finish(*refused, line->face, line->globals.style);
  settle_shortcuts(catalogue, *line);

  auto const& globals = line->globals;
  auto const& verb = *line->face->type->verb;
  auto const named = check_names(invocation, {globals.actor, globals.session});
  // What asks no store records nobody, and is how one finds out what is wrong; a batch asks for each of its lines.
  bool const records = verb.access != Access::local || line->face->type == &request_type<Batch>;
  if (!named && records) {
    return finish(failed(operation_name(verb), named.error()), line->face, globals.style);
  }
  auto const request_id = new_request_id(now);
  Outside outside(invocation, *clock, {globals.actor, globals.session}, wish_of(invocation, globals), request_id);
  outside.set_deadline(clock->steady() + patience(globals, verb));
  auto const style = globals.style;
  Desk desk{.catalogue = catalogue, .outside = outside, .style = style};
  int status = 0;
  try {
    status = answer(desk, *std::move(line), request_id);
  } catch (std::exception const& fault) {
    status = finish(failed("", fault_of(fault)), nullptr, style);
  }
  end(status);
  return status;
}

}  // namespace

int run_command(Invocation const& invocation, std::span<VerbGroup const* const> groups, End const& end) {
  try {
    return run(invocation, groups, end);
  } catch (std::exception const& fault) {
    return finish(failed("", fault_of(fault)), nullptr, guessed_style(invocation));
  }
}

}  // namespace decapod::cli
