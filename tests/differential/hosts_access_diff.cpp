// Our reading of hosts.allow and hosts.deny against libwrap's own, through tcpdmatch(8) of package tcpd.
// Usage: hosts_access_diff [CASES [SEED]]
#include <fmt/format.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "differential/mutations.hpp"
#include "facts/hosts_access.hpp"

namespace reentry::differential {
namespace {

using Strings = std::vector<std::string>;

const Strings kDaemons{"sshd",    "ALL",  "ssh", "sshd,telnetd", "ALL EXCEPT sshd",
                       "telnetd", "SSHD", "ss*", "all"};
const Strings kClients{"ALL",
                       "10.1.1.1",
                       "10.1.1.",
                       "10.1.",
                       "10.",
                       "10.1.1.0/255.255.255.0",
                       "10.1.0.0/16",
                       "10.1.1.0/24",
                       "10.1.1.1/32",
                       "10.0.0.0/8",
                       "0.0.0.0/0",
                       "10.1.1.1/255.255.255.0",
                       "10.1.2.0/24",
                       "192.0.2.7",
                       "10.1.1.*",
                       "10.?.1.1",
                       "*",
                       "[2001:db8::1]",
                       "[2001:db8::]/32",
                       "2001:db8::1",
                       "/patterns",
                       "10.1.1.0/24x",
                       "10.1.1.0/33",
                       "10.1.1",
                       "1",
                       "ALL@10.1.1.",
                       "root@10.1.1.1",
                       "root@192.0.2.7",
                       "[2001:db8::]/129",
                       "[2001:db8::1",
                       "[2001:db8::]/0",
                       "[2001:db8::5]/32",
                       "[2001:db8::5]/125",
                       "[2001:db8::5]/126",
                       "[2001:db8::5]/+32",
                       "10.1.1.1]",
                       "[2001:DB8:0::1]",
                       "2001:db8::/32",
                       "[::ffff:10.1.1.1]",
                       "[10.1.1.1]",
                       "[10.1.1.0]/24",
                       "10.1.1.0/0.0.0.0",
                       "0.0.0.0/0.0.0.0",
                       "10.1.1.1/",
                       "/24",
                       "10.1.1.0/-1",
                       "10.1.1.0/024",
                       "10.1.1.1/255.255.255.255",
                       "10.1.1.1/0xff",
                       "10.1/16",
                       "10.01.1.1",
                       ".1.1",
                       "EXCEPT",
                       "ALL EXCEPT 10.1.1.1 EXCEPT ALL",
                       "ALL EXCEPT 10.1.1. EXCEPT 10.1.1.1",
                       "@",
                       "10.1.1.1,",
                       "*.1",
                       "?0.1.1.1",
                       "10.1.1.1?"};
const Strings kGlue{" ", ", ", ",", "\t", " EXCEPT "};
const Strings kOptions{"",
                       "",
                       "",
                       "",
                       " : allow",
                       " : deny",
                       ": ALLOW",
                       " : severity auth.info : deny",
                       ":allow",
                       " : keepalive",
                       " : deny : allow",
                       " : allow : keepalive",
                       " : spawn /bin/true",
                       " : spawn (/bin/echo %h) & : deny",
                       " : twist /bin/echo no",
                       " : nonsense",
                       " : setenv A b : allow",
                       " : linger 5",
                       " : nice",
                       " : allow yes",
                       " : allow=yes",
                       " :",
                       " : : allow",
                       " : umask 022: deny",
                       " : umask 9",
                       " : user root",
                       " : rfc931",
                       " : banners /nowhere",
                       " : /bin/true",
                       " : deny\\:allow"};
const Strings kAddresses{"10.1.1.1", "10.1.1.1", "192.0.2.7", "2001:db8::1", "10.2.0.9"};

std::string table(Random& random) {
  std::string out;
  const std::size_t lines = random.below(4);
  for (std::size_t i = 0; i < lines; ++i) {
    if (random.one_in(8)) {
      out += random.pick(Strings{"# sshd: ALL\n",
                                 "\n",
                                 "garbage\n",
                                 "  \n",
                                 "sshd ALL\n",
                                 ": ALL\n",
                                 "sshd:\n",
                                 "sshd: \\\nALL\n",
                                 "sshd: \\\n",
                                 "sshd: 10.1.1.1 \\\n , 192.0.2.7\n",
                                 "# sshd: \\\nsshd: ALL\n",
                                 " # x\n",
                                 "sshd: ALL\r\n",
                                 "sshd : 10.1.1.1 # 192.0.2.7\n",
                                 ":\n",
                                 "::\n",
                                 "sshd::\n",
                                 "[sshd]: ALL\n",
                                 "sshd@10.1.1.1: ALL\n",
                                 "sshd@192.0.2.1: ALL\n"});
      continue;
    }
    std::string clients = random.pick(kClients);
    while (random.one_in(3)) clients += random.pick(kGlue) + random.pick(kClients);
    out += random.pick(kDaemons) + random.pick(Strings{": ", ":", " : "}) + clients + random.pick(kOptions);
    out += random.one_in(12) ? " \n" : "\n";
  }
  if (!out.empty() && random.one_in(8)) out.pop_back();
  return out;
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// `granted`, `denied`, or what else it said.
std::string real_answer(const std::string& folder, const std::string& address) {
  const std::string command = fmt::format("cd {} && tcpdmatch -d sshd '{}' 2>/dev/null", folder, address);
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "no tcpdmatch";
  std::string out;
  std::array<char, 512> chunk{};
  while (std::fgets(chunk.data(), chunk.size(), pipe) != nullptr) out += chunk.data();
  ::pclose(pipe);
  const std::size_t at = out.find("access:");
  if (at == std::string::npos) return "silence: " + out;
  const std::size_t word = out.find_first_not_of(" \t", at + 7);
  std::string answer = out.substr(word, out.find_first_of("\r\n", word) - word);
  // A twist is handed to another program: no login.
  return answer == "delegated" ? "denied" : answer;
}

int run(std::size_t cases, std::uint64_t seed) {
  if (::access("/usr/sbin/tcpdmatch", X_OK) != 0) {
    std::puts("SKIPPED: tcpdmatch (package tcpd) is not installed");
    return 77;
  }
  char folder[] = "/tmp/reentry-wrap-XXXXXX";
  if (::mkdtemp(folder) == nullptr) return 1;
  std::size_t wrong = 0;
  std::size_t unknown = 0;
  for (std::size_t i = 0; i < cases; ++i) {
    Random random(seed * 1'000'003U + i);
    HostsAccess facts;
    facts.allow = table(random);
    facts.deny = table(random);
    const std::string address = random.pick(kAddresses);
    // tcpdmatch asks no DNS for an address: the client has no name.
    write(std::string(folder) + "/hosts.allow", *facts.allow);
    write(std::string(folder) + "/hosts.deny", *facts.deny);
    facts.files["/patterns"] = Missing{Why::absent, "/patterns", ""};
    const WrapperAnswer predicted = hosts_access(facts, "sshd", address);
    const std::string real = real_answer(folder, address);
    if (predicted.verdict == WrapperVerdict::unknown) {
      ++unknown;
      continue;
    }
    if ((predicted.verdict == WrapperVerdict::granted) == (real == "granted") &&
        (real == "granted" || real == "denied")) {
      continue;
    }
    ++wrong;
    fmt::print("---- case {}: {} predicted {}, real {}\nallow:\n{}\ndeny:\n{}\n", i, address,
               predicted.verdict == WrapperVerdict::granted ? "granted" : "denied", real, *facts.allow,
               *facts.deny);
  }
  const int removed = std::system(fmt::format("rm -rf {}", folder).c_str());
  fmt::print("hosts_access: {} cases (seed {}): {} wrong, {} unknown\n", cases, seed, wrong, unknown);
  return wrong == 0 && removed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  const std::size_t cases = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 400;
  return reentry::differential::run(cases, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
}
