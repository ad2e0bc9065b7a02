#include <decapod/validate_pins/pins.h>

#include <decapod/audit/checkpoint.h>

#include <algorithm>

namespace decapod::validate {
namespace {

constexpr std::string_view kRestoreOrPin =
    "bring back the store that was pinned, or remove the pin and pin anew on purpose: decapod broker checkpoint --pin";
constexpr std::string_view kNotInAClone =
    "git carries the pin, never the store: leave --require-pin out here, and require it where the store is";

class Judge {
 public:
  Judge(PinCase const& facts, PinnedStore const* store) : facts_(facts), store_(store) {
    report_.gate = "audit.pins";
    report_.meaning = "The trail agrees with every checkpoint that was pinned of this store";
  }

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
    if (store_ == nullptr || checkpoint->store_uuid != store_->uuid) return judge_other(pin, checkpoint->store_uuid);
    auto const at_size = store_->hash_at_size(checkpoint->mutations.size);
    if (auto const broken = audit::compare(*checkpoint, at_size, store_->chain_size)) {
      return find("PIN_BROKEN", broken->message, pin.path, "keep a copy of the state directory as evidence");
    }
    ++agreed_;
  }

  void judge_other(PinFile const& pin, std::string const& uuid) {
    bool const ours = std::ranges::find(facts_.made_here, uuid) != facts_.made_here.end();
    auto const present = store_ == nullptr ? std::string("there is no store") : "the store is " + store_->uuid;
    if (ours) {
      find("STORE_REPLACED", "store " + uuid + " was made and pinned in this clone, but " + present, pin.path,
           kRestoreOrPin);
    } else if (facts_.require_pin == RequirePin::yes) {
      find("PIN_OF_ANOTHER_STORE", "the pin is of store " + uuid + ", and " + present, pin.path,
           store_ == nullptr ? kNotInAClone : kRestoreOrPin);
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

GateReport judge_pins(PinCase const& facts, PinnedStore const* store) {
  return Judge(facts, store).run();
}

}  // namespace decapod::validate
