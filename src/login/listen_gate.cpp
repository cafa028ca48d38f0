#include "login/listen_gate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/shown.hpp"
#include "facts/sshd_processes.hpp"
#include "login/exhibits.hpp"
#include "login/running_gate.hpp"

namespace reentry {
namespace {

constexpr std::string_view kListenGate = "service/listen";

enum class Family { none, v4, v6 };

struct Address {
  Family family = Family::none;  // none: a name, a local socket
  bool loopback = false;
  bool any = false;  // 0.0.0.0 or ::, every address of the host
};

// IPv4 addresses within IPv6 count as IPv4: so sshd and the kernel see such peers.
Address address_of(std::string text) {
  text = text.substr(0, text.find('%'));
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return {Family::v4, (ntohl(v4.s_addr) >> 24U) == 127, v4.s_addr == INADDR_ANY};
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return {Family::none, text == "localhost", false};
  std::array<unsigned char, 16> bytes{};
  std::memcpy(bytes.data(), &v6, bytes.size());
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return {Family::v4, bytes[12] == 127, false};
  return {Family::v6, IN6_IS_ADDR_LOOPBACK(&v6) != 0, IN6_IS_ADDR_UNSPECIFIED(&v6) != 0};
}

// One address that sshd binds, from `HOST:PORT`.
struct Listener {
  std::string host;  // without brackets
  std::string port;
  Address address;
  std::size_t index = 0;  // of the setting's values, kNoLine where none of them made it
};
constexpr std::size_t kNoLine = static_cast<std::size_t>(-1);

std::vector<Listener> listeners_of(const Setting& setting) {
  std::vector<Listener> out;
  for (std::size_t i = 0; i < setting.values.size(); ++i) {
    const std::string& value = setting.values[i];
    const std::size_t colon = value.rfind(':');
    if (colon == std::string::npos || value.starts_with('/')) continue;
    std::string host = value.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    Listener listener{{}, value.substr(colon + 1), address_of(host), i};
    listener.host = std::move(host);
    out.push_back(std::move(listener));
  }
  return out;
}

// The sockets that a running sshd has, whatever its files say by now.
std::vector<Listener> listeners_now(const GateInput& input) {
  const std::vector<std::string>& configured = input.startup["listenaddress"].values;
  std::vector<Listener> out;
  for (const ListeningSocket& socket : *input.facts.running.sockets) {
    if (!is_sshd_socket(input.facts, socket)) continue;
    Listener listener{socket.address, std::to_string(socket.port), address_of(socket.address), kNoLine};
    // Without IPV6_V6ONLY it takes connections of both families.
    if (socket.v6 && !socket.v6_only && listener.address.any) listener.address.family = Family::none;
    const std::string name = socket.v6 ? "[" + socket.address + "]" : socket.address;
    const auto line = std::find(configured.begin(), configured.end(), name + ":" + listener.port);
    if (line != configured.end()) listener.index = static_cast<std::size_t>(line - configured.begin());
    out.push_back(std::move(listener));
  }
  return out;
}

bool sees_sockets(const GateInput& input) {
  return input.when == When::now && input.facts.running.collected && input.facts.running.sockets;
}

bool serves(const Listener& listener, const std::optional<Address>& from) {
  const Address& address = listener.address;
  if (!from) return !address.loopback;
  // A name may stand for addresses of both families.
  if (address.family == Family::none) return from->loopback || !address.loopback;
  if (from->family == Family::none) return !address.loopback;
  return address.family == from->family && (from->loopback || !address.loopback);
}

// The line that binds this listener.
Exhibit line_of_listener(const GateInput& input, const Listener& listener) {
  const std::vector<UnitLine>& streams = input.facts.unit.listen_streams;
  const Setting& setting = input.startup["listenaddress"];
  if (listener.index == kNoLine) return {"probe", listener.host + ":" + listener.port, 0, "LISTEN"};
  const ConfigOrigin& origin = listener.index < setting.all.size() ? setting.all[listener.index] : setting.at;
  if (origin.file == "ssh.socket" && !streams.empty()) {
    const UnitLine& stream = streams[std::min(listener.index, streams.size() - 1)];
    return {"file", stream.file, stream.line, stream.text};
  }
  return config_exhibit(input.facts, origin);
}

void add(Cause cause, Exhibit at, std::string_view listening, std::string_view reason, Gate& gate) {
  for (const Obstacle& known : gate.obstacles) {
    if (known.at == at) return;
  }
  gate.obstacles.push_back(
      {cause, std::move(at), {}, {{"address", std::string(listening)}, {"reason", std::string(reason)}}});
}

// AddressFamily where it is what takes the other family away, else each line that binds.
void add_lines(const GateInput& input, Cause cause, const std::vector<Listener>& listeners,
               std::string_view reason, Gate& gate) {
  const Setting& family = input.startup["addressfamily"];
  const Setting& addresses = input.startup["listenaddress"];
  const bool by_family = cause != Cause::service_listen_loopback_only && !family.at.is_default() &&
                         family.first() != "any" && input.facts.config.listen_streams.empty();
  if (by_family) add(cause, config_exhibit(input.facts, family.at), family.first(), reason, gate);
  for (const Listener& listener : listeners) {
    const bool built_in = listener.index != kNoLine && (listener.index >= addresses.all.size() ||
                                                        addresses.all[listener.index].is_default());
    if (built_in) continue;
    const std::string text =
        listener.index == kNoLine ? listener.host + ":" + listener.port : addresses.values[listener.index];
    add(cause, line_of_listener(input, listener), text, reason, gate);
  }
}

void refuse(const GateInput& input, const std::optional<Address>& from,
            const std::vector<Listener>& listeners, Gate& gate) {
  gate.result = GateResult::refuse;
  const bool all_loopback = std::all_of(listeners.begin(), listeners.end(),
                                        [](const Listener& one) { return one.address.loopback; });
  if (all_loopback && !(from && from->loopback)) {
    add_lines(input, Cause::service_listen_loopback_only, listeners, "loopback", gate);
    gate.detail = say("sshd listens on the loopback address only",
                      "sshd はループバックアドレスでしか待ち受けていません");
    return;
  }
  const bool wants_v4 = from && from->family == Family::v4;
  add_lines(input, wants_v4 ? Cause::service_listen_ipv6_only : Cause::service_listen_address, listeners,
            wants_v4 ? "no IPv4 socket" : "no IPv6 socket", gate);
  gate.detail = wants_v4 ? say("sshd listens on IPv6 only", "sshd は IPv6 でしか待ち受けていません")
                         : say("sshd listens on IPv4 only", "sshd は IPv4 でしか待ち受けていません");
}

// The port that the client dials is none of those that are served.
void refuse_port(const GateInput& input, int port, const std::vector<Listener>& serving, Gate& gate) {
  gate.result = GateResult::refuse;
  Exhibit at = config_exhibit(input.facts, input.startup["port"].at);
  if (input.startup["port"].at.is_default()) at = line_of_listener(input, serving.front());
  gate.obstacles.push_back({Cause::service_port_differs,
                            std::move(at),
                            {},
                            {{"port", serving.front().port}, {"dialled", std::to_string(port)}}});
  gate.detail =
      say("sshd listens on port {}, not on {}", "sshd は {} 番ポートで待ち受けており、{} 番ではありません",
          shown(serving.front().port), port);
}

// A client that is told nothing dials 22.
void note_port(const GateInput& input, const std::vector<Listener>& serving, Gate& gate) {
  if (serving.empty() ||
      std::any_of(serving.begin(), serving.end(), [](const Listener& one) { return one.port == "22"; })) {
    return;
  }
  Exhibit at = config_exhibit(input.facts, input.startup["port"].at);
  if (input.startup["port"].at.is_default()) at = line_of_listener(input, serving.front());
  gate.obstacles.push_back(
      {Cause::service_port_differs, std::move(at), {}, {{"port", serving.front().port}}});
  gate.detail =
      say("sshd listens on port {}", "sshd は {} 番ポートで待ち受けています", shown(serving.front().port));
}

// Bound for sure: an address that is always there, or one that files of the host give to it. A name is the
// configuration's matter.
bool is_there(const GateInput& input, const Listener& listener) {
  const Address& address = listener.address;
  if (address.any || address.loopback || address.family == Family::none) return true;
  const std::vector<std::string>& own = input.facts.service.names_in_hosts;
  return std::find(own.begin(), own.end(), listener.host) != own.end();
}

// Where every address that it would serve the login on must come from somewhere first.
void note_race(const GateInput& input, const std::vector<Listener>& serving, Gate& gate) {
  const bool any_at_once = std::any_of(serving.begin(), serving.end(), [](const Listener& one) {
    return one.address.any || one.address.loopback || one.address.family == Family::none;
  });
  if (serving.empty() || any_at_once || !input.facts.unit.may_precede_addresses) return;
  const Listener& first = serving.front();
  gate.obstacles.push_back({Cause::service_listen_before_network,
                            line_of_listener(input, first),
                            {},
                            {{"address", first.host}, {"unit", input.facts.unit.name}},
                            false});
  gate.result = GateResult::unknown;
  gate.unknown.push_back(
      {Why::offline, input.facts.unit.file, "whether " + first.host + " is there before sshd starts"});
  gate.detail =
      say("sshd listens on {} only, and does not wait until the host has that address",
          "sshd は {} でしか待ち受けず、ホストにそのアドレスが設定されるのを待ちません", shown(first.host));
}

// sshd.c:listen_on_addrs goes on where one bind(2) fails, and gives up where all do.
void judge_presence(const GateInput& input, const std::vector<Listener>& serving, Gate& gate) {
  if (serving.empty() || std::any_of(serving.begin(), serving.end(),
                                     [&input](const Listener& one) { return is_there(input, one); })) {
    return;
  }
  const Exhibit at = line_of_listener(input, serving.front());
  gate.result = GateResult::unknown;
  gate.unknown.push_back({Why::offline, at.path, "whether the host has the address " + serving.front().host});
  gate.detail = say("sshd listens on {} only, and no file tells whether this host has that address",
                    "sshd は {} でしか待ち受けず、このホストがそのアドレスを持つかはファイルから分かりません",
                    shown(serving.front().host));
}

}  // namespace

Gate listen_gate(const GateInput& input) {
  Gate gate = gate_of(kListenGate, GateResult::pass);
  std::vector<Listener> listeners = listeners_of(input.startup["listenaddress"]);
  bool bound = false;
  if (sees_sockets(input)) {
    std::vector<Listener> now = listeners_now(input);
    bound = !now.empty();
    if (bound) listeners = std::move(now);
  }
  std::optional<Address> from;
  if (input.question.from) from = address_of(*input.question.from);
  std::vector<Listener> serving;
  std::copy_if(listeners.begin(), listeners.end(), std::back_inserter(serving),
               [&from](const Listener& one) { return serves(one, from); });
  // Without any address there is a socket of another kind, which is not judged here.
  if (!serving.empty() || listeners.empty()) {
    const std::optional<int>& port = input.question.port;
    const bool served =
        !port || serving.empty() || std::any_of(serving.begin(), serving.end(), [&port](const Listener& one) {
          return one.port == std::to_string(*port);
        });
    if (!served) {
      refuse_port(input, *port, serving, gate);
      return gate;
    }
    if (port)
      std::erase_if(serving, [&port](const Listener& one) { return one.port != std::to_string(*port); });
    if (!port) note_port(input, serving, gate);
    if (!bound) judge_presence(input, serving, gate);
    if (input.when == When::next_start) note_race(input, serving, gate);
    return gate;
  }
  const bool v6 = from && from->family == Family::v6;
  std::optional<Obstacle> taken = bound ? taken_port(input.facts, v6) : std::nullopt;
  if (taken) {
    gate.result = GateResult::refuse;
    gate.detail = say("another program has sshd's port", "別のプログラムが sshd のポートを使用しています");
    gate.obstacles.push_back(std::move(*taken));
    return gate;
  }
  refuse(input, from, listeners, gate);
  return gate;
}

}  // namespace reentry
