// What the fuzzers share. LLVMFuzzerTestOneInput is libFuzzer's own name for the entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace reentry::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// An invariant of the parser; libFuzzer reports the abort with the input.
inline void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace reentry::fuzz

#define REENTRY_FUZZ(bytes)                                                     \
  static void fuzz_one(std::string_view bytes);                                 \
  /* NOLINTNEXTLINE(readability-identifier-naming) */                           \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* d, std::size_t n) { \
    fuzz_one(reentry::fuzz::text_of(d, n));                                     \
    return 0;                                                                   \
  }                                                                             \
  static void fuzz_one(std::string_view bytes)
