// The data types of RFC 4251 section 5, read from and written to byte strings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reentry {

// Reads front to back. The first field that is not wholly there makes the reader bad; every later field is
// then zero or empty.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  void fail() { ok_ = false; }

  std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  // `string`: a length and that many bytes; a view into the input.
  std::string_view string() {
    const std::uint32_t length = u32();
    return take(length);
  }
  // `mpint` of a number that may not be negative: its magnitude without leading zeros.
  std::string_view magnitude() {
    std::string_view text = string();
    if (!text.empty() && (static_cast<std::uint8_t>(text.front()) & 0x80U) != 0) ok_ = false;
    while (!text.empty() && text.front() == '\0') text.remove_prefix(1);
    return text;
  }
  std::string_view take(std::size_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return out;
  }

 private:
  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    for (const char byte : take(width)) value = (value << 8U) | static_cast<std::uint8_t>(byte);
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

inline void put_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFFU);
}

inline void put_string(std::string& out, std::string_view text) {
  put_u32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

// `mpint` of a magnitude: a zero byte goes in front where the first bit is set.
inline void put_mpint(std::string& out, std::string_view magnitude) {
  while (!magnitude.empty() && magnitude.front() == '\0') magnitude.remove_prefix(1);
  const bool pad = !magnitude.empty() && (static_cast<std::uint8_t>(magnitude.front()) & 0x80U) != 0;
  put_u32(out, static_cast<std::uint32_t>(magnitude.size() + (pad ? 1 : 0)));
  if (pad) out += '\0';
  out += magnitude;
}

}  // namespace reentry
