#include <decapod/validate_pins/mending.h>
#include <decapod/validate_pins/pins.h>

#include <decapod/base/shell_words.h>

#include <algorithm>

namespace decapod::validate {
namespace {

constexpr std::string_view kEvidence = "keep a copy of the state directory as evidence";
constexpr std::string_view kNotInAClone =
    "git carries the pin, never the store: leave --require-pin out here, and require it where the store is";

std::string bring_back_or_remove(std::string const& path) {
  return "bring back the store that was pinned (decapod broker restore FILE); or, if it is not to come back: rm " +
         shell_word(path) + ", then decapod broker checkpoint --pin";
}

class Judge {
 public:
  Judge(PinCase const& facts, PinnedStore const* store) : facts_(facts), store_(store), report_(pins_gate()) {}

  GateReport run() {
    for (auto const& pin : facts_.pins) judge(pin);
    if (facts_.require_pin == RequirePin::yes && agreed_ == 0 && report_.status == GateStatus::passed) {
      bool const here = store_ != nullptr;
      find("PIN_MISSING", here ? "no pinned checkpoint of this store" : "there is no store, and no pin of one",
           ".decapod/pins", here ? "pin one, and commit it: decapod broker checkpoint --pin" : kNotInAClone);
    }
    if (report_.status == GateStatus::passed && agreed_ == 0) report_.status = GateStatus::not_applicable;
    return std::move(report_);
  }

 private:
  void find(std::string code, std::string message, std::string where, std::string_view hint) {
    add_finding(
        report_,
        {.code = std::move(code), .message = std::move(message), .where = std::move(where), .hint = std::string(hint)});
  }

  void judge(PinFile const& pin) {
    auto const checkpoint = audit::parse_checkpoint(pin.text);
    if (!checkpoint) {
      return find("PIN_UNREADABLE", checkpoint.error().message, pin.path, "restore it from git, or pin anew");
    }
    if (store_ == nullptr || checkpoint->store_uuid != store_->uuid) return judge_other(pin, *checkpoint);
    auto const at_size = store_->hash_at_size(checkpoint->mutations.size);
    if (auto const broken = audit::compare(*checkpoint, at_size, store_->chain_size)) {
      return disagree("PIN_BROKEN", broken->message, pin, *checkpoint, std::string(kEvidence));
    }
    ++agreed_;
  }

  // A restore that is on record may explain it, and acquits nobody: the pin fails all the same, since whoever rewrites
  // a chain can write such a record.
  void disagree(std::string code, std::string message, PinFile const& pin, audit::Checkpoint const& checkpoint,
                std::string hint) {
    auto const explained = store_ == nullptr || !store_->explain ? std::nullopt : store_->explain(checkpoint);
    if (explained) {
      hint = way_to_mend(*explained, checkpoint, {pin.path, store_->uuid, store_->state_directory});
      bool const exactly = explained->how == audit::Explains::exactly;
      if (exactly) code = "PIN_OF_ENDED_LINE";
      message = exactly ? in_words(*explained) : message + "; " + in_words(*explained);
    }
    find(std::move(code), std::move(message), pin.path, hint);
  }

  void judge_other(PinFile const& pin, audit::Checkpoint const& checkpoint) {
    auto const& uuid = checkpoint.store_uuid;
    bool const ours = std::ranges::find(facts_.made_here, uuid) != facts_.made_here.end();
    auto const present = store_ == nullptr ? std::string("there is no store") : "the store is " + store_->uuid;
    if (ours) {
      disagree("STORE_REPLACED", "store " + uuid + " was made and pinned in this clone, but " + present, pin,
               checkpoint, bring_back_or_remove(pin.path));
    } else if (facts_.require_pin == RequirePin::yes) {
      find("PIN_OF_ANOTHER_STORE", "the pin is of store " + uuid + ", and " + present, pin.path,
           store_ == nullptr ? std::string(kNotInAClone) : bring_back_or_remove(pin.path));
    } else {
      report_.notices.push_back(pin.path + " is a pin of another store, " + uuid + ": it proves nothing here");
    }
  }

  PinCase const& facts_;
  PinnedStore const* store_;
  GateReport report_;
  int agreed_ = 0;
};

}  // namespace

GateReport pins_gate() {
  GateReport report;
  report.gate = "audit.pins";
  report.meaning = "The trail agrees with every checkpoint that was pinned of this store";
  return report;
}

GateReport judge_pins(PinCase const& facts, PinnedStore const* store) {
  return Judge(facts, store).run();
}

}  // namespace decapod::validate
