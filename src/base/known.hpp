// A fact, or the reason why there is none. Unknown is never fine: an unreadable file never looks like an
// empty one, because the type does not let it.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace reentry {

enum class Why {
  absent,      // it was looked for and is not there
  denied,      // we may not read it (EACCES, EPERM)
  unreadable,  // reading failed (EIO, not a regular file, too large, a symlink loop)
  malformed,   // it was read and does not parse
  offline,     // only a running system has it, and the target does not run
  not_asked,   // nobody collected it
};

// Why a fact is missing, and where it would have been.
struct Missing {
  Why why = Why::not_asked;
  std::string where;   // a path as the target sees it, or the name of the source
  std::string detail;  // strerror text or what was wrong; may be empty
  bool operator==(const Missing&) const = default;
};

template <typename T>
class Known {
 public:
  Known() : value_(Missing{}) {}
  Known(T value) : value_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Known(Missing missing) : value_(std::move(missing)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return std::holds_alternative<T>(value_); }
  explicit operator bool() const { return has_value(); }

  // Only when has_value().
  [[nodiscard]] const T& operator*() const { return *std::get_if<T>(&value_); }
  [[nodiscard]] T& operator*() { return *std::get_if<T>(&value_); }
  const T* operator->() const { return std::get_if<T>(&value_); }
  T* operator->() { return std::get_if<T>(&value_); }

  // Only when !has_value().
  [[nodiscard]] const Missing& missing() const { return *std::get_if<Missing>(&value_); }

  [[nodiscard]] bool is_absent() const { return !has_value() && missing().why == Why::absent; }

  bool operator==(const Known&) const = default;

 private:
  std::variant<Missing, T> value_;
};

}  // namespace reentry
