#include "crash_walk.h"

#include <algorithm>

namespace decapod::test {
namespace {

constexpr std::size_t kProblemsKept = 50;
constexpr std::size_t kAskOneIn = 8;  // asking again takes three times as long as looking

std::string digest_of(Image const& image) {
  std::string text;
  for (auto const& [name, content] : image) text += name + ' ' + hex(hash128(content)) + '\n';
  return text;
}

bool is_anyone_unsure(Knowledge const& knowledge) {
  return std::ranges::any_of(knowledge.requests, [](auto const& one) { return one.second.known == Known::unsure; });
}

}  // namespace

template <class Visit>
void CrashWalk::each_point(Recorded const& recorded, Visit const& visit) {
  auto disk = recorded.disk;
  std::size_t page = 0;
  for (std::size_t event = 0; event < recorded.events.size(); ++event) {
    auto const& one = recorded.events[event];
    if (one.kind == EventKind::mark) page = one.inode;
    if (is_persistence_point(one)) visit(disk, Point{recorded.pages.at(page), page, event});
    play(one, disk);
  }
  visit(disk, Point{recorded.pages.at(page), page, recorded.events.size()});
}

void CrashWalk::walk_systematically(Recorded const& recorded) {
  each_point(recorded, [&](Disk const& disk, Point const& point) {
    ++walked_.points;
    CrashStates states(disk, random_);
    changes_ += states.changes();
    states.each_systematic([&](Image const& image) { judge(image, point); });
  });
}

void CrashWalk::walk_at_random(Recorded const& recorded, std::size_t count) {
  if (changes_ == 0) return;
  each_point(recorded, [&](Disk const& disk, Point const& point) {
    CrashStates states(disk, random_);
    // Where more can be lost there are more ways to lose it.
    auto const share = (count * states.changes() + changes_ - 1) / changes_;
    states.each_drawn(share, [&](Image const& image) { judge(image, point); });
  });
}

void CrashWalk::judge(Image const& image, Point const& point) {
  ++walked_.made;
  auto const digest = digest_of(image);
  auto seen = seen_.find(digest);
  if (seen == seen_.end()) {
    ++walked_.distinct;
    bool const ask = is_anyone_unsure(point.knowledge) && random_() % kAskOneIn == 0;
    if (ask) ++walked_.asked;
    auto verdicts = inquest_.examine(image, point.knowledge, ask ? Depth::ask_again : Depth::look);
    seen_.emplace(digest, number_of(std::move(verdicts.observation)));
    return report(verdicts.contradictions, point.event);
  }
  // The state is known, but the clients may know more than when it was first met.
  if (!compared_.emplace(point.page, seen->second).second) return;
  report(contradictions(observations_[seen->second], point.knowledge), point.event);
}

void CrashWalk::report(std::vector<std::string> const& contradictions, std::size_t event) {
  for (auto const& text : contradictions) {
    if (walked_.problems.size() < kProblemsKept) {
      walked_.problems.push_back("crash before event " + std::to_string(event) + ": " + text);
    }
  }
}

std::size_t CrashWalk::number_of(Observation observation) {
  auto const [place, is_new] = numbers_.emplace(to_text(observation), observations_.size());
  if (is_new) observations_.push_back(std::move(observation));
  return place->second;
}

}  // namespace decapod::test
