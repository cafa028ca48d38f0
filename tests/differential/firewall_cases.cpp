#include "firewall_cases.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "mutations.hpp"

namespace reentry::differential {
namespace {

using Strings = std::vector<std::string>;

const Strings kPlaces4{"10.77.0.2",     "10.77.0.0/24", "10.77.0.64/26",  "10.0.0.0/8",     "192.0.2.0/24",
                       "198.51.100.20", "0.0.0.0/0",    "203.0.113.0/24", "192.168.0.0/16", "172.16.0.0/12",
                       "10.77.1.5",     "10.9.8.7",     "127.0.0.1",      "10.77.0.2/31",   "127.0.0.0/8"};
const Strings kPlaces6{"fd77::2", "fd77::/64", "fd77:1::/32", "2001:db8::/32", "2001:db8:1:2::33",
                       "::/0",    "fd00::/8",  "::1",         "2001:db8::7"};
const Strings kSets4{"10.77.0.2, 192.0.2.0/24", "10.77.0.0-10.77.0.3, 198.51.100.20", "10.0.0.0/8",
                     "203.0.113.5, 172.16.0.0/12, 10.9.8.7", "10.77.0.66-10.77.1.5"};
const Strings kSets6{"fd77::2, 2001:db8::/48", "fd77::/64, fd77:1::5", "2001:db8:1::-2001:db8:2::"};
const Strings kPorts{"22", "2222", "8022", "1-1024", "20-22", "2000-9000", "80"};
const Strings kPortSets{"22, 2222", "22, 80-90", "1-21, 23-1024", "2222, 8022", "22, 443, 8022"};
const Strings kStates{"new",      "established",     "established,related",
                      "invalid",  "new,established", "related,untracked",
                      "untracked"};

enum class Family { both, v4, v6 };

// Matches of nft; which of them a table may hold depends on its family.
class NftWriter {
 public:
  NftWriter(Random& random, Family family) : random_(random), family_(family) {}

  std::string table(const std::string& name) {
    const std::string family = family_ == Family::both ? "inet" : family_ == Family::v4 ? "ip" : "ip6";
    std::string out = "table " + family + " " + name + " {\n";
    if (family_ != Family::v6) {
      out += "  set a4 { type ipv4_addr; flags interval; elements = { " + random_.pick(kSets4) + " }; }\n";
      out +=
          "  set c4 { type ipv4_addr . inet_service; flags interval; elements = { 10.77.0.0/24 . 22, "
          "192.0.2.7 . 1-3000, 10.0.0.0/8 . 2222 }; }\n";
      out += "  map m4 { type ipv4_addr : verdict; flags interval; elements = { " + random_.pick(kPlaces4) +
             " : " + verdict(true) + " }; }\n";
    }
    if (family_ != Family::v4)
      out += "  set a6 { type ipv6_addr; flags interval; elements = { " + random_.pick(kSets6) + " }; }\n";
    out += "  map mp { type inet_service : verdict; elements = { 22 : " + verdict(true) +
           ", 2222 : jump c2, " + "8022 : " + verdict(true) + " }; }\n";
    out += "  chain c3 {\n" + rules(2, false) + "  }\n";
    out += "  chain c2 {\n" + rules(3, false) + "  }\n";
    out += "  chain c1 {\n" + rules(3, true) + "  }\n";
    out += base("input", "filter", random_.pick(Strings{"0", "0", "-10", "20"}), true);
    if (random_.one_in(3)) out += base("input", "filter", random_.pick(Strings{"-150", "5", "50"}), true);
    if (random_.one_in(4))
      out += base("prerouting", "filter", random_.pick(Strings{"-300", "-150", "-90", "0"}), true);
    if (random_.one_in(5)) out += base("output", "filter", random_.pick(Strings{"0", "-300", "10"}), false);
    if (random_.one_in(4)) {
      side_ = family_ == Family::both ? Family::v4 : family_;
      out += "  chain nat1 { type nat hook prerouting priority -100;\n    " + condition() + " tcp dport " +
             random_.pick(kPorts) + " redirect to :" + random_.pick(Strings{"22", "2222", "8022", "81"}) +
             "\n  }\n";
    }
    return out + "}\n";
  }

 private:
  std::string base(const std::string& hook, const std::string& type, const std::string& priority,
                   bool drops) {
    const bool drop = drops && random_.one_in(3);
    std::string out = fmt::format("  chain b{} {{ type {} hook {} priority {}; policy {};\n", ++bases_, type,
                                  hook, priority, drop ? "drop" : "accept");
    if (random_.one_in(2)) out += "    ct state established,related accept\n";
    side_ = family_ == Family::both ? Family::v4 : family_;
    if (hook == "prerouting" && random_.one_in(4)) out += "    " + condition() + " notrack\n";
    return out + rules(5, true) + "  }\n";
  }

  std::string rules(std::size_t most, bool jumps) {
    std::string out;
    const std::size_t count = random_.below(most + 1);
    for (std::size_t i = 0; i < count; ++i) out += "    " + rule(jumps) + "\n";
    return out;
  }

  std::string rule(bool jumps) {
    std::string out;
    const std::size_t count = 1 + random_.below(2);
    side_ = family_ != Family::both ? family_ : random_.one_in(3) ? Family::v6 : Family::v4;
    for (std::size_t i = 0; i < count; ++i) out += condition() + " ";
    if (random_.one_in(8)) out += "counter ";
    if (random_.one_in(14)) return out + "meta mark set 0x10";
    if (random_.one_in(20)) return out + "ct mark set 0x20";
    if (random_.one_in(12)) return out + "tcp dport vmap @mp";
    if (random_.one_in(12) && side_ == Family::v4) return out + "ip saddr vmap @m4";
    if (random_.one_in(10))
      return out + "tcp dport vmap { 22 : " + verdict(true) + ", 1000-3000 : " + verdict(true) + " }";
    if (jumps && random_.one_in(4)) return out + random_.pick(Strings{"jump c2", "jump c3", "goto c2"});
    return out + verdict(false);
  }

  std::string verdict(bool plain) {
    if (plain) return random_.pick(Strings{"accept", "accept", "drop", "return", "continue"});
    if (random_.one_in(4)) return reject();
    return random_.pick(Strings{"accept", "accept", "drop", "drop", "return"});
  }

  std::string reject() {
    Strings ways{"reject", "meta l4proto tcp reject with tcp reset", "reject with icmpx admin-prohibited",
                 "reject with icmpx host-unreachable"};
    if (side_ == Family::v4) {
      ways.emplace_back("reject with icmp host-prohibited");
      ways.emplace_back("reject with icmp net-unreachable");
    }
    if (side_ == Family::v6) ways.emplace_back("reject with icmpv6 no-route");
    if (family_ != Family::both) ways = {ways[1], ways.back(), "reject"};
    return random_.pick(ways);
  }

  std::string condition() {
    const std::string negation = random_.one_in(4) ? "!= " : "";
    if (side_ == Family::v4 && random_.one_in(3)) return source4(negation);
    if (side_ == Family::v6 && random_.one_in(3)) return source6(negation);
    switch (random_.below(13)) {
      case 0:
      case 1: return "tcp dport " + negation + random_.pick(kPorts);
      case 2: return "tcp dport " + negation + "{ " + random_.pick(kPortSets) + " }";
      case 3: return "ct state " + negation + "{ " + random_.pick(kStates) + " }";
      case 4: return "ct state " + random_.pick(kStates);
      case 5:
        return random_.pick(Strings{"iifname ", "iif "}) + negation +
               random_.pick(Strings{"lo", "lo", "\"eth0\""});
      case 6:
        return "iifname " + negation + random_.pick(Strings{"\"eth*\"", "{ \"lo\", \"wlan0\" }", "\"wl*\""});
      case 7:
        return random_.pick(Strings{"tcp flags & (fin|syn|rst|ack) == syn", "tcp flags syn",
                                    "tcp flags == syn", "tcp flags & (syn|ack) != syn", "tcp flags ! syn"});
      case 8: return "meta l4proto " + negation + std::string("tcp");
      case 9:
        return "tcp sport " + negation + random_.pick(Strings{"1024-65535", "40000-50000", "{ 1-30000 }"});
      case 10:
        if (random_.one_in(3)) return "meta mark & 0xf0 == 0x10";
        return "meta mark " + negation + random_.pick(Strings{"0", "0x10"});
      case 11:
        if (family_ == Family::both && random_.one_in(3))
          return side_ == Family::v4 ? "meta nfproto ipv4" : "meta nfproto ipv6";
        return random_.pick(Strings{"fib daddr type local", "ct direction original", "meta pkttype host",
                                    "th dport 22", "tcp dport 22", "ct status dnat", "ct mark 0x20"});
      default: return "tcp dport " + random_.pick(Strings{">= 1024", "< 1024", "<= 22", "> 22"});
    }
  }

  std::string source4(const std::string& negation) {
    switch (random_.below(6)) {
      case 0: return "ip saddr " + negation + "@a4";
      case 1: return "ip saddr " + negation + "{ " + random_.pick(kSets4) + " }";
      case 2: return "ip saddr . tcp dport " + negation + "@c4";
      case 3: return "ip saddr & 255.255.0.255 == 10.77.0.2";
      case 4: return "ip daddr " + negation + random_.pick(Strings{"10.77.0.1", "10.77.0.0/16", "127.0.0.1"});
      default: return "ip saddr " + negation + random_.pick(kPlaces4);
    }
  }
  std::string source6(const std::string& negation) {
    switch (random_.below(4)) {
      case 0: return "ip6 saddr " + negation + "@a6";
      case 1: return "ip6 saddr " + negation + "{ " + random_.pick(kSets6) + " }";
      case 2: return "ip6 saddr . tcp dport " + negation + "{ fd77::2 . 22, 2001:db8::/32 . 1-3000 }";
      default: return "ip6 saddr " + negation + random_.pick(kPlaces6);
    }
  }

  Random& random_;
  Family family_;
  Family side_ = Family::v4;  // of the rule that is being written
  int bases_ = 0;
};

class SaveWriter {
 public:
  SaveWriter(Random& random, bool v6, bool ipset) : random_(random), v6_(v6), ipset_(ipset && !v6) {}

  std::string text() {
    std::string out = "*filter\n:INPUT " + policy(3) +
                      " [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" +
                      ":one - [0:0]\n:two - [0:0]\n";
    if (random_.one_in(2)) out += "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n";
    out += rules("INPUT", 6, true) + rules("one", 3, true) + rules("two", 2, false);
    if (random_.one_in(5)) out += rules("OUTPUT", 2, false);
    out += "COMMIT\n";
    if (random_.one_in(4)) {
      out += "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT " + policy(8) + " [0:0]\n";
      if (random_.one_in(2)) out += "-A PREROUTING " + condition() + " -j MARK --set-xmark 0x10/0xff\n";
      mangle_ = true;
      out += rules("INPUT", 2, false) + "COMMIT\n";
      mangle_ = false;
    }
    if (random_.one_in(5)) {
      out += "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n";
      out += "-A PREROUTING " + condition() + random_.pick(Strings{" -j DROP\n", " -j CT --notrack\n"}) +
             "COMMIT\n";
    }
    if (random_.one_in(4)) {
      out +=
          "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT "
          "[0:0]\n-A PREROUTING -p tcp -m tcp --dport " +
          random_.pick(Strings{"22", "2222", "8022"}) + " -j REDIRECT --to-ports " +
          random_.pick(Strings{"22", "8022", "81"}) + "\nCOMMIT\n";
    }
    return out;
  }

 private:
  std::string policy(std::size_t n) { return random_.one_in(n) ? "DROP" : "ACCEPT"; }

  std::string rules(const std::string& chain, std::size_t most, bool jumps) {
    std::string out;
    const std::size_t count = random_.below(most + 1);
    for (std::size_t i = 0; i < count; ++i) {
      std::string conditions;
      const std::size_t many = 1 + random_.below(2);
      tcp_ = false;
      for (std::size_t k = 0; k < many; ++k) conditions += " " + condition();
      std::string target =
          random_.pick(Strings{"ACCEPT", "ACCEPT", "DROP", "DROP", "RETURN", "REJECT", "LOG"});
      if (target == "REJECT") target = mangle_ ? "DROP" : target + reject();
      std::string how = " -j ";
      if (jumps && random_.one_in(4)) {
        target = chain == "one" ? "two" : random_.pick(Strings{"one", "two"});
        how = random_.one_in(4) ? " -g " : " -j ";
      }
      out += "-A " + chain + conditions + how + target + "\n";
    }
    return out;
  }

  std::string reject() {
    if (tcp_ && random_.one_in(3)) return " --reject-with tcp-reset";
    if (v6_) return random_.pick(Strings{"", " --reject-with icmp6-adm-prohibited"});
    return random_.pick(Strings{"", " --reject-with icmp-host-prohibited",
                                " --reject-with icmp-admin-prohibited",
                                " --reject-with icmp-net-unreachable"});
  }

  // One that may stand beside every other: each kind once is enough.
  std::string condition() {
    const std::string negation = random_.one_in(4) ? "! " : "";
    if (random_.one_in(3) && !source_used()) {
      return negation + "-s " + random_.pick(v6_ ? kPlaces6 : kPlaces4);
    }
    if (!tcp_ && random_.one_in(2)) {
      tcp_ = true;
      return "-p tcp -m tcp " + negation + "--dport " +
             random_.pick(Strings{"22", "2222", "8022", "1:1024", "22:23"});
    }
    switch (random_.below(11)) {
      case 0:
        return "-m conntrack " + negation + "--ctstate " +
               random_.pick(Strings{"NEW", "ESTABLISHED", "INVALID", "NEW,RELATED", "UNTRACKED"});
      case 1:
        return "-m state " + negation + "--state " +
               random_.pick(Strings{"NEW", "ESTABLISHED", "INVALID,NEW"});
      case 2: return "-m mark " + negation + "--mark " + random_.pick(Strings{"0x10", "0x0", "0x10/0x30"});
      case 3: return "-m addrtype --dst-type " + random_.pick(Strings{"LOCAL", "BROADCAST", "UNICAST"});
      case 4:
        if (v6_) return "-m comment --comment \"a \\\" b\"";
        return "-m iprange " + negation + "--src-range " +
               random_.pick(Strings{"10.77.0.1-10.77.0.99", "192.0.2.1-198.51.100.20"});
      case 5: return "-m pkttype " + negation + "--pkt-type " + random_.pick(Strings{"unicast", "broadcast"});
      case 6: return "-m comment --comment \"it's so\"";
      case 7:
        if (ipset_)
          return "-m set " + negation + "--match-set " +
                 random_.pick(Strings{"h4 src", "n4 src", "p4 src,dst"});
        return "-m comment --comment x";
      case 8: return "-m conntrack --ctdir ORIGINAL";
      case 9: return "-m conntrack --ctstate NEW,ESTABLISHED";
      default: return "-m comment --comment y";
    }
  }
  bool source_used() { return random_.one_in(2); }

  Random& random_;
  bool v6_;
  bool ipset_;
  bool tcp_ = false;
  bool mangle_ = false;  // a table that knows no REJECT
};

// iptables takes an option once: a line that has one twice is left out.
std::string without_doubles(const std::string& text) {
  std::string out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin + 1);
    begin = end + 1;
    bool twice = false;
    for (const char* option : {" -s ", " --dport ", " --mark ", " --dst-type ", " --src-range ",
                               " --pkt-type ", " --comment ", " --ctdir ", " --state ", " --ctstate "}) {
      const std::size_t first = line.find(option);
      twice = twice || (first != std::string::npos && line.find(option, first + 2) != std::string::npos);
    }
    if (!twice) out += line;
  }
  return out;
}

}  // namespace

FirewallCase random_firewall(std::uint64_t seed, std::uint64_t index, bool legacy_works, bool ipset_works) {
  Random random(seed * 1'000'003U + index);
  FirewallCase out;
  const std::size_t kind = random.below(4);
  if (kind <= 1 || random.one_in(6)) {
    const std::size_t shape = random.below(4);
    if (shape <= 1) out.nft += NftWriter(random, Family::both).table("t");
    if (shape >= 1) out.nft += NftWriter(random, Family::v4).table("u");
    if (shape >= 2) out.nft += NftWriter(random, Family::v6).table("v");
  }
  if (kind >= 2) {
    out.legacy = legacy_works && kind == 3;
    out.iptables = without_doubles(SaveWriter(random, false, ipset_works).text());
    out.ip6tables = without_doubles(SaveWriter(random, true, ipset_works).text());
    if (ipset_works) {
      out.ipset =
          "create h4 hash:ip\nadd h4 10.77.0.2\nadd h4 192.0.2.7\ncreate n4 hash:net\nadd n4 10.77.0.0/24\n"
          "add n4 10.77.0.64/26 nomatch\nadd n4 203.0.113.0/24\ncreate p4 hash:ip,port\n"
          "add p4 10.77.0.3,tcp:22\nadd p4 198.51.100.20,tcp:2222\nadd p4 10.9.8.7,udp:22\n";
    }
  }
  return out;
}

}  // namespace reentry::differential
