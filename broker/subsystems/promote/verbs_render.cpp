#include <decapod/base/reflect.h>
#include <decapod/promote_lineage/bundle.h>

#include <algorithm>

#include "verbs_faces.h"

namespace decapod::promote {
namespace {

using cli::printable;
using cli::Text;

constexpr std::size_t kShown = 12;

std::string short_id(std::string const& id) {
  return printable(id.substr(0, kShown));
}

std::string joined(std::vector<std::string> const& names) {
  return printable(names, ", ");
}

std::string seal_word(Sealed sealed) {
  if (sealed == Sealed::no) return "";
  return sealed == Sealed::yes ? "sealed" : "waits for the seal";
}

std::string subject_of(Kind kind, std::vector<std::string> const& units) {
  return std::string(to_text(kind)) + ' ' + joined(units);
}

}  // namespace

void print_checked(CheckReply const& reply, Text& text) {
  text.line(text.bold(subject_of(reply.kind, reply.units)) + "  nothing stands in the way");
  text.field("revision", short_id(reply.revision) + ", tree " + short_id(reply.tree));
  text.field("risk", to_text(reply.risk));
  for (auto const& reason : reply.reasons) text.field("", printable(reason));
  text.field("proofs", std::string(to_text(reply.proof)) + " or better");
  text.field("policy", short_id(reply.policy));
  if (!reply.capsules.empty()) text.field("capsules", joined(reply.capsules));
  if (reply.approval) text.field("approval", printable(*reply.approval) + ", to be used up");
  if (reply.seal == governance::SealNeed::required) text.field("seal", "the operator's, before it counts");
}

void print_recorded(RecordReply const& reply, Text& text) {
  text.line("promoted " + text.bold(reply.id) + "  " + subject_of(reply.kind, reply.units));
  text.field("revision", short_id(reply.revision) + ", tree " + short_id(reply.tree));
  text.field("risk", to_text(reply.risk));
  if (reply.approval) text.field("approval", printable(*reply.approval));
  text.field("marker", printable(reply.marker));
  text.field("digest", printable(reply.digest));
  if (reply.seal == governance::SealNeed::required) {
    text.field("seal", "it counts once the operator runs `decapod promote seal " + printable(reply.id) + "`");
  }
  if (reply.file) text.field("file", printable(*reply.file) + ", to be committed");
}

void recorded_columns(RecordReply const& reply, cli::Lines<kRecorded>& lines) {
  lines.add(reply.id, reply.digest, reply.marker);
}

void print_shown(ShowReply const& reply, Text& text) {
  auto const& brief = reply.promotion;
  text.line(text.bold(brief.id) + "  " + subject_of(brief.kind, brief.units));
  text.field("revision", short_id(brief.revision) + ", tree " + short_id(brief.tree));
  text.field("policy", short_id(brief.policy));
  text.field("promoted", to_string(brief.at) + " by " + printable(brief.by) + ", " + printable(brief.marker));
  text.field("sealed", to_text(brief.sealed));
  Lineage lineage;
  if (!codec::decode_object(reply.lineage, lineage, codec::Unknown::ignore)) return;
  text.field("risk", to_text(lineage.risk));
  if (lineage.approval) text.field("approval", printable(lineage.approval->id));
  for (auto const& record : lineage.records) {
    text.field("rests on", printable(record.what) + "  record " + std::to_string(record.sequence));
  }
  text.field("digest", printable(reply.digest));
}

void print_list(ListReply const& reply, Text& text) {
  if (reply.promotions.empty()) return text.line("no promotions");
  std::vector<std::vector<std::string>> rows;
  for (auto const& brief : reply.promotions) {
    rows.push_back({brief.id, subject_of(brief.kind, brief.units), short_id(brief.revision), brief.by,
                    to_string(brief.at), seal_word(brief.sealed)});
  }
  text.table(rows);
}

std::string more_listed(ListReply const& reply) {
  return reply.next_cursor ? "--cursor " + std::to_string(*reply.next_cursor) : "";
}

void list_columns(ListReply const& reply, cli::Lines<kListed>& lines) {
  for (auto const& brief : reply.promotions) lines.add(brief.id, brief.kind, brief.revision, brief.marker);
}

void print_exported(ExportReply const& reply, Text& text) {
  if (reply.file)
    text.line("wrote " + printable(*reply.file));
  else
    text.line(to_text(json::value(reply.bundle)));
}

void print_sealed(SealReply const& reply, Text& text) {
  text.line("sealed " + text.bold(reply.id));
  text.field("digest", printable(reply.digest));
  text.field("key", short_id(reply.key));
  if (reply.file) text.field("file", printable(*reply.file) + ", to be committed");
}

void print_verified(VerifyReply const& reply, Text& text) {
  for (auto const& point : reply.points) {
    bool const well = point.verdict == Verdict::holds || point.verdict == Verdict::moved;
    auto const word = std::string(to_text(point.verdict));
    text.line(std::string(to_text(point.matter)) + "  " + printable(point.what) + ": " +
              (well ? word : text.warn(word)));
    if (point.verdict == Verdict::holds) continue;
    text.field("recorded", printable(point.recorded));
    text.field("found", printable(point.found));
  }
  bool const whole = std::ranges::find(reply.points, Verdict::unknown, &Point::verdict) == reply.points.end();
  text.line(text.bold(reply.id) + ' ' + std::string(to_text(reply.verdict)) +
            (whole ? "" : ", but for what is unknown"));
}

void verified_columns(VerifyReply const& reply, cli::Lines<kPoint>& lines) {
  for (auto const& point : reply.points) {
    lines.add(point.matter, point.verdict, point.what, point.recorded, point.found);
  }
}

}  // namespace decapod::promote
