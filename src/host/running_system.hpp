// The target as a system that runs: its programs' answers, its sockets. A mounted root has none.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/known.hpp"
#include "facts/running.hpp"

namespace reentry {

constexpr std::chrono::milliseconds kAnswerTime{5000};

// Asks, and changes nothing. Safe to be asked from several threads at a time.
class RunningSystem {
 public:
  RunningSystem() = default;
  RunningSystem(const RunningSystem&) = delete;
  RunningSystem& operator=(const RunningSystem&) = delete;
  virtual ~RunningSystem() = default;

  // Whether the target runs at all.
  [[nodiscard]] virtual bool runs() const = 0;
  // Whether we are its root.
  [[nodiscard]] virtual bool privileged() const = 0;
  // The answer of a program that is told to read and print only. argv[0] is a plain name, looked for in the
  // system's own directories, or an absolute path. Missing: offline where the target does not run; absent
  // where there is no such program; unreadable when it could not be started, was killed after `limit`, or
  // printed more than 64 MiB. A status other than 0 is an answer.
  [[nodiscard]] virtual Known<SystemAnswer> ask(const std::vector<std::string>& argv,
                                                std::chrono::milliseconds limit = kAnswerTime) = 0;
  // The answer of a program of the machine that we run on, asked about the target's files: also of a target
  // that does not run. Missing as for `ask`, but never offline.
  [[nodiscard]] virtual Known<SystemAnswer> consult(const std::vector<std::string>& argv,
                                                    std::chrono::milliseconds limit = kAnswerTime) = 0;
  // Every listening TCP socket of our network namespace, as sock_diag(7) has it, with the processes that hold
  // it, by port and address. Missing: offline; unreadable where the kernel does not say.
  [[nodiscard]] virtual Known<std::vector<ListeningSocket>> sockets() = 0;
  // A new connection to an address of this host: what it is told first. Nothing is sent. Waits for two
  // seconds at most. Missing: offline.
  [[nodiscard]] virtual Known<Greeting> greeting(const std::string& address, int port) = 0;
};

// A mounted root: everything is Missing{offline}.
class NotRunning final : public RunningSystem {
 public:
  [[nodiscard]] bool runs() const override { return false; }
  [[nodiscard]] bool privileged() const override { return true; }
  [[nodiscard]] Known<SystemAnswer> ask(const std::vector<std::string>& argv,
                                        std::chrono::milliseconds limit) override;
  [[nodiscard]] Known<SystemAnswer> consult(const std::vector<std::string>& argv,
                                            std::chrono::milliseconds limit) override;
  [[nodiscard]] Known<std::vector<ListeningSocket>> sockets() override;
  [[nodiscard]] Known<Greeting> greeting(const std::string& address, int port) override;
};

// This machine.
[[nodiscard]] std::unique_ptr<RunningSystem> this_machine();

// What was asked of a system, and its answers; also what answers in its place where they were saved.
struct SystemAnswers {
  bool runs = false;
  bool privileged = false;
  std::map<std::vector<std::string>, Known<SystemAnswer>> answers;
  Known<std::vector<ListeningSocket>> sockets;
  std::map<std::pair<std::string, int>, Known<Greeting>> greetings;
};

// Passes everything on to another system and remembers its answers.
class RecordingSystem final : public RunningSystem {
 public:
  explicit RecordingSystem(RunningSystem& inner) : inner_(inner) {}
  [[nodiscard]] bool runs() const override { return inner_.runs(); }
  [[nodiscard]] bool privileged() const override { return inner_.privileged(); }
  [[nodiscard]] Known<SystemAnswer> ask(const std::vector<std::string>& argv,
                                        std::chrono::milliseconds limit) override;
  [[nodiscard]] Known<SystemAnswer> consult(const std::vector<std::string>& argv,
                                            std::chrono::milliseconds limit) override;
  [[nodiscard]] Known<std::vector<ListeningSocket>> sockets() override;
  [[nodiscard]] Known<Greeting> greeting(const std::string& address, int port) override;
  [[nodiscard]] SystemAnswers answers() const;

 private:
  RunningSystem& inner_;
  mutable std::mutex mutex_;
  SystemAnswers answers_;
};

// Gives saved answers; Missing{not_asked} for what was not asked then.
class SavedSystem final : public RunningSystem {
 public:
  explicit SavedSystem(SystemAnswers answers) : answers_(std::move(answers)) {}
  [[nodiscard]] bool runs() const override { return answers_.runs; }
  [[nodiscard]] bool privileged() const override { return answers_.privileged; }
  [[nodiscard]] Known<SystemAnswer> ask(const std::vector<std::string>& argv,
                                        std::chrono::milliseconds limit) override;
  [[nodiscard]] Known<SystemAnswer> consult(const std::vector<std::string>& argv,
                                            std::chrono::milliseconds limit) override {
    return ask(argv, limit);
  }
  [[nodiscard]] Known<std::vector<ListeningSocket>> sockets() override { return answers_.sockets; }
  [[nodiscard]] Known<Greeting> greeting(const std::string& address, int port) override;

 private:
  SystemAnswers answers_;
};

}  // namespace reentry
