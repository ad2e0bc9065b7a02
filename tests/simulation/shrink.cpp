#include "shrink.h"

namespace decapod::sim {
namespace {

constexpr int kRunsMax = 400;

class Shrinker {
 public:
  Shrinker(Runner& runner, Plan plan, Defect defect) : runner_(runner), plan_(std::move(plan)), defect_(defect) {}

  void go() {
    while (round() && runs_ < kRunsMax) {
    }
  }
  Plan const& plan() const { return plan_; }
  int runs() const { return runs_; }

 private:
  // Whether something could be left out.
  bool round() {
    bool less = drop_each([](Plan & plan) -> auto& { return plan.faults; });
    less = drop_each([](Plan & plan) -> auto& { return plan.clients; }) || less;
    for (std::size_t i = 0; i < plan_.clients.size(); ++i) {
      less = drop_each([i](Plan & plan) -> auto& { return plan.clients[i].requests; }) || less;
    }
    less = plainer() || less;
    return less;
  }

  template <class Part>
  bool drop_each(Part const& part) {
    bool less = false;
    for (std::size_t i = part(plan_).size(); i-- > 0;) {
      if (i >= part(plan_).size()) continue;
      auto smaller = plan_;
      part(smaller).erase(part(smaller).begin() + static_cast<std::ptrdiff_t>(i));
      less = keep(std::move(smaller)) || less;
    }
    return less;
  }

  bool plainer() {
    bool less = false;
    for (auto const& make_plain : {+[](Plan& plan) { plan.latency = 30; }, +[](Plan& plan) { plan.pipe = 200'000; },
                                   +[](Plan& plan) { plan.backlog = 64; }}) {
      auto smaller = plan_;
      make_plain(smaller);
      if (to_text(smaller) != to_text(plan_)) less = keep(std::move(smaller)) || less;
    }
    return less;
  }

  bool keep(Plan smaller) {
    if (smaller.clients.empty() || runs_ >= kRunsMax) return false;
    ++runs_;
    if (runner_.run(smaller, defect_).broken.empty()) return false;
    plan_ = std::move(smaller);
    return true;
  }

  Runner& runner_;
  Plan plan_;
  Defect defect_;
  int runs_ = 0;
};

}  // namespace

Shrunk shrink(Runner& runner, Plan plan, Defect defect) {
  Shrinker shrinker(runner, std::move(plan), defect);
  shrinker.go();
  return {
      .plan = shrinker.plan(), .outcome = runner.run(shrinker.plan(), defect, Tracing::on), .runs = shrinker.runs()};
}

}  // namespace decapod::sim
