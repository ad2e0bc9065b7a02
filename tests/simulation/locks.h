#pragma once
// Lock files with the semantics of flock: a lock belongs to an open file, which several processes may have, and goes
// when the last of them has closed it; a file may lose its name to another one while it is open.

#include <decapod/election/kernel.h>

#include "process.h"

namespace decapod::sim {

class Locks;

// A file, whatever its name.
struct LockInode {
  std::string name;
  bool named = true;
  int holders = 0;  // open files that hold it exclusively
};

// An open file.
class Description {
 public:
  Description(World& world, std::shared_ptr<LockInode> inode) : world_(world), inode_(std::move(inode)) {}
  Description(Description const&) = delete;
  Description& operator=(Description const&) = delete;
  ~Description() { release(); }

  LockInode& inode() { return *inode_; }
  election::Hold hold() const { return hold_; }
  void set(election::Hold hold);
  void release() { set(election::Hold::none); }

 private:
  World& world_;
  std::shared_ptr<LockInode> inode_;
  election::Hold hold_ = election::Hold::none;
};

class Locks {
 public:
  explicit Locks(World& world) : world_(world) {}

  void make(std::string const& path);
  // Removes what is there, makes another.
  void replace(std::string const& path);
  std::shared_ptr<LockInode> find(std::string const& path) const;
  // nullptr: there is no such file.
  std::shared_ptr<Description> open(std::string const& path);
  // 0 or EWOULDBLOCK.
  int lock(Description& description, election::Hold hold);

  // By the number that a process knows it by.
  int number_of(std::shared_ptr<Description> const& description);
  std::shared_ptr<Description> with_number(int number) const;
  bool is_any_held() const;
  // Whether somebody holds a leader lock, be it one that has lost its name.
  bool is_led() const;

 private:
  World& world_;
  std::map<std::string, std::shared_ptr<LockInode>> names_;
  std::vector<std::weak_ptr<Description>> open_;
  std::map<int, std::weak_ptr<Description>> numbers_;
  int last_number_ = 100;
};

// A process's copy of an open file.
class VirtualLockFile final : public election::LockFile {
 public:
  VirtualLockFile(Process& process, Locks& locks, std::shared_ptr<Description> description)
      : process_(process), locks_(locks), description_(std::move(description)) {}
  ~VirtualLockFile() override;
  int lock(election::Hold hold) override;
  bool is_at(std::string const& path) const override;
  int descriptor() const override { return locks_.number_of(description_); }

 private:
  Process& process_;
  Locks& locks_;
  std::shared_ptr<Description> description_;
};

}  // namespace decapod::sim
