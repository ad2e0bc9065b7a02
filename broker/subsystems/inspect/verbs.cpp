#include "verbs.h"

#include "verbs_page.h"
#include "verbs_pins.h"
#include "verbs_record.h"
#include "verbs_restore.h"
#include "verbs_snapshot.h"

#include <decapod/base/counted.h>
#include <decapod/inspect/requests.h>

#include <algorithm>

namespace decapod::inspect {
namespace {

using cli::Surroundings;
using cli::Text;

void render_status(ServiceStatus const& status, Text& text) {
  if (status.losses) text.line("acknowledged commits are lost: `decapod doctor` says which");
  if (status.unserved) {
    text.line("nobody serves this store, and no command will: " + cli::printable(*status.unserved));
    return text.line("`decapod doctor` says what to do");
  }
  if (status.serving == Serving::no) return text.line("nobody serves this store: the next command will");
  text.line("a broker serves this store");
  auto const show = [&](std::string_view label, auto const& value) {
    if (value) text.field(label, std::to_string(*value));
  };
  show("pid", status.pid);
  if (status.build) text.field("build", *status.build);
  show("epoch", status.epoch);
  if (status.uptime_ms) text.field("uptime", to_string(Millis(*status.uptime_ms)));
  if (status.idle_ms) text.field("leaves after", to_string(Millis(*status.idle_ms)) + " without a request");
  show("connections", status.connections);
  show("queued", status.queued);
  show("in flight", status.in_flight);
  show("requests", status.requests);
  show("executed", status.executed);
  show("joined", status.joined);
  show("cached", status.cached);
  show("groups", status.groups);
}

void render_audit(AuditReply const& reply, Text& text) {
  std::vector<std::vector<std::string>> rows;
  for (auto const& shown : reply.records) {
    auto cells = cells_of(shown.seq, shown.record);
    if (shown.step) cells.back() = cli::printable(*shown.step);
    rows.push_back(std::move(cells));
  }
  if (!rows.empty()) return text.table(rows);
  if (!reply.next_cursor) return text.line("no records");
  text.line("none among the " + counted(reply.examined.value_or(0), "record") + " looked at; there are older ones");
}

std::string more_records(AuditReply const& reply) {
  return reply.next_cursor ? "--cursor " + std::to_string(*reply.next_cursor) : "";
}

void audit_columns(AuditReply const& reply, cli::Lines<kRecord>& lines) {
  for (auto const& shown : reply.records) add_record(lines, shown.seq, shown.record, shown.step);
}

void render_verify(VerifyReply const& reply, Text& text) {
  for (auto const& chain : reply.chains) {
    text.line(chain.chain + ": " + counted(chain.size, "record") + ", unbroken, head " + chain.head.substr(0, 16));
  }
  for (auto const& chain : reply.exported) text.line(chain + ": the exported copy agrees with the store");
  if (reply.against) text.line("the checkpoint in " + cli::printable(*reply.against) + " agrees");
  if (reply.checkpoints > 0)
    text.line(counted(reply.checkpoints, "pinned checkpoint") + (reply.checkpoints == 1 ? " agrees" : " agree"));
  for (auto const& notice : reply.notices) text.line("note: " + notice);
}

void checkpoint_lines(CheckpointReply const& reply, Text& text) {
  if (reply.pinned) {
    return text.line("pinned " + counted(reply.size, "mutation") + " in " + cli::printable(*reply.pinned));
  }
  auto lines = reply.text;
  if (lines.ends_with('\n')) lines.pop_back();
  text.line(lines);
}

// In a file that git does not keep, a pin is within reach of whoever rewrites the store.
void render_checkpoint(CheckpointReply const& reply, Text& text) {
  checkpoint_lines(reply, text);
  if (reply.pinned) text.line("  commit " + cli::printable(*reply.pinned));
}

void render_result(ResultReply const& reply, Text& text) {
  text.line(reply.status + (reply.marker ? " " + *reply.marker : ""));
  text.field("request", reply.request_id);
  text.field("operation", reply.operation);
  text.field("actor", reply.actor);
  text.field("at", to_string(reply.at));
  if (reply.reply) text.field("reply", cli::shortened(to_text(*reply.reply), 400));
}

Result<json::object> ask_status(Surroundings& around, json::object const&) {
  DECAPOD_TRY(auto const status, around.probe_broker());
  return codec::encode(status).as_object();
}

constexpr cli::VerbFace with_hooks(cli::VerbFace face, decltype(cli::VerbFace::gather) gather,
                                   decltype(cli::VerbFace::local) local, decltype(cli::VerbFace::conclude) conclude) {
  face.gather = gather;
  face.local = local;
  face.conclude = conclude;
  return face;
}

// Whoever goes on reading is shown no page: the newest records of it come next, so the oldest come first.
Result<void> finish_audit(Surroundings& around, json::object const& arguments, json::object& reply) {
  fill_page(around, arguments, reply);
  if (!arguments.at("follow").as_bool()) return {};
  reply.erase("next_cursor");
  std::ranges::reverse(reply.at("records").as_array());
  return {};
}

constexpr cli::VerbFace following(cli::VerbFace face) {
  face.conclude = &finish_audit;
  face.follow = &follow_trail;
  return face;
}

// To be compared and pinned, it is the same for everybody.
constexpr auto kCheckpoint = cli::columns("TEXT");
constexpr cli::VerbFace checkpoint_face() {
  auto made = cli::face<BrokerCheckpoint, &render_checkpoint>();
  made.porcelain = {.columns = kCheckpoint, .print = cli::face<BrokerCheckpoint, &checkpoint_lines>().render};
  return made;
}

constexpr cli::VerbFace kFaces[] = {
    with_hooks(cli::face<BrokerStatus, &render_status>(), nullptr, &ask_status, nullptr),
    following(cli::cut<BrokerAudit, &more_records>(cli::face<BrokerAudit, &render_audit, &audit_columns>())),
    with_hooks(cli::face<BrokerVerify, &render_verify>(), &gather_checkpoints, nullptr, nullptr),
    with_hooks(checkpoint_face(), &gather_pins, nullptr, &write_pin),
    cli::face<BrokerResult, &render_result>(),
    with_hooks(cli::face<BrokerSnapshot, &render_snapshot, &snapshot_columns>(), &make_file_absolute, nullptr, nullptr),
    with_hooks(cli::face<BrokerRestore, &render_restore>(), &prepare_restore, nullptr, &name_refused_pins),
};

}  // namespace

cli::VerbGroup const verbs{
    .name = "broker", .summary = "What the broker does and did, and the proof of it", .verbs = kFaces};

}  // namespace decapod::inspect
