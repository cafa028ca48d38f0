// What stands between one login and its session, gate by gate, with the fact that decided each.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"
#include "base/text.hpp"
#include "login/cause.hpp"
#include "login/question.hpp"

namespace reentry {

enum class GateResult { pass, refuse, unknown, skipped };
[[nodiscard]] std::string_view name_of(GateResult result);

// Bytes that prove something: `where` is `path`, `path:line`, or the name of another source.
struct Exhibit {
  std::string source = "file";  // file, process, log, probe, message, api
  std::string path;
  std::size_t line = 0;  // 0: the whole file
  std::string text;      // quoted as it stands, made safe by shown() when it is rendered
  bool operator==(const Exhibit&) const = default;
};

// One fact that refuses (or, in a gate that passes, that would have refused but does not decide).
struct Obstacle {
  Cause cause{};
  Exhibit at;                     // the locus: what must change
  std::vector<Exhibit> evidence;  // further proof; `at` is evidence by itself
  // Named details for the cause's words and remedy: `mode` -> `0777`, `owner` -> `1001`, `pattern` ->
  // `alice@10.*`
  std::vector<std::pair<std::string, std::string>> details;
  bool certain = true;  // sshd would decide so every time from the facts read

  [[nodiscard]] std::string_view detail(std::string_view name) const;
};

// One decision. A gate that refuses may have several obstacles, in the order in which they must be mended.
struct Gate {
  std::string_view id;  // `service/config`, `auth/allow-users`, … (login/gates.hpp)
  Stage stage{};
  GateResult result = GateResult::pass;
  std::vector<Obstacle> obstacles;
  std::vector<Missing> unknown;  // what could not be seen, when result is unknown
  Text detail;                   // the fact that decided, one sentence; may be empty for a plain pass
};

// The gates of a login, in order. Most gates of a host's logins say the same: such are held once for all.
class Gates {
 public:
  using Shared = std::shared_ptr<const Gate>;

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Gate;
    using difference_type = std::ptrdiff_t;
    using pointer = const Gate*;
    using reference = const Gate&;

    Iterator() = default;
    explicit Iterator(std::vector<Shared>::const_iterator at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++at_;
      return before;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    std::vector<Shared>::const_iterator at_;
  };

  Gates() = default;
  Gates(std::vector<Gate> gates) {  // NOLINT(google-explicit-constructor): a list of gates is what it is
    for (Gate& gate : gates) push_back(std::move(gate));
  }
  Gates(std::initializer_list<Gate> gates) : Gates(std::vector<Gate>(gates)) {}
  // Never null.
  void push_back(Shared gate) { gates_.push_back(std::move(gate)); }
  void push_back(Gate gate) { gates_.push_back(std::make_shared<const Gate>(std::move(gate))); }
  void append(const Gates& more) { gates_.insert(gates_.end(), more.gates_.begin(), more.gates_.end()); }
  void reserve(std::size_t count) { gates_.reserve(count); }
  [[nodiscard]] std::size_t size() const { return gates_.size(); }
  [[nodiscard]] bool empty() const { return gates_.empty(); }
  [[nodiscard]] const Gate& operator[](std::size_t index) const { return *gates_[index]; }
  [[nodiscard]] Iterator begin() const { return Iterator(gates_.begin()); }
  [[nodiscard]] Iterator end() const { return Iterator(gates_.end()); }

 private:
  std::vector<Shared> gates_;
};

enum class Outcome { accepted, refused, unknown };
[[nodiscard]] std::string_view name_of(Outcome outcome);

// The gates in the order in which sshd meets them. Every gate is judged as if those before it had let the
// login through, so that a fault behind another is seen too. outcome: refused if a gate refuses; else unknown
// if one is unknown; else accepted.
struct LoginTrace {
  LoginQuestion question;
  Gates gates;
  Outcome outcome = Outcome::unknown;

  // The gate that a real login would meet first, or nullptr.
  [[nodiscard]] const Gate* first_refusal() const;
};

}  // namespace reentry
