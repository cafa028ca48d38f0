#include "facts/pattern.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

// match.c reads a sub-pattern into a buffer of 1024 bytes and gives up on longer ones.
constexpr std::size_t kMaxSubPattern = 1023;
// addr.c:addr_pton_cidr, the buffer that an entry must fit into.
constexpr std::size_t kMaxCidrText = 64;

struct ParsedAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};
  std::string scope;  // of a link-local address: `eth0`
  [[nodiscard]] unsigned bits() const { return v6 ? 128 : 32; }
};

// What getaddrinfo(3) takes with AI_NUMERICHOST: inet_aton's forms of IPv4 (`10.1`, `0x7f.1`) included.
std::optional<ParsedAddress> parse_address(std::string_view text) {
  ParsedAddress out;
  if (text.empty() || text.size() >= kMaxCidrText) return std::nullopt;
  if (text.find_first_of(" \t\r\n\v\f") != std::string_view::npos) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::string copy(text);
  in_addr v4{};
  if (::inet_aton(copy.c_str(), &v4) != 0) {
    std::memcpy(out.bytes.data(), &v4, sizeof v4);
    return out;
  }
  const std::size_t percent = copy.find('%');
  if (percent != std::string::npos) {
    out.scope = copy.substr(percent + 1);
    copy.resize(percent);
    if (out.scope.empty()) return std::nullopt;
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, copy.c_str(), &v6) != 1) return std::nullopt;
  out.v6 = true;
  std::memcpy(out.bytes.data(), &v6, sizeof v6);
  return out;
}

bool bit_of(const ParsedAddress& address, unsigned index) {
  return (address.bytes[index / 8] & (0x80U >> (index % 8))) != 0;
}

struct Network {
  ParsedAddress address;
  unsigned mask = 0;
};

enum class CidrParse { network, no_network, inconsistent };

// addr.c:addr_pton_cidr.
CidrParse parse_cidr(std::string_view text, Network& out) {
  if (text.size() >= kMaxCidrText) return CidrParse::no_network;
  std::optional<unsigned long> mask;
  std::string_view host = text;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    host = text.substr(0, slash);
    const std::string_view digits = text.substr(slash + 1);
    unsigned long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value > 128) {
      return CidrParse::no_network;
    }
    mask = value;
  }
  std::optional<ParsedAddress> address = parse_address(host);
  if (!address) return CidrParse::no_network;
  const unsigned long length = mask.value_or(address->bits());
  if (length > address->bits()) return CidrParse::inconsistent;
  out.address = std::move(*address);
  out.mask = static_cast<unsigned>(length);
  for (unsigned i = out.mask; i < out.address.bits(); ++i) {
    if (bit_of(out.address, i)) return CidrParse::inconsistent;
  }
  return CidrParse::network;
}

bool is_within(const ParsedAddress& address, const Network& network) {
  if (address.v6 != network.address.v6 || address.scope != network.address.scope) return false;
  for (unsigned i = 0; i < network.mask; ++i) {
    if (bit_of(address, i) != bit_of(network.address, i)) return false;
  }
  return true;
}

// addrmatch.c:addr_match_list; without an `address` the list is only looked through for mistakes.
ListMatch match_addresses(const std::string_view* address, std::string_view list) {
  std::optional<ParsedAddress> parsed;
  if (address != nullptr) {
    parsed = parse_address(*address);
    if (!parsed) return ListMatch::no;
  }
  ListMatch result = ListMatch::no;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    std::string_view entry = list.substr(begin, comma - begin);
    begin = comma + 1;
    const bool negated = entry.starts_with('!');
    if (negated) entry.remove_prefix(1);
    if (entry.empty()) return ListMatch::malformed;
    Network network;
    bool match = false;
    switch (parse_cidr(entry, network)) {
      case CidrParse::inconsistent: return ListMatch::malformed;
      case CidrParse::network: match = parsed && is_within(*parsed, network); break;
      case CidrParse::no_network: match = parsed && match_pattern(*address, entry); break;
    }
    if (!match) continue;
    if (negated) return ListMatch::negated;
    result = ListMatch::yes;
  }
  return result;
}

}  // namespace

// Greedy with one point to fall back to, so that no pattern takes more than |text| * |pattern| steps.
bool match_pattern(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

ListMatch match_pattern_list(std::string_view text, std::string_view list, bool fold) {
  ListMatch result = ListMatch::no;
  std::size_t begin = 0;
  while (begin < list.size()) {
    const bool negated = list[begin] == '!';
    if (negated) ++begin;
    const std::size_t comma = std::min(list.find(',', begin), list.size());
    const std::string_view sub = list.substr(begin, comma - begin);
    if (sub.size() >= kMaxSubPattern) return ListMatch::no;
    begin = comma + 1;
    const bool match = fold ? match_pattern(text, lowered(sub)) : match_pattern(text, sub);
    if (match && negated) return ListMatch::negated;
    if (match) result = ListMatch::yes;
  }
  return result;
}

ListMatch match_address_list(std::string_view address, std::string_view list) {
  return match_addresses(&address, list);
}

ListMatch match_host_and_ip(std::string_view host, std::string_view address, std::string_view list) {
  const ListMatch by_address = match_addresses(&address, list);
  if (by_address == ListMatch::malformed || by_address == ListMatch::negated) return by_address;
  const ListMatch by_name = match_pattern_list(lowered(host), list, true);
  if (by_name == ListMatch::negated) return ListMatch::negated;
  return by_address == ListMatch::yes || by_name == ListMatch::yes ? ListMatch::yes : ListMatch::no;
}

bool address_list_is_valid(std::string_view list) {
  return match_addresses(nullptr, list) != ListMatch::malformed;
}

}  // namespace reentry
