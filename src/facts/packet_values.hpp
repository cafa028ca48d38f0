// What packet filters compare: addresses, ports, flags, names of interfaces, all as numbers of 128 bits, and
// ranges of them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

// An unsigned number of 128 bits. An IPv4 address is its 32 bits, a name its bytes from the left.
struct Bits {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy takes the comparison's own zero for a pointer
  auto operator<=>(const Bits&) const = default;
  bool operator==(const Bits&) const = default;
};
[[nodiscard]] constexpr Bits operator&(Bits a, Bits b) {
  return {a.high & b.high, a.low & b.low};
}
[[nodiscard]] constexpr Bits operator|(Bits a, Bits b) {
  return {a.high | b.high, a.low | b.low};
}
[[nodiscard]] constexpr Bits operator^(Bits a, Bits b) {
  return {a.high ^ b.high, a.low ^ b.low};
}
[[nodiscard]] constexpr Bits operator~(Bits a) {
  return {~a.high, ~a.low};
}
[[nodiscard]] constexpr bool is_zero(Bits a) {
  return a.high == 0 && a.low == 0;
}
[[nodiscard]] constexpr Bits next_of(Bits a) {
  return {a.high + (a.low + 1 == 0 ? 1U : 0U), a.low + 1};
}
inline constexpr Bits kAllBits{~std::uint64_t{0}, ~std::uint64_t{0}};

// From `first` to `last`, both within.
struct BitsRange {
  Bits first;
  Bits last;
  bool operator==(const BitsRange&) const = default;
  [[nodiscard]] bool is_point() const { return first == last; }
  [[nodiscard]] bool has(const BitsRange& other) const { return first <= other.first && other.last <= last; }
  [[nodiscard]] bool meets(const BitsRange& other) const {
    return first <= other.last && other.first <= last;
  }
};
[[nodiscard]] constexpr BitsRange point(Bits value) {
  return {value, value};
}
[[nodiscard]] constexpr BitsRange point(std::uint64_t value) {
  return {{0, value}, {0, value}};
}

struct NetAddress {
  int family = 4;  // 4 or 6
  Bits bits;
  bool operator==(const NetAddress&) const = default;
};
// inet_pton(3) of either family; an IPv6 address may have a zone, which is left out. An IPv4 address within
// IPv6 (::ffff:a.b.c.d) is IPv4.
[[nodiscard]] std::optional<NetAddress> parse_address(std::string_view text);
[[nodiscard]] std::string text_of(const NetAddress& address);
// All addresses of a family, and those that begin with `length` bits of `address`.
[[nodiscard]] BitsRange every_address(int family);
[[nodiscard]] Bits prefix_mask(int family, unsigned length);
[[nodiscard]] BitsRange prefix_range(const NetAddress& address, unsigned length);
// `192.0.2.0/24` or `192.0.2.1 - 192.0.2.9` as people write it.
[[nodiscard]] std::string text_of(int family, const BitsRange& range);

// Decimal, or hexadecimal behind `0x`; the whole text.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

// The name of an interface (at most 15 bytes); one that ends in `wildcard` stands for all that begin so.
[[nodiscard]] Bits name_bits(std::string_view name);
[[nodiscard]] BitsRange name_range(std::string_view name, char wildcard);

// Numbers behind the words of nft and iptables, of one kind of field.
enum class WordKind {
  ct_state,
  ct_status,
  ct_direction,
  tcp_flag,
  protocol,
  family,
  packet_type,
  address_type
};
[[nodiscard]] std::optional<std::uint64_t> number_of_word(WordKind kind, std::string_view word);

}  // namespace reentry
