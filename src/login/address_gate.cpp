#include "login/address_gate.hpp"

#include <algorithm>

#include "facts/packet_values.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

enum class Reach { loopback, link, wide };

// RFC 1122, 3.2.1.3; RFC 3927; RFC 4291, 2.4.
Reach reach_of(const NetAddress& address) {
  const std::uint64_t low = address.bits.low;
  if (address.family == 4) {
    if (low >> 24U == 127) return Reach::loopback;
    return low >> 16U == 0xa9fe ? Reach::link : Reach::wide;
  }
  if (address.bits.high == 0 && low <= 1) return Reach::loopback;
  return address.bits.high >> 54U == 0x3fa ? Reach::link : Reach::wide;
}

}  // namespace

Gate address_gate(const GateInput& input) {
  const Known<std::vector<NetAddress>>& own = input.facts.running.addresses;
  if (!own) {
    return unknown_gate(
        "network/address", {own.missing()},
        say("which addresses this host has could not be seen", "このホストのアドレスを確認できませんでした"));
  }
  Gate gate = gate_of("network/address", GateResult::pass);
  const auto from = input.question.from ? parse_address(*input.question.from) : std::nullopt;
  // The host itself, and its neighbours by their link-local addresses, need none.
  if (from && reach_of(*from) != Reach::wide) return gate;
  const auto serves = [&from](const NetAddress& address) {
    // A client's own address is the host's too where it logs in to itself.
    return (from && address == *from) ||
           ((!from || from->family == address.family) && reach_of(address) == Reach::wide);
  };
  if (std::any_of(own->begin(), own->end(), serves)) return gate;
  // Nothing that could have one: a container without a network, whose logins come from within.
  if (input.facts.running.interfaces && input.facts.running.interfaces->empty()) return gate;
  const std::string family = !from ? "IP" : from->family == 4 ? "IPv4" : "IPv6";
  gate.result = GateResult::refuse;
  gate.detail = say("no interface of this host has an {} address",
                    "このホストのどのインターフェースにも {} アドレスがありません", family);
  gate.obstacles.push_back({Cause::network_no_address,
                            {"process", "network interfaces", 0, "no " + family + " address"},
                            {},
                            {{"family", family}}});
  return gate;
}

}  // namespace reentry
