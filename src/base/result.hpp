// How a function says that it failed: by its return value, never by throwing, printing or exiting.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace reentry {

enum class ErrorKind {
  usage,     // the command line is wrong                       -> exit 2
  target,    // the target could not be read                    -> exit 3
  change,    // a change failed and was rolled back             -> exit 4
  internal,  // we broke a promise of our own                   -> exit 3
};

// One failure of ours. Printed as `reentry: WHAT: WHY`, one line.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string what;  // the thing that failed: a path, an option, a step
  std::string why;   // the reason, and what to do where that is known
};

// A value or the Error that prevented it.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string what, std::string why) {
  return tl::unexpected<Error>(Error{kind, std::move(what), std::move(why)});
}

}  // namespace reentry

#define REENTRY_JOIN2(a, b) a##b
#define REENTRY_JOIN(a, b) REENTRY_JOIN2(a, b)

// TRY(auto x, call()): x is the value, or the enclosing function returns the Error.
#define TRY(declaration, expression) REENTRY_TRY(REENTRY_JOIN(try_result_, __LINE__), declaration, expression)
#define REENTRY_TRY(name, declaration, expression)                  \
  auto name = (expression);                                         \
  if (!name) return tl::unexpected<::reentry::Error>(name.error()); \
  declaration = std::move(*name)

// TRY_VOID(call()): for a Result<void>.
#define TRY_VOID(expression)                                 \
  if (auto try_void_result = (expression); !try_void_result) \
  return tl::unexpected<::reentry::Error>(try_void_result.error())
