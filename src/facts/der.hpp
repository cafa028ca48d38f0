// As much of DER (ITU-T X.690) as the key structures of RFC 8017, RFC 5915 and RFC 5958 need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reentry {

class DerReader {
 public:
  explicit DerReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  // The tag of the next element, 0 at the end.
  [[nodiscard]] std::uint8_t peek() const {
    return rest_.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(rest_.front());
  }

  // The contents of the next element, which must have this tag.
  std::string_view element(std::uint8_t tag) {
    if (!ok_ || rest_.size() < 2 || peek() != tag) return bad();
    std::size_t length = static_cast<std::uint8_t>(rest_[1]);
    std::size_t header = 2;
    if (length >= 0x80) {
      const std::size_t width = length & 0x7FU;
      if (width == 0 || width > 4 || rest_.size() < 2 + width) return bad();
      length = 0;
      for (std::size_t i = 0; i < width; ++i) {
        length = (length << 8U) | static_cast<std::uint8_t>(rest_[2 + i]);
      }
      header += width;
    }
    if (length > rest_.size() - header) return bad();
    const std::string_view contents = rest_.substr(header, length);
    rest_.remove_prefix(header + length);
    return contents;
  }

  DerReader sequence() { return inner(0x30); }
  DerReader context(std::uint8_t number) { return inner(static_cast<std::uint8_t>(0xA0U + number)); }
  // An INTEGER's magnitude, leading zeros removed.
  std::string_view integer() {
    std::string_view number = element(0x02);
    while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
    return number;
  }
  std::string_view octets() { return element(0x04); }
  std::string_view object_id() { return element(0x06); }
  // A BIT STRING of whole bytes.
  std::string_view bits() {
    std::string_view text = element(0x03);
    if (!ok_ || text.empty() || text.front() != '\0') return bad();
    text.remove_prefix(1);
    return text;
  }
  void skip() { element(peek()); }

 private:
  std::string_view bad() {
    ok_ = false;
    return {};
  }
  DerReader inner(std::uint8_t tag) {
    DerReader reader(element(tag));
    reader.ok_ = ok_;
    return reader;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace reentry
