// One leg of a walk, carried out: the client's side is read, the name looked up, the host connected to and
// probed once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "collect/client.hpp"
#include "facts/walk.hpp"
#include "host/file_tree.hpp"
#include "host/running_system.hpp"

namespace reentry::cli {

// Said as soon as a stage is over: `dns`, microseconds.
using LegProgress = std::function<void(std::string_view stage, std::int64_t microseconds)>;

struct LegPlan {
  std::vector<std::string> options;         // ssh's own words
  std::string destination;                  // [USER@]HOST
  std::chrono::milliseconds limit{10'000};  // for each stage
  LegProgress progress;                     // may be empty
};

// One word of ProxyJump as `ssh -G` prints it: `[USER@]HOST[:PORT]`, an address perhaps in brackets.
struct JumpHost {
  std::string destination;  // [USER@]HOST
  std::string port;         // empty: none is given
};
[[nodiscard]] JumpHost jump_host(std::string word);

// What a walk works with on this machine.
class Walker {
 public:
  // Fails (target) where this machine's own files can't be opened at all.
  [[nodiscard]] static Result<Walker> start();

  // Asks ssh for its settings, then walks as far as they lead. Never sends a password; makes one connection
  // that speaks of the user, and one more only where the server fell silent over several requests at a time.
  [[nodiscard]] WalkFacts walk(const LegPlan& plan);

 private:
  Walker(std::unique_ptr<FileTree> tree, std::unique_ptr<RunningSystem> system);
  void look_up(const LegPlan& plan, WalkFacts& facts);
  void probe(const LegPlan& plan, int socket, WalkFacts& facts);
  void go_through(const LegPlan& plan, WalkFacts& facts);
  void connect(const LegPlan& plan, WalkFacts& facts);

  std::unique_ptr<FileTree> tree_;
  std::unique_ptr<RunningSystem> system_;
  LocalUser user_;
  ClientEnvironment environment_;
};

}  // namespace reentry::cli
