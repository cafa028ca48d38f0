#include "ssh_config_cases.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"

namespace reentry::differential {
namespace {

constexpr int kIncludedFiles = 3;

class CaseMaker {
 public:
  CaseMaker(std::mt19937& random, const std::string& folder) : random_(random), folder_(folder) {}

  ConfigCase make() {
    out_.host = one_of({"web", "Web", "db.example.com", "10.0.0.1", "my-server", "web"});
    if (chance(4)) out_.user = one_of({"u1", "root", "u2"});
    if (chance(5)) {
      const PoolEntry& entry = pool()[below(pool().size())];
      const bool single = std::string(entry.value).find(' ') == std::string::npos;
      if (single) out_.options.push_back(entry.keyword + std::string("=") + entry.value);
    }
    broken_ = chance(8);
    for (int i = 0; i < kIncludedFiles; ++i) {
      if (chance(2)) write("inc" + std::to_string(i) + ".conf", 1 + below(6), false);
    }
    write("config", 2 + below(18), true);
    return std::move(out_);
  }

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  std::string one_of(const std::vector<std::string>& words) { return words[below(words.size())]; }

  std::string blank() { return one_of({" ", " ", " ", "\t", "  ", "=", " = ", " ="}); }
  std::string cased(std::string word) {
    if (chance(4)) return lowered(word);
    if (chance(8))
      std::transform(word.begin(), word.end(), word.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return word;
  }
  std::string ending(bool comment) {
    if (comment && chance(8)) return " # why";
    return one_of({"", "", "", " ", "\r", "\t"});
  }

  std::string patterns() {
    std::string text;
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += one_of({" ", "\t", "  "});
      if (chance(6)) text += "!";
      text += one_of({"*", "web", "WEB", "Web", "w?b", "*.example.com", "10.0.0.*", "my-*", "myserver", "db",
                      "*e*", "\"web\"", "'my-server'"});
    }
    return text;
  }

  std::string criterion() {
    const std::string no = chance(6) ? "!" : "";
    switch (below(7)) {
      case 0:
        return no + "host " +
               one_of({"web", "WEB", "*.example.com", "\"web,db*\"", "!web,*", "box*", "10.*"});
      case 1: return no + "originalhost " + one_of({"web", "my-server,web", "*.example.com", "W*"});
      case 2: return no + "user " + one_of({"u1", "u?", "root", "!root,*", "U1"});
      case 3: return no + "localuser " + one_of({"root", "nobody", "*"});
      case 4: return no + "exec " + one_of({"true", "false", "\"test -d /\""});
      case 5: return chance(2) ? no + "final" : no + "canonical";
      default: return no + "Host=" + one_of({"web", "*"});
    }
  }

  std::string match() {
    if (chance(5)) return one_of({"all", "final all", "canonical all", "!all", "ALL", "all # x"});
    std::string text = criterion();
    while (chance(3)) text += " " + criterion();
    return text;
  }

  std::string fault() {
    return one_of({"Bogus yes", "Port", "Host \"a", "User a b", "Match foo x", "Match host", "User \"\"",
                   "Match user a host b all", "HashKnownHosts maybe", "LocalForward 1 a:1 x", "Compression",
                   "Match all host x", "Uzer x", "\xef\xbb\xbfUser x", "Include", "IgnoreUnknown a b",
                   "CheckHostIP \"\""});
  }

  std::string line(const std::string& file, std::size_t number, bool may_include) {
    const std::size_t kind = below(20);
    if (kind == 0) return one_of({"", "# comment", "  # x", "\t"});
    if (kind <= 3)
      return one_of({"", "  "}) + cased("Host") + one_of({" ", " = ", "\t", "="}) + patterns() + ending(true);
    if (kind <= 5) return cased("Match") + one_of({" ", "\t"}) + match();
    if (kind == 6 && may_include) {
      return "Include " + folder_ + one_of({"inc*.conf", "inc0.conf", "inc1.conf", "none.conf", "inc?.conf"});
    }
    if (kind == 7 && broken_) return fault();
    if (kind == 8 && chance(3)) return "BogusWord \"x y\" z";
    const PoolEntry& entry = pool()[below(pool().size())];
    const std::string keyword = entry.keyword;
    const std::string value = entry.value;
    out_.entries[{file, number}] = keyword + " " + value;
    const bool raw = keyword.starts_with("Proxy") || keyword.ends_with("Command");
    const bool single = value.find(' ') == std::string::npos;
    const std::string quote = !raw && single && chance(6) ? "\"" : "";
    return one_of({"", "    ", "\t"}) + cased(keyword) + blank() + quote + value + quote + ending(!raw);
  }

  void write(const std::string& name, std::size_t lines, bool may_include) {
    std::string text;
    for (std::size_t i = 1; i <= lines; ++i) text += line(name, i, may_include) + "\n";
    if (chance(6)) text.pop_back();
    out_.files[name] = text;
  }

  std::mt19937& random_;
  const std::string& folder_;
  ConfigCase out_;
  bool broken_ = false;
};

}  // namespace

const std::vector<PoolEntry>& pool() {
  static const std::vector<PoolEntry> kPool = {{"HostName", "box"},
                                               {"HostName", "%h.example.org"},
                                               {"HostName", "10.9.8.7"},
                                               {"User", "u1"},
                                               {"User", "u2"},
                                               {"User", "root"},
                                               {"Port", "2222"},
                                               {"Port", "22"},
                                               {"Port", "443"},
                                               {"AddressFamily", "inet"},
                                               {"AddressFamily", "inet6"},
                                               {"BindAddress", "127.0.0.1"},
                                               {"BindAddress", "::1"},
                                               {"CheckHostIP", "yes"},
                                               {"CheckHostIP", "no"},
                                               {"Compression", "yes"},
                                               {"Compression", "no"},
                                               {"ControlMaster", "auto"},
                                               {"ControlMaster", "yes"},
                                               {"ConnectTimeout", "10"},
                                               {"ConnectTimeout", "1m"},
                                               {"ConnectionAttempts", "3"},
                                               {"ConnectionAttempts", "7"},
                                               {"ExitOnForwardFailure", "yes"},
                                               {"FingerprintHash", "md5"},
                                               {"FingerprintHash", "sha256"},
                                               {"ForwardAgent", "yes"},
                                               {"ForwardAgent", "no"},
                                               {"ForwardX11", "yes"},
                                               {"ForwardX11", "no"},
                                               {"GatewayPorts", "yes"},
                                               {"HashKnownHosts", "no"},
                                               {"HashKnownHosts", "yes"},
                                               {"HostKeyAlias", "alias1"},
                                               {"HostKeyAlias", "alias2"},
                                               {"HostKeyAlgorithms", "ssh-ed25519"},
                                               {"HostKeyAlgorithms", "rsa-sha2-512"},
                                               {"Ciphers", "aes128-ctr"},
                                               {"Ciphers", "aes256-ctr"},
                                               {"MACs", "hmac-sha2-256"},
                                               {"MACs", "hmac-sha2-512"},
                                               {"KexAlgorithms", "curve25519-sha256"},
                                               {"KexAlgorithms", "ecdh-sha2-nistp256"},
                                               {"PubkeyAcceptedAlgorithms", "ssh-ed25519"},
                                               {"PubkeyAcceptedAlgorithms", "rsa-sha2-512"},
                                               {"IdentitiesOnly", "yes"},
                                               {"IdentitiesOnly", "no"},
                                               {"IdentityAgent", "none"},
                                               {"IdentityAgent", "/run/a"},
                                               {"IdentityFile", "~/.ssh/one"},
                                               {"IdentityFile", "~/.ssh/two"},
                                               {"IdentityFile", "/keys/%h"},
                                               {"CertificateFile", "/c1"},
                                               {"CertificateFile", "/c2"},
                                               {"IPQoS", "af11 af21"},
                                               {"IPQoS", "af22"},
                                               {"LocalForward", "8080 a:80"},
                                               {"LocalForward", "8081 b:80"},
                                               {"RemoteForward", "9090 a:80"},
                                               {"RemoteForward", "9091 b:81"},
                                               {"DynamicForward", "1080"},
                                               {"DynamicForward", "1081"},
                                               {"LogLevel", "DEBUG1"},
                                               {"LogLevel", "VERBOSE"},
                                               {"NumberOfPasswordPrompts", "1"},
                                               {"NumberOfPasswordPrompts", "2"},
                                               {"PasswordAuthentication", "no"},
                                               {"PasswordAuthentication", "yes"},
                                               {"PreferredAuthentications", "publickey"},
                                               {"PreferredAuthentications", "password,publickey"},
                                               {"ProxyCommand", "nc %h %p"},
                                               {"ProxyCommand", "nc 'a b'"},
                                               {"ProxyJump", "jump1"},
                                               {"ProxyJump", "u@jump2:2200"},
                                               {"PubkeyAuthentication", "no"},
                                               {"PubkeyAuthentication", "unbound"},
                                               {"RekeyLimit", "1G"},
                                               {"RekeyLimit", "2G"},
                                               {"RemoteCommand", "ls -l"},
                                               {"RemoteCommand", "echo \"x\""},
                                               {"RequestTTY", "force"},
                                               {"RequestTTY", "no"},
                                               {"RequiredRSASize", "2048"},
                                               {"RequiredRSASize", "3072"},
                                               {"RevokedHostKeys", "/r1"},
                                               {"RevokedHostKeys", "/r2"},
                                               {"SendEnv", "AA BB"},
                                               {"SendEnv", "CC*"},
                                               {"SendEnv", "-B*"},
                                               {"ServerAliveInterval", "15"},
                                               {"ServerAliveInterval", "30"},
                                               {"ServerAliveCountMax", "5"},
                                               {"SetEnv", "A=1 B=2"},
                                               {"SetEnv", "C=3"},
                                               {"StreamLocalBindMask", "0111"},
                                               {"StreamLocalBindMask", "0222"},
                                               {"StrictHostKeyChecking", "yes"},
                                               {"StrictHostKeyChecking", "accept-new"},
                                               {"StrictHostKeyChecking", "no"},
                                               {"TCPKeepAlive", "no"},
                                               {"UserKnownHostsFile", "/k1 /k2"},
                                               {"UserKnownHostsFile", "/k3"},
                                               {"GlobalKnownHostsFile", "/g1"},
                                               {"GlobalKnownHostsFile", "none"},
                                               {"UpdateHostKeys", "yes"},
                                               {"UpdateHostKeys", "no"},
                                               {"VerifyHostKeyDNS", "ask"},
                                               {"VisualHostKey", "yes"},
                                               {"EscapeChar", "none"},
                                               {"EscapeChar", "%"},
                                               {"Tunnel", "ethernet"},
                                               {"AddKeysToAgent", "confirm"},
                                               {"AddKeysToAgent", "1h"},
                                               {"IgnoreUnknown", "bogus*"},
                                               {"IgnoreUnknown", "BogusWord"},
                                               {"PermitRemoteOpen", "a:1 b:2"},
                                               {"CanonicalDomains", "a.example b.example"},
                                               {"LocalCommand", "echo hi"},
                                               {"PermitLocalCommand", "yes"},
                                               {"KnownHostsCommand", "/bin/true"},
                                               {"XAuthLocation", "/x/auth"}};
  return kPool;
}

std::vector<std::string> keywords() {
  std::vector<std::string> out;
  for (const PoolEntry& entry : pool()) {
    const std::string word = lowered(entry.keyword);
    if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
  }
  return out;
}

bool accumulates(const std::string& keyword) {
  return keyword == "identityfile" || keyword == "certificatefile" || keyword == "sendenv" ||
         keyword.ends_with("forward");
}

bool depends_on_others(const std::string& keyword) {
  return keyword == "updatehostkeys";
}

ConfigCase random_case(std::mt19937& random, const std::string& folder) {
  return CaseMaker(random, folder).make();
}

}  // namespace reentry::differential
