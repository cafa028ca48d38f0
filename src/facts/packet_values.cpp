#include "facts/packet_values.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

struct Word {
  WordKind kind;
  std::string_view word;
  std::uint64_t value;
};

// linux/netfilter/nf_conntrack_common.h, nf_tables.h, tcp.h, if_packet.h, rtnetlink.h.
constexpr std::array<Word, 56> kWords = {{
    {WordKind::ct_state, "invalid", 1},
    {WordKind::ct_state, "established", 2},
    {WordKind::ct_state, "related", 4},
    {WordKind::ct_state, "new", 8},
    {WordKind::ct_state, "untracked", 64},
    {WordKind::ct_status, "expected", 1},
    {WordKind::ct_status, "seen-reply", 2},
    {WordKind::ct_status, "seen_reply", 2},
    {WordKind::ct_status, "assured", 4},
    {WordKind::ct_status, "confirmed", 8},
    {WordKind::ct_status, "snat", 16},
    {WordKind::ct_status, "dnat", 32},
    {WordKind::ct_status, "dying", 512},
    {WordKind::ct_direction, "original", 0},
    {WordKind::ct_direction, "reply", 1},
    {WordKind::tcp_flag, "fin", 1},
    {WordKind::tcp_flag, "syn", 2},
    {WordKind::tcp_flag, "rst", 4},
    {WordKind::tcp_flag, "psh", 8},
    {WordKind::tcp_flag, "ack", 16},
    {WordKind::tcp_flag, "urg", 32},
    {WordKind::tcp_flag, "ecn", 64},
    {WordKind::tcp_flag, "ece", 64},
    {WordKind::tcp_flag, "cwr", 128},
    {WordKind::tcp_flag, "all", 63},
    {WordKind::tcp_flag, "none", 0},
    {WordKind::protocol, "icmp", 1},
    {WordKind::protocol, "igmp", 2},
    {WordKind::protocol, "ipip", 4},
    {WordKind::protocol, "ipencap", 4},
    {WordKind::protocol, "tcp", 6},
    {WordKind::protocol, "udp", 17},
    {WordKind::protocol, "dccp", 33},
    {WordKind::protocol, "gre", 47},
    {WordKind::protocol, "esp", 50},
    {WordKind::protocol, "ah", 51},
    {WordKind::protocol, "icmpv6", 58},
    {WordKind::protocol, "ipv6-icmp", 58},
    {WordKind::protocol, "ospf", 89},
    {WordKind::protocol, "vrrp", 112},
    {WordKind::protocol, "sctp", 132},
    {WordKind::protocol, "udplite", 136},
    {WordKind::family, "ipv4", 2},
    {WordKind::family, "ipv6", 10},
    {WordKind::family, "ip", 2},
    {WordKind::family, "ip6", 10},
    {WordKind::packet_type, "host", 0},
    {WordKind::packet_type, "unicast", 0},
    {WordKind::packet_type, "broadcast", 1},
    {WordKind::packet_type, "multicast", 2},
    {WordKind::packet_type, "other", 3},
    {WordKind::address_type, "unicast", 1},
    {WordKind::address_type, "local", 2},
    {WordKind::address_type, "broadcast", 3},
    {WordKind::address_type, "anycast", 4},
    {WordKind::address_type, "multicast", 5},
}};

std::array<unsigned char, 16> bytes_of(Bits bits) {
  std::array<unsigned char, 16> out{};
  for (unsigned i = 0; i < 8; ++i) {
    out[i] = static_cast<unsigned char>(bits.high >> (56 - 8 * i));
    out[8 + i] = static_cast<unsigned char>(bits.low >> (56 - 8 * i));
  }
  return out;
}

Bits bits_of(const std::array<unsigned char, 16>& bytes) {
  Bits out;
  for (unsigned i = 0; i < 8; ++i) {
    out.high = (out.high << 8U) | bytes[i];
    out.low = (out.low << 8U) | bytes[8 + i];
  }
  return out;
}

}  // namespace

std::optional<NetAddress> parse_address(std::string_view text) {
  const std::string copy(text.substr(0, text.find('%')));
  in_addr v4{};
  if (::inet_pton(AF_INET, copy.c_str(), &v4) == 1) return NetAddress{4, {0, ntohl(v4.s_addr)}};
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return std::nullopt;
  const Bits bits = bits_of(bytes);
  if (bits.high == 0 && bits.low >> 32U == 0xffff) return NetAddress{4, {0, bits.low & 0xffffffffU}};
  return NetAddress{6, bits};
}

std::string text_of(const NetAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (address.family == 4) {
    const in_addr v4{htonl(static_cast<std::uint32_t>(address.bits.low))};
    ::inet_ntop(AF_INET, &v4, out.data(), out.size());
  } else {
    const auto bytes = bytes_of(address.bits);
    ::inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  }
  return out.data();
}

BitsRange every_address(int family) {
  return family == 4 ? BitsRange{{}, {0, 0xffffffffU}} : BitsRange{{}, kAllBits};
}

Bits prefix_mask(int family, unsigned length) {
  if (family == 4) {
    const unsigned bits = std::min(length, 32U);
    return {0, bits == 0 ? 0 : (0xffffffffULL << (32 - bits)) & 0xffffffffULL};
  }
  const unsigned bits = std::min(length, 128U);
  const auto ones = [](unsigned count) {
    return count == 0 ? 0 : ~std::uint64_t{0} << (64 - std::min(count, 64U));
  };
  return {ones(std::min(bits, 64U)), ones(bits > 64 ? bits - 64 : 0)};
}

BitsRange prefix_range(const NetAddress& address, unsigned length) {
  const Bits mask = prefix_mask(address.family, length);
  const Bits first = address.bits & mask;
  return {first, first | (~mask & every_address(address.family).last)};
}

std::string text_of(int family, const BitsRange& range) {
  std::string first = text_of(NetAddress{family, range.first});
  if (range.is_point()) return first;
  for (unsigned length = 0; length <= (family == 4 ? 32U : 128U); ++length) {
    if (prefix_range({family, range.first}, length) == range) return fmt::format("{}/{}", first, length);
  }
  return first + " - " + text_of(NetAddress{family, range.last});
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  if (text.empty() || text.size() > (hex ? 16U : 19U)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    unsigned digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (hex && c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
    if (hex && c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
    if (digit >= (hex ? 16U : 10U)) return std::nullopt;
    value = value * (hex ? 16 : 10) + digit;
  }
  return value;
}

Bits name_bits(std::string_view name) {
  std::array<unsigned char, 16> bytes{};
  std::memcpy(bytes.data(), name.data(), std::min<std::size_t>(name.size(), 15));
  return bits_of(bytes);
}

BitsRange name_range(std::string_view name, char wildcard) {
  if (!name.ends_with(wildcard)) return point(name_bits(name));
  name.remove_suffix(1);
  std::array<unsigned char, 16> last{};
  last.fill(0xff);
  std::memcpy(last.data(), name.data(), std::min<std::size_t>(name.size(), 15));
  return {name_bits(name), bits_of(last)};
}

std::optional<std::uint64_t> number_of_word(WordKind kind, std::string_view word) {
  for (const Word& entry : kWords) {
    if (entry.kind == kind && equal_ignoring_case(entry.word, word)) return entry.value;
  }
  return std::nullopt;
}

}  // namespace reentry
