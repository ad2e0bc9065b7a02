#include <decapod/promote_lineage/entry.h>

#include <decapod/audit/record.h>

#include <algorithm>

#include "artifacts.h"

namespace decapod::promote {
namespace {

using knowledge::SourceKind;

constexpr std::string_view kLive = "live";
constexpr std::string_view kAdded = "knowledge.add";

// The entry against the repository as it was told, the trail, and itself.
class EntryJudgement {
 public:
  EntryJudgement(Reading const& reading, EntryPart const& part, knowledge::Document const& document, Findings& findings)
      : lineage_(reading.lineage), part_(part), document_(document), findings_(findings) {}

  void run() {
    findings_.hold(ErrorCode::promotion_not_verified, name("state of "), kLive, part_.state);
    hold_words();
    hold_record();
    for (auto const& view : document_.provenance) hold_source(view);
    auto const worth = worth_of(document_);
    if (worth < lineage_.proof) {
      findings_.add(ErrorCode::proof_insufficient, name("worth of "), std::string(to_text(worth)),
                    std::string(to_text(lineage_.proof)) + " is asked for");
    }
  }

 private:
  std::string name(std::string_view what) const { return "the " + std::string(what) + part_.id; }

  void hold_words() {
    auto const digest = knowledge::digest_of(document_);
    findings_.hold(ErrorCode::promotion_altered, name("digest of what is said by "), part_.digest,
                   digest ? hex(*digest) : "");
    findings_.hold(ErrorCode::promotion_altered, name("digest in the document of "), part_.digest, document_.digest);
    findings_.hold(ErrorCode::promotion_altered, name("id in the document of "), part_.id, document_.id);
  }

  // Exactly this was added, by whom and when the document says.
  void hold_record() {
    auto const part = std::ranges::find(lineage_.records, entry_record_name(part_.id), &RecordPart::what);
    auto const record =
        part != lineage_.records.end() ? audit::parse_record(part->body) : fail(ErrorCode::bad_request, "nothing");
    if (!record) {
      return findings_.add(ErrorCode::promotion_altered, name("record of "), std::string(kAdded),
                           record.error().message);
    }
    findings_.hold(ErrorCode::promotion_altered, name("record of "), kAdded, record->request_type);
    findings_.hold(ErrorCode::promotion_altered, name("author of "), record->actor, document_.created_by);
    auto const key = knowledge::digest_key(part_.id, part_.digest);
    if (std::ranges::find(record->affected_keys, key) == record->affected_keys.end()) {
      findings_.add(ErrorCode::promotion_altered, name("digest in the record of "), "another", part_.digest);
    }
  }

  void hold_source(knowledge::SourceView const& view) {
    auto const source = as_text(knowledge::source_in(view));
    switch (view.kind) {
      case SourceKind::file:
        findings_.hold(ErrorCode::promotion_knowledge_mismatch, source + ", which " + part_.id + " rests on,",
                       view.sha256.value_or(""), seen_of(source));
        break;
      case SourceKind::commit:
        if (!is_reached(lineage_.told, view.value)) {
          findings_.add(ErrorCode::promotion_revision_mismatch, source + ", which " + part_.id + " rests on,",
                        view.value, "not in the history of " + lineage_.revision);
        }
        break;
      case SourceKind::event:
        hold_event(view.value, source);
        break;
      // Nobody looked at these: worth_of() says what they are worth.
      case SourceKind::url:
      case SourceKind::command:
        break;
    }
  }

  void hold_event(std::string const& marker, std::string const& source) {
    bool const there = std::ranges::any_of(lineage_.records, [&](RecordPart const& part) {
      auto const record = audit::parse_record(part.body);
      return record && to_string(Marker{record->epoch, record->commit_seq}) == marker;
    });
    if (there) return;
    findings_.add(ErrorCode::promotion_altered, source + ", which " + part_.id + " rests on,", marker,
                  "no record of it");
  }

  std::string seen_of(std::string_view source) const {
    if (!lineage_.told.sources) return "";
    auto const found = std::ranges::find(*lineage_.told.sources, source, &Seen::source);
    return found != lineage_.told.sources->end() ? found->sha256 : "";
  }

  Lineage const& lineage_;
  EntryPart const& part_;
  knowledge::Document const& document_;
  Findings& findings_;
};

}  // namespace

Result<knowledge::Document> document_in(EntryPart const& part) {
  return codec::decode<knowledge::Document>(json::value(part.document), codec::Unknown::refuse);
}

std::vector<std::string> paths_of(knowledge::Document const& document) {
  std::vector<std::string> paths;
  for (auto const& view : document.provenance) {
    if (view.kind == SourceKind::file) paths.push_back(view.value);
  }
  return paths;
}

governance::ProofLevel worth_of(knowledge::Document const& document) {
  auto const seen = [](knowledge::SourceView const& view) {
    return view.kind == SourceKind::file || view.kind == SourceKind::commit || view.kind == SourceKind::event;
  };
  return std::ranges::any_of(document.provenance, seen) ? governance::ProofLevel::observed
                                                        : governance::ProofLevel::asserted;
}

std::string entry_record_name(std::string_view id) {
  return "entry " + std::string(id);
}

void judge_entry(Reading const& reading, EntryPart const& part, Findings& findings) {
  auto const document = document_in(part);
  if (!document) {
    return findings.add(ErrorCode::promotion_altered, "the document of " + part.id, "an entry",
                        document.error().message);
  }
  EntryJudgement(reading, part, *document, findings).run();
}

}  // namespace decapod::promote
