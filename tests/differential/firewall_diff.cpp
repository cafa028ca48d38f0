// The evaluator of packet filters against real packets: random rule sets in a network namespace, real
// connections from many addresses.
#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "facts/iptables_save.hpp"
#include "facts/nft_ruleset.hpp"
#include "firewall_bed.hpp"
#include "firewall_cases.hpp"
#include "login/packet_filter.hpp"
#include "mutations.hpp"

namespace reentry::differential {
namespace {

struct Options {
  std::size_t cases = 400;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  bool verbose = false;
};

struct Tally {
  std::size_t verdicts = 0;
  std::size_t wrong = 0;
  std::size_t unknown = 0;
  std::size_t sets = 0;
  std::size_t not_loaded = 0;
  std::map<std::string, std::size_t> kinds;
  std::map<std::string, std::size_t> reasons;
};

class Run {
 public:
  Run(FirewallBed& bed, const Options& options) : bed_(bed), options_(options) {
    legacy_ = works({"iptables-legacy", "-S"}) && works({"ip6tables-legacy", "-S"});
    ipset_ = works({"ipset", "list", "-n"});
    nft_iptables_ = works({"iptables-nft", "-S"});
    if (!legacy_) std::puts("left out: iptables-legacy does not work here");
    if (!nft_iptables_) std::puts("left out: iptables-nft does not work here");
    if (!ipset_) std::puts("left out: ipset does not work here");
  }

  int all() {
    for (std::uint64_t index = options_.first; tally_.verdicts + tally_.unknown < options_.cases; ++index) {
      clear();
      const FirewallCase one = random_firewall(options_.seed, index, legacy_, ipset_);
      if (!load(one)) {
        ++tally_.not_loaded;
        if (tally_.not_loaded > 20 + options_.cases) break;
        continue;
      }
      ++tally_.sets;
      compare(index, one);
    }
    fmt::print(
        "firewall: {} verdicts over {} rule sets (seed {}): {} wrong, {} unknown, {} sets not loaded\n",
        tally_.verdicts, tally_.sets, options_.seed, tally_.wrong, tally_.unknown, tally_.not_loaded);
    for (const auto& [kind, count] : tally_.kinds) fmt::print("  {}: {}\n", kind, count);
    for (const auto& [reason, count] : tally_.reasons) fmt::print("  unknown for {}: {}\n", reason, count);
    return tally_.wrong == 0 && tally_.verdicts > 0 ? 0 : 1;
  }

 private:
  bool works(const std::vector<std::string>& argv) const { return bed_.run(argv).status == 0; }

  void clear() {
    (void)bed_.run({"nft", "flush", "ruleset"});
    if (used_legacy_) {
      const std::string empty =
          "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n*nat\n:PREROUTING ACCEPT\n:INPUT "
          "ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\nCOMMIT\n*mangle\n:PREROUTING ACCEPT\n:INPUT ACCEPT\n"
          "COMMIT\n*raw\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n";
      (void)bed_.run({"iptables-legacy-restore"}, empty);
      (void)bed_.run({"ip6tables-legacy-restore"}, empty);
    }
    if (used_ipset_) (void)bed_.run({"ipset", "destroy"});
    used_legacy_ = used_ipset_ = false;
  }

  bool feed(const std::vector<std::string>& argv, const std::string& input) {
    if (input.empty()) return true;
    const lab::Ran ran = bed_.run(argv, input);
    if (ran.status != 0 && options_.verbose) fmt::print("not loaded: {}{}\n", ran.err, input);
    return ran.status == 0;
  }

  bool load(const FirewallCase& one) {
    used_legacy_ = one.legacy;
    used_ipset_ = !one.ipset.empty();
    const std::string kind = one.legacy ? "legacy" : "nft";
    return feed({"ipset", "restore"}, one.ipset) && feed({"iptables-" + kind + "-restore"}, one.iptables) &&
           feed({"ip6tables-" + kind + "-restore"}, one.ip6tables) && feed({"nft", "-f", "-"}, one.nft);
  }

  PacketRules saved(const char* command, const char* family, const char* tool) {
    auto rules = parse_iptables_save(bed_.run({command}).out, family, tool);
    if (!rules) {
      fmt::print("{}: {}\n", command, rules.missing().detail);
      ++tally_.wrong;
      return {};
    }
    return std::move(*rules);
  }

  PacketRules read() {
    auto nft = parse_nft_ruleset(bed_.run({"nft", "-j", "list", "ruleset"}).out);
    if (!nft) {
      fmt::print("nft -j list ruleset: {}\n", nft.missing().detail);
      ++tally_.wrong;
      return {};
    }
    name_nft_rules(bed_.run({"nft", "-a", "list", "ruleset"}).out, nft->rules);
    PacketRules of_iptables;
    if (!nft->of_iptables.empty()) {
      of_iptables = saved("iptables-nft-save", "ip", "iptables");
      of_iptables.append(saved("ip6tables-nft-save", "ip6", "ip6tables"));
    }
    PacketRules rules = with_iptables(std::move(*nft), std::move(of_iptables));
    if (used_legacy_) {
      rules.append(saved("iptables-legacy-save", "ip", "iptables-legacy"));
      rules.append(saved("ip6tables-legacy-save", "ip6", "ip6tables-legacy"));
    }
    if (used_ipset_) {
      auto sets = parse_ipset_save(bed_.run({"ipset", "save"}).out);
      if (sets) rules.append(std::move(*sets));
    }
    return rules;
  }

  std::vector<Probe> probes(std::uint64_t index) {
    Random random(options_.seed * 7919U + index);
    std::vector<Probe> out;
    for (std::size_t i = 0; i < 16; ++i) {
      Probe probe;
      probe.family = random.one_in(3) ? 6 : 4;
      probe.loopback = i >= 14;
      probe.source = probe.loopback ? (probe.family == 4 ? "127.0.0.1" : "::1")
                                    : random.pick(FirewallBed::clients(probe.family));
      probe.port = random.pick(std::vector<std::uint16_t>{22, 22, 22, 2222, 8022});
      const std::size_t lowest = random.one_in(6) ? 700 : 1024;
      probe.source_port = static_cast<std::uint16_t>(lowest + (next_port_++ * 37) % (65000 - lowest));
      if (probe.source_port == 2222 || probe.source_port == 8022) ++probe.source_port;
      out.push_back(probe);
    }
    return out;
  }

  static TcpConnection connection_of(const Probe& probe) {
    TcpConnection out;
    out.family = probe.family;
    const NetAddress source = *parse_address(probe.source);
    out.source = point(source.bits);
    out.destination =
        point(probe.loopback ? source.bits : parse_address(FirewallBed::server(probe.family))->bits);
    out.source_port = point(std::uint64_t{probe.source_port});
    out.port = probe.port;
    out.interface = probe.loopback ? "lo" : "eth0";
    out.loopback = probe.loopback;
    return out;
  }

  // errno of the client for a way to reject the first packet (net/ipv4/icmp.c, net/ipv6/icmp.c).
  static int errno_of(const std::string& reject, int family) {
    if (reject == "tcp reset" || reject.ends_with("port-unreachable")) return ECONNREFUSED;
    if (family == 6) {
      if (reject.ends_with("admin-prohibited")) return EACCES;
      if (reject.ends_with("no-route")) return ENETUNREACH;
      return EHOSTUNREACH;
    }
    if (reject.ends_with("net-unreachable")) return ENETUNREACH;
    return EHOSTUNREACH;
  }

  static std::string word_of(const ProbeEnd& end) {
    if (end.answered) return "pass";
    const std::string when = end.connected ? "later" : "first";
    return when + (end.error == 0 ? " silence" : std::string(" ") + std::strerror(end.error));
  }

  // Where addresses are translated, an answer about a packet that is not confirmed yet may get lost on its
  // way.
  static bool translates(const PacketRules& rules) {
    return std::any_of(rules.tables.begin(), rules.tables.end(), [](const PacketTable& table) {
      return std::any_of(table.chains.begin(), table.chains.end(),
                         [](const PacketChain& chain) { return chain.nat; });
    });
  }

  // Empty where both agree.
  static std::string difference(const Probe& probe, const FilterAnswer& answer, const ProbeEnd& end,
                                bool ordered) {
    const bool serves = answer.arrives_at == 22 || answer.arrives_at == 2222 || answer.arrives_at == 8022;
    if (answer.verdict == FilterVerdict::pass) {
      if (serves) return end.answered ? "" : "it does not pass";
      return end.error == ECONNREFUSED ? "" : "nobody listens there";
    }
    if (end.answered) return "it passes";
    if (answer.phase != FilterPhase::first || probe.loopback) return "";
    if (end.connected) return "the first packet passes";
    if (!ordered) return "";
    // What is said of a packet whose port was rewritten may come from the new port: the client hears nothing.
    if (answer.arrives_at != probe.port && end.error == 0) return "";
    if (answer.verdict == FilterVerdict::drop) return end.error == 0 ? "" : "not silent";
    // An answer of ICMPv6 that comes before connect(2) has returned is not told (tcp_ipv6.c:tcp_v6_err).
    if (probe.family == 6 && end.error == 0 && answer.reject != "tcp reset") return "";
    return end.error == errno_of(answer.reject, probe.family) ? "" : "another way to reject";
  }

  void compare(std::uint64_t index, const FirewallCase& one) {
    const PacketRules rules = read();
    const PacketFilter filter(rules);
    const std::vector<Probe> asked = probes(index);
    const std::vector<ProbeEnd> ends = bed_.try_all(asked);
    // Which of two tools' rules of one priority goes first depends on who was there first: nobody tells.
    const bool ordered = (!one.legacy || one.nft.empty()) && !translates(rules);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const Probe& probe = asked[i];
      const FilterAnswer answer = filter.judge(connection_of(probe));
      if (answer.verdict == FilterVerdict::unknown) {
        ++tally_.unknown;
        for (const Missing& missing : answer.unknown) ++tally_.reasons[missing.detail];
        continue;
      }
      ++tally_.verdicts;
      ++tally_
            .kinds[std::string(name_of(answer.verdict)) + (answer.phase == FilterPhase::first   ? ""
                                                           : answer.phase == FilterPhase::reply ? ", reply"
                                                                                                : ", later")];
      const std::string wrong = difference(probe, answer, ends[i], ordered);
      if (wrong.empty()) continue;
      ++tally_.wrong;
      fmt::print(
          "---- rule set {}: {} port {} from {} port {}: predicted {} {} by {} {} {} {} `{}`, real {}: {}\n",
          index, probe.loopback ? "loopback" : "eth0", probe.port, probe.source, probe.source_port,
          name_of(answer.verdict), answer.reject, answer.place.family, answer.place.table, answer.place.chain,
          answer.place.number, answer.place.text, word_of(ends[i]), wrong);
      if (last_shown_ != index) fmt::print("{}", one.nft + one.ipset + one.iptables + one.ip6tables);
      last_shown_ = index;
    }
  }

  FirewallBed& bed_;
  const Options& options_;
  Tally tally_;
  bool legacy_ = false;
  bool ipset_ = false;
  bool nft_iptables_ = false;
  bool used_legacy_ = false;
  bool used_ipset_ = false;
  std::uint64_t next_port_ = 0;
  std::uint64_t last_shown_ = ~std::uint64_t{0};
};

int run(const Options& options) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: it needs root");
    return 77;
  }
  FirewallBed bed;
  if (!bed.open() || bed.run({"nft", "list", "ruleset"}).status != 0) {
    std::puts("SKIPPED: it needs namespaces, veth and nft");
    return 77;
  }
  const auto begin = std::chrono::steady_clock::now();
  const int status = Run(bed, options).all();
  const auto time = std::chrono::steady_clock::now() - begin;
  fmt::print("{:.1f} s\n", std::chrono::duration<double>(time).count());
  return status;
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  reentry::differential::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--verbose") options.verbose = true;
    if (i + 1 >= argc) continue;
    if (option == "--cases") options.cases = std::strtoul(argv[i + 1], nullptr, 10);
    if (option == "--seed") options.seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--first") options.first = std::strtoull(argv[i + 1], nullptr, 10);
  }
  return reentry::differential::run(options);
}
