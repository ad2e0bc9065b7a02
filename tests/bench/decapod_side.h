#pragma once
// decapod's own side: a repository of its own with a store in it.

#include <memory>
#include <string>
#include <vector>

#include "side.h"

namespace decapod::bench {

class DecapodSide final : public Side {
 public:
  // A new repository in the directory `path`, with `items` imported. `binary` may be another build than bench.decapod.
  DecapodSide(std::string binary, std::string path, int items);
  ~DecapodSide() override;

  std::string name() const override { return "decapod"; }
  Program show(int shell, int item) const override { return run(shell, {"todo", "show", id(item)}); }
  Program add(int shell, std::string const& title) const override { return run(shell, {"todo", "add", title}); }
  Program update(int shell, int item, int priority) const override;
  Program claim(int shell, int item) const override { return run(shell, {"todo", "claim", id(item)}); }
  Program claim_next(int shell) const override { return run(shell, {"todo", "next", "--claim"}); }
  Program done(int shell, int item) const override { return run(shell, {"todo", "done", id(item)}); }
  void prepare_done(int shell, int first, int last) override;
  void warm() override;
  void cool() override;
  // Never one that was told to leave, which goes on answering for a moment.
  pid_t server() const override;
  // Sends the broker a signal that ends it.
  void end_server(int signal);
  Effects effects() override;

  Program run(int shell, std::vector<std::string> words) const;
  static std::string id(int item) { return "b-" + std::to_string(item); }
  std::string database() const { return path_ + "/.decapod/data/decapod.db"; }
  std::string const& path() const { return path_; }
  // A number out of `broker status`; 0 if nobody serves.
  std::int64_t status(std::string const& name) const;

 private:
  bool somebody_leads() const;
  pid_t staying() const;
  void end(pid_t server, int signal);

  std::string binary_;
  std::string path_;
  pid_t ending_ = 0;  // the last broker that was told to leave
};

// A backlog in the form that `todo import` reads: `items` of them, of which `first` is the number of the first.
void write_backlog(std::string const& file, int first, int items);

}  // namespace decapod::bench
