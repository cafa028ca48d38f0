// What was touched on a target, for --verbose: every open, list, command and probe leaves a line here.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reentry {

class Trace {
 public:
  // `verb` is open, list, run …; `object` what it was done to; `outcome` empty when it went well.
  struct Touch {
    std::string verb;
    std::string object;
    std::string outcome;
  };

  // A disabled trace keeps nothing, so that a run without --verbose pays nothing.
  explicit Trace(bool enabled = false) : enabled_(enabled) {}
  [[nodiscard]] bool enabled() const { return enabled_; }
  void add(std::string verb, std::string object, std::string outcome = {}) {
    if (enabled_) touches_.push_back({std::move(verb), std::move(object), std::move(outcome)});
  }
  [[nodiscard]] const std::vector<Touch>& touches() const { return touches_; }

 private:
  bool enabled_;
  std::vector<Touch> touches_;
};

}  // namespace reentry
