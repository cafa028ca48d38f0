// Random states of a host: each mutation is a line of shell that changes one thing about it.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace reentry::differential {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // 0 … n-1.
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// One login and the state it meets.
struct State {
  std::string script;  // POSIX shell, run as root inside the host
  std::string user;
  std::string key;  // a key of the lab; empty: by password
  std::string password;
  std::string from;
};

// One change outside ssh's own files.
[[nodiscard]] std::string change_system(Random& random, const std::string& user);

// The state number `index` of the run `seed`: one to five changes and one question. The same numbers give the
// same state.
enum class Changed { anything, system };
[[nodiscard]] State random_state(std::uint64_t seed, std::uint64_t index,
                                 Changed changed = Changed::anything);

}  // namespace reentry::differential
