// From the name to a connection, as the client's machine sees it.
#include <algorithm>

#include "base/shown.hpp"
#include "facts/packet_values.hpp"
#include "login/exhibits.hpp"
#include "login/walk.hpp"
#include "login/walk_words.hpp"

namespace reentry {
namespace {

using End = ConnectTry::End;

// In microseconds: an address that has not answered by then, where another has, is called dead.
constexpr std::int64_t kSilence = 900'000;

const char* word_for(DnsReply::Code code) {
  switch (code) {
    case DnsReply::Code::answered: return "addresses";
    case DnsReply::Code::no_data: return "no address (NOERROR)";
    case DnsReply::Code::no_such_name: return "NXDOMAIN";
    case DnsReply::Code::server_failure: return "SERVFAIL";
    case DnsReply::Code::refused: return "REFUSED";
    case DnsReply::Code::silent: return "no answer";
    case DnsReply::Code::malformed: return "a damaged answer";
  }
  return "";
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::vector<Exhibit> dns_exhibits(const NameLookup& lookup) {
  std::vector<Exhibit> out;
  for (const DnsReply& reply : lookup.dns) {
    const std::string found = reply.addresses.empty() ? word_for(reply.code) : listed(reply.addresses);
    out.push_back(
        {"probe", "name server " + reply.server, 0, reply.name + (reply.v6 ? " AAAA: " : " A: ") + found});
  }
  return out;
}

bool every_server_fails(const NameLookup& lookup) {
  return !lookup.dns.empty() && std::all_of(lookup.dns.begin(), lookup.dns.end(), [](const DnsReply& reply) {
    return reply.code == DnsReply::Code::silent || reply.code == DnsReply::Code::server_failure ||
           reply.code == DnsReply::Code::refused || reply.code == DnsReply::Code::malformed;
  });
}

// What the words of a name that no server knows give away.
std::string_view slip_in(std::string_view name) {
  if (name.find("://") != std::string_view::npos) return "url";
  if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%[]") !=
      std::string_view::npos)
    return "characters";
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos && colon == name.rfind(':')) return "port";
  if (name.ends_with(".local")) return "local";
  if (name.find('.') == std::string_view::npos) return "short";
  return "";
}

Gate unresolved(const NameLookup& lookup) {
  Gate gate = gate_of("dns/lookup", GateResult::refuse);
  const Exhibit at{"probe", lookup.name, 0, lookup.addresses.missing().detail};
  if (!lookup.other_family.empty()) {
    gate.detail = say("{} has no address of the family that ssh is told to use",
                      "{} には、指定されたアドレスファミリーのアドレスがありません", shown(lookup.name));
    gate.obstacles.push_back({Cause::dns_family_missing,
                              at,
                              dns_exhibits(lookup),
                              {{"name", lookup.name}, {"has", listed(lookup.other_family)}}});
    return gate;
  }
  if (every_server_fails(lookup)) {
    gate.detail = say("no name server answers for {}", "{} を問い合わせたネームサーバーが応答しません",
                      shown(lookup.name));
    gate.obstacles.push_back({Cause::dns_resolver_fails, at, dns_exhibits(lookup), {{"name", lookup.name}}});
    return gate;
  }
  gate.detail = say("no such name: {}", "名前が見つかりません: {}", shown(lookup.name));
  Obstacle unknown{Cause::dns_name_unknown, at, dns_exhibits(lookup), {{"name", lookup.name}}};
  unknown.details.emplace_back("slip", slip_in(lookup.name));
  // Without an answer of DNS itself it may be the resolver.
  unknown.certain = !lookup.dns.empty();
  gate.obstacles.push_back(std::move(unknown));
  return gate;
}

// An address of /etc/hosts that DNS does not give.
const HostsFileEntry* contradicted(const NameLookup& lookup) {
  bool known = false;
  for (const HostsFileEntry& entry : lookup.in_hosts_file) {
    const bool in_use = std::find(lookup.addresses->begin(), lookup.addresses->end(), entry.address) !=
                        lookup.addresses->end();
    for (const DnsReply& reply : lookup.dns) {
      known = known || reply.code == DnsReply::Code::answered;
      if (std::find(reply.addresses.begin(), reply.addresses.end(), entry.address) != reply.addresses.end())
        return nullptr;
    }
    if (in_use && known) return &entry;
  }
  return nullptr;
}

Gate lookup_gate(const NameLookup& lookup) {
  if (!lookup.addresses) {
    if (lookup.addresses.is_absent()) return unresolved(lookup);
    return unknown_gate("dns/lookup", {lookup.addresses.missing()},
                        say("the name could not be looked up", "名前を調べられませんでした"));
  }
  Gate gate = gate_of("dns/lookup", GateResult::pass);
  if (!lookup.literal)
    gate.detail = say("{} is {}", "{}: {}", shown(lookup.name), shown(listed(*lookup.addresses)));
  if (const HostsFileEntry* entry = contradicted(lookup)) {
    gate.obstacles.push_back({Cause::dns_hosts_file_differs,
                              {"file", "/etc/hosts", entry->line, entry->text},
                              dns_exhibits(lookup),
                              {{"name", lookup.name}, {"address", entry->address}},
                              false});
  }
  return gate;
}

const char* word_for(End end) {
  switch (end) {
    case End::waiting:
    case End::timed_out: return "no answer";
    case End::connected: return "connected";
    case End::refused: return "Connection refused";
    case End::reset: return "Connection reset by peer";
    case End::host_unreachable: return "No route to host";
    case End::net_unreachable: return "Network is unreachable";
    case End::not_permitted: return "Permission denied";
    case End::bad_source: return "Cannot assign requested address";
    case End::failed: return "failed";
  }
  return "";
}

Exhibit exhibit_of(const ConnectTry& one) {
  std::string text = word_for(one.end);
  if (one.greeting) text += ", `" + *one.greeting + "`";
  if (one.icmp) {
    text += fmt::format(", {} type {} code {} from {}", one.icmp->v6 ? "ICMPv6" : "ICMP", one.icmp->type,
                        one.icmp->code, one.icmp->from);
  }
  text += fmt::format(" ({} ms)", one.microseconds / 1000);
  return {"probe", endpoint(one.address, one.port), 0, std::move(text)};
}

// Administratively prohibited, or rejected by policy: a packet filter said so (RFC 1812 5.2.7.1, RFC
// 4443 3.1).
bool is_prohibition(const IcmpNote& note) {
  if (note.v6) return note.type == 1 && (note.code == 1 || note.code == 5 || note.code == 6);
  return note.type == 3 && (note.code == 9 || note.code == 10 || note.code == 13);
}
// What a filter sends for `reject` on its own behalf; an RST of a closed port has no ICMP behind it.
bool is_port_unreachable(const IcmpNote& note) {
  return note.v6 ? note.type == 1 && note.code == 4 : note.type == 3 && note.code == 3;
}

// The kernel of this machine sent the message itself, for a rule: one for want of an answer to ARP or a
// neighbour solicitation says `host unreachable` (RFC 4443: `address unreachable`) instead.
bool is_from_ourselves(const ConnectTry& one) {
  return one.icmp && one.icmp->ours && one.icmp->from != one.address &&
         (is_prohibition(*one.icmp) || is_port_unreachable(*one.icmp));
}

const ConnectTry* speaks_ssh(const std::vector<ConnectTry>& others) {
  const auto found = std::find_if(others.begin(), others.end(), [](const ConnectTry& one) {
    return one.greeting && one.greeting->starts_with("SSH-");
  });
  return found == others.end() ? nullptr : &*found;
}

// The host itself answers at another port: by a connection, or by an RST.
const ConnectTry* answers(const std::vector<ConnectTry>& others) {
  const auto found = std::find_if(others.begin(), others.end(), [](const ConnectTry& one) {
    return one.end == End::connected || (one.end == End::refused && !one.icmp);
  });
  return found == others.end() ? nullptr : &*found;
}

class Connecting {
 public:
  explicit Connecting(const WalkFacts& facts)
      : facts_(facts), gate_(gate_of("network/connect", GateResult::pass)) {}

  Gate judge() {
    const auto connected = std::find_if(facts_.tries.begin(), facts_.tries.end(), is_connected);
    if (connected != facts_.tries.end()) {
      passed(*connected);
      return std::move(gate_);
    }
    if (facts_.tries.empty()) {
      return unknown_gate("network/connect", {{Why::not_asked, "network", {}}}, {});
    }
    // ssh tells of the last address; what the first of them met is as good, and DNS prefers it.
    refused(facts_.tries.front());
    gate_.result = GateResult::refuse;
    return std::move(gate_);
  }

 private:
  static bool is_connected(const ConnectTry& one) { return one.end == End::connected; }

  void passed(const ConnectTry& connected) {
    gate_.detail = say("{} answers in {} ms", "{}: {} ms で応答", endpoint(connected.address, connected.port),
                       connected.microseconds / 1000);
    for (const ConnectTry& one : facts_.tries) {
      const bool too_soon = one.end == End::waiting && one.microseconds < kSilence;
      if (is_connected(one) || too_soon || one.address == connected.address) continue;
      gate_.obstacles.push_back({Cause::network_one_family_only,
                                 exhibit_of(one),
                                 {exhibit_of(connected)},
                                 {{"dead", one.address}, {"works", connected.address}}});
      return;
    }
  }

  void add(Cause cause, bool certain = false) {
    const ConnectTry& first = facts_.tries.front();
    Obstacle obstacle{cause, exhibit_of(first), {}, {{"address", first.address}}, certain};
    obstacle.details.emplace_back("port", std::to_string(first.port));
    for (const ConnectTry& one : facts_.tries) {
      if (&one != &first) obstacle.evidence.push_back(exhibit_of(one));
    }
    for (const ConnectTry& one : facts_.others) obstacle.evidence.push_back(exhibit_of(one));
    if (first.icmp) obstacle.details.emplace_back("icmp_from", first.icmp->from);
    gate_.obstacles.push_back(std::move(obstacle));
  }
  void add_other_port() {
    const ConnectTry* other = speaks_ssh(facts_.others);
    if (other == nullptr) return;
    add(Cause::network_other_port);
    gate_.obstacles.back().details.emplace_back("speaks", std::to_string(other->port));
  }

  void refused(const ConnectTry& first) {
    gate_.detail = say("{}: {}", "{}: {}", endpoint(first.address, first.port), word_for(first.end));
    if (is_from_ourselves(first)) return add(Cause::network_local_firewall, true);
    const bool prohibited = first.icmp && is_prohibition(*first.icmp);
    switch (first.end) {
      case End::not_permitted: return add(Cause::network_local_firewall, true);
      case End::bad_source: return bad_source();
      case End::refused: return turned_away(first);
      case End::host_unreachable:
      case End::net_unreachable:
        add_other_port();
        if (prohibited || answers(facts_.others) != nullptr)
          return add(Cause::network_firewall_rejects, prohibited);
        return add(Cause::network_unreachable, first.end == End::net_unreachable && !first.icmp);
      case End::failed: return add(Cause::network_unreachable);
      default: return silent();
    }
  }

  void bad_source() {
    add(Cause::network_source_address, true);
    const auto source = facts_.client.settings->bind_address();
    if (source) gate_.obstacles.back().at.text += ", BindAddress " + *source;
  }

  void turned_away(const ConnectTry& first) {
    add_other_port();
    if (first.icmp && is_port_unreachable(*first.icmp)) {
      add(Cause::network_banned);
      add(Cause::network_firewall_rejects);
      return;
    }
    // What keeps sshd from running, the commonest first, among what refuses for it.
    for (const Cause cause : {Cause::service_not_running,
                              Cause::service_config_syntax,
                              Cause::network_firewall_rejects,
                              Cause::network_banned,
                              Cause::service_listen_address,
                              Cause::service_port_differs,
                              Cause::service_listen_loopback_only,
                              Cause::service_listen_ipv6_only,
                              Cause::service_disabled,
                              Cause::service_host_keys_missing,
                              Cause::service_host_keys_too_open,
                              Cause::service_host_keys_damaged,
                              Cause::service_privsep_directory,
                              Cause::service_privsep_user_missing,
                              Cause::service_config_contradiction,
                              Cause::service_config_include_broken,
                              Cause::service_config_missing,
                              Cause::service_config_unreadable,
                              Cause::service_config_not_loaded,
                              Cause::service_library_missing,
                              Cause::service_sshd_missing,
                              Cause::service_sshd_damaged,
                              Cause::service_not_to_be_run,
                              Cause::service_session_binary_missing,
                              Cause::service_port_taken,
                              Cause::service_selinux_label,
                              Cause::service_selinux_port,
                              Cause::system_null_device,
                              Cause::system_passwd_unreadable,
                              Cause::system_boot_mount,
                              Cause::system_boot_target,
                              Cause::system_boot_arguments,
                              Cause::system_boot_kernel,
                              Cause::network_firewall_not_loaded,
                              Cause::system_nsswitch,
                              Cause::service_listen_before_network,
                              Cause::system_out_of_memory})
      add(cause);
  }

  void silent() {
    add_other_port();
    if (answers(facts_.others) != nullptr) {
      add(Cause::network_firewall_drops);
      add(Cause::network_cloud_filter);
      add(Cause::network_banned);
      return;
    }
    add(Cause::network_no_answer);
    add(Cause::network_cloud_filter);
    add(Cause::network_firewall_drops);
    add(Cause::network_no_address);
    // A rule of this machine's own that drops what goes out looks the same from within.
    add(Cause::network_local_firewall);
  }

  const WalkFacts& facts_;
  Gate gate_;
};

Gate proxy_gate(const WalkFacts& facts) {
  Gate gate = gate_of("network/connect", GateResult::pass);
  gate.detail = say("by way of {}", "{} を経由", shown(*facts.through));
  if (!facts.reply) {
    gate.result = GateResult::refuse;
  } else if (facts.reply->banner.kind == BannerKind::nothing) {
    const bool over = facts.reply->end == ProbeEnd::closed || facts.reply->end == ProbeEnd::reset;
    const bool said = facts.reply->end != ProbeEnd::unfinished && !facts.proxy_said.empty();
    if (over || said) gate.result = GateResult::refuse;
  }
  if (gate.result != GateResult::refuse) return gate;
  gate.detail = say("the way through `{}` ends before the host: {}", "`{}` の先に到達できません: {}",
                    shown(*facts.through), shown(facts.proxy_said));
  gate.obstacles.push_back({Cause::network_proxy_fails,
                            {"message", *facts.through, 0, facts.proxy_said},
                            {},
                            {{"through", *facts.through}, {"said", facts.proxy_said}}});
  return gate;
}

}  // namespace

std::vector<Gate> network_walk(const WalkFacts& facts) {
  std::vector<Gate> gates;
  if (facts.through) {
    gates.push_back(gate_of("dns/lookup", GateResult::skipped));
    gates.push_back(proxy_gate(facts));
    return gates;
  }
  gates.push_back(lookup_gate(facts.lookup));
  if (facts.lookup.addresses) gates.push_back(Connecting(facts).judge());
  return gates;
}

}  // namespace reentry
