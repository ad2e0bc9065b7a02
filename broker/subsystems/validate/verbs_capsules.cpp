#include "verbs_capsules.h"

#include <decapod/base/tracked_paths.h>
#include <decapod/capsule/requests.h>
#include <decapod/capsule_record/canonical.h>
#include <decapod/capsule_record/compare.h>
#include <decapod/capsule_taking/take.h>
#include <decapod/cli_kit/folder_names.h>
#include <decapod/workunit/record.h>
#include <decapod/workunit_document/spelling.h>

#include <algorithm>
#include <map>

#include "verbs_listing.h"

namespace decapod::validate {
namespace {

constexpr std::string_view kUnreadable = "CAPSULE_UNREADABLE";
constexpr std::string_view kDiffers = "CAPSULE_DIFFERS";
constexpr std::string_view kMisnamed = "CAPSULE_MISNAMED";
constexpr std::string_view kNotLooked = "CAPSULE_NOT_LOOKED_AT";
constexpr std::size_t kFilesMost = 2000;
constexpr std::size_t kUnitBytesMost = 4UL * 1024 * 1024;
constexpr std::size_t kCapsuleBytesMost = capsule::kDocumentTextMax + 4096;

// A capsule, and where it was come upon first.
struct Held {
  capsule::Capsule capsule;
  Sha256 hash;
  std::string where;
};

class CapsuleCheck {
 public:
  CapsuleCheck(cli::Surroundings& around, std::string const& root, GateReport& report)
      : around_(around), root_(root), report_(report) {}

  Result<void> run(std::vector<promote::BundleFile> const& bundles) {
    DECAPOD_CHECK(add_files());
    for (auto const& file : bundles) add_bundle(file);
    DECAPOD_CHECK(hold_units());
    take_all_again();
    if (held_.empty() && report_.findings.empty() && report_.notices.empty()) {
      report_.status = GateStatus::not_applicable;
    }
    return {};
  }

 private:
  void find(std::string_view code, std::string message, std::string where, std::string hint) {
    add_finding(
        report_,
        {.code = std::string(code), .message = std::move(message), .where = std::move(where), .hint = std::move(hint)});
  }

  void add(capsule::Capsule capsule, std::string where) {
    auto const hash = capsule::hash_of(capsule::canonical(capsule));
    held_.try_emplace(hex(hash), Held{std::move(capsule), hash, std::move(where)});
  }

  Result<void> add_files() {
    std::string const folder(kCapsuleFolder);
    DECAPOD_TRY(auto const names, cli::names_in(root_ + '/' + folder, ".json", kFilesMost));
    for (auto const& name : names) {
      auto path = folder;
      path += '/';
      path += name;
      auto const text = around_.read(root_ + '/' + path, kCapsuleBytesMost);
      auto capsule = text ? capsule::parse_file(*text) : Result<capsule::Capsule>(text.error());
      if (!capsule) {
        find(kUnreadable, capsule.error().message, as_text(path), "put back what was committed");
        continue;
      }
      auto const id = capsule::id_of(capsule::hash_of(capsule::canonical(*capsule)));
      if (name != id + ".json") find(kMisnamed, "it is the capsule " + id, as_text(path), "give it its own name");
      add(*std::move(capsule), as_text(path));
    }
    return {};
  }

  // A bundle that cannot be read, or was altered, is the other gate's.
  void add_bundle(promote::BundleFile const& file) {
    auto const bundle = promote::parse_bundle(file.text);
    if (!bundle || promote::digest_of(promote::canonical(bundle->lineage)) != bundle->digest) return;
    for (auto const& part : bundle->lineage.capsules) {
      auto capsule = capsule::parse(part.document);
      if (capsule) add(*std::move(capsule), file.path);
    }
  }

  static std::string folder_of_units() { return std::string(kUnitFolder); }

  Result<void> hold_units() {
    auto const folder = folder_of_units();
    DECAPOD_TRY(auto const names, cli::names_in(root_ + '/' + folder, ".json", kFilesMost));
    for (auto const& name : names) hold_unit(folder + '/' + name);
    return {};
  }

  void hold_unit(std::string const& path) {
    auto const text = around_.read(root_ + '/' + path, kUnitBytesMost);
    auto const parsed = text ? parse_json(*text, path) : Result<json::value>(text.error());
    auto document = parsed ? codec::decode<workunit::Document>(*parsed, codec::Unknown::refuse)
                           : Result<workunit::Document>(parsed.error());
    // No tree has this file, so that nothing else may hide in it.
    if (document && workunit::file_text(codec::encode(*document).as_object()) != *text) {
      document = fail(ErrorCode::bad_request, "it is not spelled as it must be");
    }
    if (document && path != folder_of_units() + '/' + document->unit.id + ".json") {
      document = fail(ErrorCode::bad_request, "it is the work unit " + document->unit.id);
    }
    if (!document) {
      return find(kUnreadable, "it is no exported work unit: " + document.error().message, as_text(path),
                  "`decapod workunit export` writes it again");
    }
    for (auto const& reference : document->unit.references) {
      if (reference.kind == workunit::ReferenceKind::capsule && !reference.sha256.empty()) {
        hold_reference(as_text(path), reference);
      }
    }
  }

  void hold_reference(std::string const& path, workunit::Reference const& reference) {
    if (!held_.contains(reference.sha256)) ask_store(path, reference.name);
    if (held_.contains(reference.sha256)) return;
    auto const named =
        std::ranges::find_if(held_, [&](auto const& one) { return capsule::id_of(one.second.hash) == reference.name; });
    if (named != held_.end()) {
      return find(kDiffers,
                  reference.name + " has the hash " + named->first + ", and the work unit says " + reference.sha256,
                  path, "`decapod workunit export` writes what the store knows");
    }
    report_.notices.push_back(path + ": " + reference.name + " is in no file and no bundle here, and in no store");
  }

  // Where there is a store, it has what no file has.
  void ask_store(std::string const& path, std::string const& id) {
    if (!capsule::is_id(id)) return;
    auto const answer = around_.call(request_type<capsule::Show>, {{"id", id}});
    if (!answer) return;
    capsule::ShowReply shown;
    if (!codec::decode_object(*answer, shown, codec::Unknown::ignore) || shown.id != id) return;
    add(std::move(shown.capsule), path);
  }

  void take_all_again() {
    auto const begin = around_.clock().steady();
    auto const until = begin + (around_.deadline() - begin) / 2;
    std::size_t looked = 0;
    for (auto const& [hash, held] : held_) {
      if (around_.clock().steady() >= until) {
        return find(kNotLooked,
                    std::to_string(looked) + " of " + std::to_string(held_.size()) +
                        " capsules were taken again, then half of the time was up",
                    held.where, "allow more with --timeout");
      }
      take_again(hash, held);
      ++looked;
    }
  }

  void take_again(std::string const& hash, Held const& held) {
    auto const id = capsule::id_of(held.hash);
    auto const material = capsule::take_again(around_, root_, held.capsule);
    if (!material) {
      return find(kDiffers, id + " cannot be taken again: " + material.error().message, held.where,
                  "`decapod capsule verify` says what stands in the way");
    }
    if (!*material) {
      report_.notices.push_back(id + ": this clone does not have the commit " + held.capsule.revision.commit);
      return;
    }
    auto const again = capsule::hash_of(capsule::canonical(capsule::with_material(held.capsule, **material)));
    if (hex(again) == hash) return;
    find(kDiffers,
         "the documents at " + held.capsule.revision.commit + " give " + capsule::id_of(again) + ", not " + id,
         held.where, "it is not what was to be read: issue it anew, and prove the work again");
  }

  cli::Surroundings& around_;
  std::string const& root_;
  GateReport& report_;
  std::map<std::string, Held> held_;  // by hash
};

}  // namespace

Result<GateReport> judge_capsules(cli::Surroundings& around, std::string const& root,
                                  std::vector<promote::BundleFile> const& bundles) {
  GateReport report;
  report.gate = "capsule.repository";
  report.meaning = "Every capsule that the tree speaks of is what the repository gives at its revision";
  DECAPOD_CHECK(CapsuleCheck(around, root, report).run(bundles));
  return report;
}

}  // namespace decapod::validate
