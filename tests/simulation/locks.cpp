#include "locks.h"

#include <fmt/core.h>

#include <cerrno>

namespace decapod::sim {

using election::Hold;

void Description::set(Hold hold) {
  if (hold_ == Hold::exclusive) --inode_->holders;
  hold_ = hold;
  if (hold_ != Hold::exclusive) return;
  ++inode_->holders;
  // A look at whether the lock holds is over before anything else happens.
  if (inode_->holders > 1 && inode_->name.ends_with("leader.lock")) {
    world_.at(world_.now(), [&world = world_, inode = inode_] {
      if (inode->holders > 1) world.blame("two leaders at once");
    });
  }
}

void Locks::make(std::string const& path) {
  names_[path] = std::make_shared<LockInode>(LockInode{.name = path});
}

void Locks::replace(std::string const& path) {
  if (auto const old = find(path)) old->named = false;
  make(path);
}

std::shared_ptr<LockInode> Locks::find(std::string const& path) const {
  auto const found = names_.find(path);
  return found == names_.end() ? nullptr : found->second;
}

std::shared_ptr<Description> Locks::open(std::string const& path) {
  auto inode = find(path);
  if (!inode) return nullptr;
  auto description = std::make_shared<Description>(world_, std::move(inode));
  std::erase_if(open_, [](auto const& one) { return one.expired(); });
  open_.push_back(description);
  return description;
}

int Locks::lock(Description& description, Hold hold) {
  bool const blind =
      world_.defect() == Defect::lock_excludes_nobody && description.inode().name.ends_with("leader.lock");
  for (auto const& weak : open_) {
    auto const other = weak.lock();
    if (!other || other.get() == &description || &other->inode() != &description.inode()) continue;
    bool const clash = hold == Hold::exclusive ? other->hold() != Hold::none
                                               : hold == Hold::shared && other->hold() == Hold::exclusive;
    if (clash && !blind) return EWOULDBLOCK;
  }
  description.set(hold);
  return 0;
}

int Locks::number_of(std::shared_ptr<Description> const& description) {
  for (auto const& [number, weak] : numbers_) {
    if (weak.lock() == description) return number;
  }
  numbers_.emplace(++last_number_, description);
  return last_number_;
}

std::shared_ptr<Description> Locks::with_number(int number) const {
  auto const found = numbers_.find(number);
  return found == numbers_.end() ? nullptr : found->second.lock();
}

bool Locks::is_any_held() const {
  for (auto const& weak : open_) {
    auto const one = weak.lock();
    if (one && one->hold() != Hold::none) return true;
  }
  return false;
}

bool Locks::is_led() const {
  for (auto const& weak : open_) {
    auto const one = weak.lock();
    if (one && one->hold() == Hold::exclusive && one->inode().name.ends_with("leader.lock")) return true;
  }
  return false;
}

VirtualLockFile::~VirtualLockFile() {
  bool const frees_all = process_.world().defect() == Defect::unlock_at_handover && description_.use_count() > 1;
  if (frees_all) description_->release();
}

int VirtualLockFile::lock(Hold hold) {
  process_.step_here("flock");
  int const error = locks_.lock(*description_, hold);
  if (process_.world().is_tracing()) {
    auto const* const how = hold == Hold::exclusive ? "exclusive" : hold == Hold::shared ? "shared" : "let go";
    auto const& path = description_->inode().name;
    process_.world().say(process_.name(), fmt::format("  {} {}: {}", path.substr(path.rfind('/') + 1), how,
                                                      error == 0 ? "taken" : "held by somebody"));
  }
  return error;
}

bool VirtualLockFile::is_at(std::string const& path) const {
  process_.step_here("stat of a lock file");
  auto const inode = locks_.find(path);
  return description_->inode().named && inode.get() == &description_->inode();
}

}  // namespace decapod::sim
