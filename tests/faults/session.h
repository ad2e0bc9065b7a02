#pragma once
// Brokers, one after the other, over one store, and the clients that ask them: drives the product's engine, and keeps
// what the clients know.

#include <decapod/broker/trail_export.h>

#include <memory>
#include <vector>

#include "asking.h"
#include "knowledge.h"
#include "recording.h"

namespace decapod::test {

// Where a session writes down what the clients know after each step; a recording names the pages by number.
struct Notebook {
  std::vector<Knowledge> pages;
  Recording* recording = nullptr;
};

class Session {
 public:
  // `folder` is the state directory, `vfs` a registered file access. Begins with what earlier sessions knew.
  Session(std::string const& folder, std::string vfs, Knowledge knowledge, Notebook* notebook = nullptr);
  ~Session();

  // Each step is what a broker does; a failure of storage ends the step, as it ends it in the broker. A step without a
  // sound engine opens one first, as the next leader would; if that fails, the step is left out.
  void open(storage::OnClose on_close = storage::OnClose::prepare_log);
  void write(std::vector<Ask> const& asks);  // one group
  void read(std::string const& name);
  void settle();
  void checkpoint(storage::CheckpointMode mode);
  void export_trail();
  void close();  // as on_close says
  void die();    // without a checkpoint, and nothing is settled

  Knowledge const& knowledge() const { return knowledge_; }
  // Answers that contradict earlier ones, and exceptions that came out of the engine.
  std::vector<std::string> const& findings() const { return findings_; }

 private:
  bool ready();
  void learn();
  void take(Ask const& ask, ipc::Reply const& reply, std::optional<Answer> before);

  StatePaths paths_;
  std::string vfs_;
  StillClock clock_;
  broker::Directory directory_ = counters();
  storage::OnClose on_close_ = storage::OnClose::prepare_log;
  std::unique_ptr<broker::Engine> engine_;
  std::unique_ptr<broker::TrailExport> trail_;
  Knowledge knowledge_;
  Notebook* notebook_;
  std::vector<std::string> findings_;
};

}  // namespace decapod::test
