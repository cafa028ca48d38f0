#include "config_cases.hpp"

#include <algorithm>
#include <iterator>

#include "facts/ssh_algorithms.hpp"
#include "facts/sshd_keywords.hpp"
#include "odd_keywords.hpp"

namespace reentry::differential {
namespace {

using D = Directive;

class Maker {
 public:
  Maker(std::uint64_t seed, std::string directory, const SshBuild& build)
      : random_(seed), directory_(std::move(directory)), build_(build), directives_(directives_of(build)) {
    const int kind = below(100);
    badness_ = kind < 60 ? 0 : kind < 85 ? 3 : 15;
  }

  ConfigCase run() {
    ConfigCase out;
    const bool drop_ins = chance(60);
    std::string main;
    if (drop_ins && chance(70)) main += "Include " + directory_ + "/d/*.conf\n";
    main += body(1 + below(14), 0);
    if (drop_ins && chance(30)) main += "Include " + directory_ + "/d/*.conf\n";
    out.files.emplace_back("sshd_config", damaged(main));
    if (drop_ins) {
      for (int i = below(4); i > 0; --i) {
        const std::string name = pick({"10-a", "50-cloud-init", "99-x", "9-b", "Z", ".hidden"});
        const bool taken = std::any_of(out.files.begin(), out.files.end(),
                                       [&](const auto& file) { return file.first == "d/" + name + ".conf"; });
        if (!taken) out.files.emplace_back("d/" + name + ".conf", damaged(body(1 + below(5), 1)));
      }
    }
    out.files.emplace_back("e/one.conf", damaged(body(1 + below(3), 2)));
    if (bad()) out.dangling.emplace_back("d/70-gone.conf");
    if (chance(10)) {
      for (int i = 1 + below(2); i > 0; --i) out.options.push_back(option());
    }
    if (chance(5)) out.ports.push_back(pick({"2222", "22", "ssh", "0", "70000"}));
    out.user = pick({"root", "nobody", "daemon", "alice", "bin"});
    out.address = pick({"10.0.0.5", "192.168.1.7", "2001:db8::1", "127.0.0.1", "::1"});
    out.host = out.address;
    out.local_address = pick({"10.0.0.1", "127.0.0.1", "2001:db8::2"});
    out.local_port = chance(80) ? 22 : 2222;
    return out;
  }

 private:
  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
  bool chance(int percent) { return below(100) < percent; }
  bool bad() { return badness_ > 0 && chance(badness_); }
  std::string pick(std::vector<std::string> from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }

  std::string body(int lines, int depth) {
    std::string out;
    int blocks = 0;
    for (int i = 0; i < lines; ++i) {
      if (chance(12)) {
        out += chance(50) ? "\n" : pick({"# comment\n", "  # PermitRootLogin yes\n", "#\n", "\t\n"});
      }
      if (depth < 2 && chance(4)) {
        out += "Include " +
               pick({directory_ + "/e/*.conf", directory_ + "/e/one.conf", directory_ + "/nothing/*",
                     directory_ + "/d", "sshd_config.d/never-there-*.conf", "~/x.conf"}) +
               "\n";
        continue;
      }
      if (chance(blocks == 0 ? 12 : 20)) {
        out += match_line() + "\n";
        ++blocks;
        in_match_ = true;
        continue;
      }
      out += setting_line() + end_of_line();
    }
    in_match_ = false;
    return out;
  }

  std::string end_of_line() {
    if (chance(4)) return "\r\n";
    if (chance(5)) return pick({"  \n", "\t\n", " \f\n"});
    return "\n";
  }

  std::string match_line() {
    std::string out = chance(90) ? "Match" : pick({"match", "MATCH"});
    const int count = chance(80) ? 1 : 2;
    for (int i = 0; i < count; ++i) out += " " + criterion();
    if (chance(5)) out += " # why";
    if (bad()) out += pick({" all", " user", " exec /bin/true", " foo bar", " \"\" x", " final"});
    return out;
  }

  std::string criterion() {
    const std::string separator = chance(92) ? " " : pick({"=", " = ", "\t"});
    switch (below(bad() ? 11 : 9)) {
      case 0:
      case 1: return "all";
      case 2:
        return pick({"User", "user"}) + separator +
               pick({"root", "alice,root", "*,!root", "!root", "r*", "nobo??", "\"root\""});
      case 3: return "Group" + separator + pick({"root", "daemon,bin", "nogroup", "*", "!root,*", "wheel"});
      case 4:
        return "Address" + separator +
               pick({"10.0.0.0/8", "192.168.*", "*,!10.0.0.5", "2001:db8::/32", "127.0.0.1", "::1",
                     "!10.0.0.0/8,*"});
      case 5: return "Host" + separator + pick({"*.example.com", "web.example.org", "10.0.0.5", "!*.com,*"});
      case 6: return "LocalPort" + separator + pick({"22", "2222", "ssh"});
      case 7: return "LocalAddress" + separator + pick({"10.0.0.1", "127.0.0.0/8", "2001:db8::2"});
      case 8: return chance(50) ? "User" + separator + "root" : "RDomain" + separator + "0";
      case 9:
        return pick({"Address 10.0.0.5/8", "LocalPort 99999", "Address 1.2.3.4/40", "Canonical all",
                     "invalid-user", "version OpenSSH*", "Address \"\""});
      default: return pick({"", "User", "Group", "#"});
    }
  }

  std::string option() {
    const std::string line = setting_line();
    std::size_t blank = line.find_first_of(" \t=");
    // A quieter log level would hide what is compared.
    const bool quiets = line.find("og") != std::string::npos && line.find("evel") != std::string::npos;
    if (blank == std::string::npos || line.find('"') < blank || quiets ||
        line.find("LEVEL") != std::string::npos)
      return "LogLevel=INFO";
    std::string out = line;
    if (chance(70)) out[blank] = '=';
    out.erase(std::remove(out.begin(), out.end(), '\n'), out.end());
    return out;
  }

  std::string setting_line() {
    if (chance(badness_ > 0 ? 8 : 2)) {
      return pick({std::begin(kOddKeywords), std::end(kOddKeywords)}) + " " + pick({"yes", "no", "1024"});
    }
    D directive = D::match;
    while (directive == D::match || directive == D::include || directive == D::rdomain) {
      directive = directives_[static_cast<std::size_t>(below(static_cast<int>(directives_.size())))];
      // Mostly what may stand where it will stand.
      if (in_match_ && !bad() && !keyword_meaning(directive_info(directive).word, build_).in_match) {
        directive = D::match;
      }
      if (chance(25)) directive = favourite();
    }
    std::string word(directive_info(directive).word);
    if (bad()) word = misspelt(word);
    if (chance(8))
      std::transform(word.begin(), word.end(), word.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (chance(2)) word = "\"" + word + "\"";
    std::string value = bad() ? bad_value(directive) : good_value(directive);
    std::string separator = chance(88) ? " " : pick({"\t", "  ", "=", " = ", " =", "= "});
    if (bad()) separator = pick({" == ", ": ", "", "\xc2\xa0"});
    std::string out = (chance(10) ? pick({" ", "\t", "    "}) : "") + word + separator + value;
    if (chance(6)) out += pick({" # note", " #", "\t# \"x", "#x"});
    if (bad()) out += pick({";", " extra", " \"", "'", " \\", " \"\"", ","});
    return out;
  }

  D favourite() {
    constexpr D kFavourites[] = {D::permit_root_login,
                                 D::password_authentication,
                                 D::pubkey_authentication,
                                 D::allow_users,
                                 D::authorized_keys_file,
                                 D::authentication_methods,
                                 D::kbd_interactive_authentication,
                                 D::force_command,
                                 D::max_auth_tries};
    const D out = kFavourites[below(static_cast<int>(std::size(kFavourites)))];
    return out;
  }

  std::string misspelt(std::string word) {
    const std::size_t at = static_cast<std::size_t>(below(static_cast<int>(word.size())));
    switch (below(5)) {
      case 0: word.erase(at, 1); break;
      case 1: word.insert(at, 1, 'x'); break;
      case 2: word = "\xef\xbb\xbf" + word; break;
      case 3: word += ':'; break;
      default: word = "\xe3\x80\x80" + word; break;
    }
    return word;
  }

  std::string algorithm_list(AlgorithmKind kind) {
    const std::vector<std::string_view> known = known_algorithms(kind, build_);
    std::string out = chance(50) ? "" : pick({"+", "-", build_.at_least(8, 0) ? "^" : "+"});
    const bool remove = out == "-";
    for (int i = 1 + below(4); i > 0; --i) {
      out += known[static_cast<std::size_t>(below(static_cast<int>(known.size())))];
      if (i > 1) out += ',';
    }
    if (remove && chance(40)) return "-*sha1*";
    const bool keys = kind == AlgorithmKind::key || kind == AlgorithmKind::ca_signature;
    if (keys && chance(20))
      return pick({"+ssh-rsa*", "ssh-*", "+rsa-sha2-*", "ecdsa-*,ssh-ed25519", "-ecdsa*"});
    return out;
  }

  std::string good_value(D directive);
  std::string special_value(D directive);
  std::string words_value(D directive);

  std::string bad_value(D directive) {
    if (chance(30)) return good_value(directive);
    return pick({"",
                 "\"",
                 "yes",
                 "no;",
                 "maybe",
                 "-1",
                 "99999999999999999999",
                 "5x",
                 "\"\"",
                 "a=b",
                 "\xe2\x80\x9cyes\xe2\x80\x9d",
                 "/x /y /z",
                 "'open",
                 "none none",
                 "#",
                 "any publickey",
                 "publickey,foo",
                 "foo",
                 "22:22",
                 "1.5h",
                 "\"a b\" c",
                 "a@10.0.0.1/8",
                 "=",
                 "aes128-ctr,foo",
                 "100:0:10",
                 "+",
                 "!ssh-rsa",
                 "user@"});
  }

  // What hurts whole files.
  std::string damaged(std::string text) {
    if (!bad() || badness_ < 10) {
      if (chance(4) && !text.empty()) text.pop_back();  // no newline at the end
      return text;
    }
    switch (below(5)) {
      case 0: return "\xef\xbb\xbf" + text;
      case 1: {
        const std::size_t newline = text.find('\n');
        if (newline != std::string::npos) text.erase(newline, 1);
        return text;
      }
      case 2: {
        const std::size_t at = static_cast<std::size_t>(below(static_cast<int>(text.size()) + 1));
        text.insert(at, 1, "\"'#\\= ,\x01\x7f"[below(9)]);
        return text;
      }
      case 3: {
        std::string out;
        for (const char byte : text) {
          if (byte == '\n') out += '\r';
          out += byte;
        }
        return out;
      }
      default: return text + text;
    }
  }

  std::mt19937_64 random_;
  std::string directory_;
  const SshBuild& build_;
  std::vector<D> directives_;
  int badness_ = 0;  // percent
  bool in_match_ = false;
};

std::string Maker::good_value(D directive) {
  switch (directive_info(directive).kind) {
    case ValueKind::flag:
    case ValueKind::choice: {
      const Choice* choices = choices_of(directive, build_);
      int count = 0;
      while (!choices[count].word.empty()) ++count;
      std::string word(choices[below(count)].word);
      if (chance(10)) word[0] = static_cast<char>(word[0] - 'a' + 'A');
      if (chance(3)) word = "\"" + word + "\"";
      return word;
    }
    case ValueKind::integer: return pick({"0", "1", "3", "10", "007", "2147483647", "+4"});
    case ValueKind::time: return pick({"0", "30", "1m", "2h30m", "1W", "5s", "10M"});
    case ValueKind::path:
      return pick({"/etc/x", "none", "relative/x", "~/x", "\"/etc/a b\"", "None", "/a//b"});
    case ValueKind::paths: return pick({"/etc/k1", "k2", "~/k3"});
    case ValueKind::text:
      if (directive == D::chroot_directory) return pick({"/srv/%u", "none", "%h", "~", "\"/srv/a b\""});
      if (directive == D::authorized_principals_file) return pick({"/etc/p/%u", "none", "~/p", ".ssh/p"});
      return pick({"nobody", "root", "sshd", "%u"});
    case ValueKind::words: return words_value(directive);
    case ValueKind::algorithms:
      if (directive == D::ciphers) return algorithm_list(AlgorithmKind::cipher);
      if (directive == D::macs) return algorithm_list(AlgorithmKind::mac);
      if (directive == D::kex_algorithms) return algorithm_list(AlgorithmKind::kex);
      if (directive == D::ca_signature_algorithms) return algorithm_list(AlgorithmKind::ca_signature);
      if (directive == D::gssapi_kex_algorithms)
        return pick({"gss-group14-sha256-", "gss-gex-sha1-,gss-group1-sha1-"});
      return algorithm_list(AlgorithmKind::key);
    case ValueKind::raw:
      if (directive == D::version_addendum) return pick({"none", "hello world", "x#y", "Debian # z", "None"});
      if (directive == D::force_command) {
        return pick({"internal-sftp", "/bin/sh -c \"echo a b\"", "none", "echo # x", "internal-sftp -d /x",
                     "\"/a b\" c"});
      }
      return pick({"none", "/usr/bin/x %u %k", "/bin/cat /etc/keys # x", "NONE"});
    case ValueKind::special: return special_value(directive);
  }
  return "x";
}

std::string Maker::words_value(D directive) {
  switch (directive) {
    case D::allow_users:
    case D::deny_users:
      return pick({"root", "alice bob", "*@10.0.0.0/8 root", "\"a b\"", "!x *", "r*@*.example.com"});
    case D::allow_groups:
    case D::deny_groups: return pick({"wheel", "sudo root", "*", "\"Domain Users\""});
    case D::accept_env: return pick({"LANG LC_*", "FOO", "XMODIFIERS LC_ALL"});
    case D::set_env: return pick({"A=1", "A=1 B=2", "A=1 A=2", "\"C=d e\"", "E=\"f g\""});
    case D::authentication_methods:
      return pick({"any", "publickey", "publickey,password", "publickey password",
                   "keyboard-interactive:pam publickey", "hostbased", "publickey,publickey", "none"});
    case D::authorized_keys_file:
      return pick({".ssh/authorized_keys", "/etc/keys/%u .ssh/authorized_keys", "none", "~/k",
                   "\"/a b/%u\" x", "%h/x"});
    case D::channel_timeout: return pick({"none", "session=5m", "*=1h session=0", "x=3"});
    case D::log_verbose: return pick({"none", "kex.c:*:1000", "a b c"});
    case D::permit_listen: return pick({"any", "none", "8080", "localhost:8080 *:2222", "[::1]:22"});
    default: return pick({"any", "none", "localhost:80", "*:80 [::1]:22", "host:*", "a:1 b:2 c:ssh"});
  }
}

std::string Maker::special_value(D directive) {
  switch (directive) {
    case D::port: return pick({"22", "2222", "ssh", "65535"});
    case D::listen_address:
      return pick({"0.0.0.0", "127.0.0.1:2200", "::", "[::1]:22", "10.0.0.1", "[::]", "192.168.1.1:ssh"});
    case D::subsystem:
      return pick({"sftp internal-sftp", "sftp /usr/lib/openssh/sftp-server -l INFO", "x \"/a b\" -c 'd e'",
                   "y /bin/y"});
    case D::max_startups: return pick({"10", "10:30:100", "5:50:5", "1:1:1"});
    case D::per_source_net_block_size: return pick({"24:64", "32:128", "0:0"});
    case D::per_source_max_startups: return pick({"none", "5", "0"});
    case D::per_source_penalties:
      return pick({"yes", "no", "crash:10m", "authfail:1s noauth:2", "max:1h min:5 overflow:deny-all",
                   "max-sources4:10", "overflow6:deny-all", "grace-exceeded:30"});
    case D::per_source_penalty_exempt_list: return pick({"10.0.0.0/8", "::1,127.0.0.1", "*"});
    case D::permit_tunnel: return pick({"yes", "no", "point-to-point", "ethernet"});
    case D::rekey_limit: return pick({"1G", "default", "default none", "512M 1h", "0", "1.5G 30", "16"});
    case D::ipqos:
      return pick(
          {"af21", "cs1 cs2", "lowdelay throughput", "none", "184", "EF af42", "reliability", "le none"});
    case D::pubkey_auth_options: return pick({"none", "touch-required", "touch-required none"});
    case D::unused_connection_timeout: return pick({"none", "5m", "0", "NONE"});
    case D::stream_local_bind_mask: return pick({"0177", "0", "777", "022"});
    case D::fingerprint_hash: return pick({"md5", "SHA256", "sha512", "sha1"});
    case D::permit_user_environment: return pick({"yes", "no", "LANG,LC_*", "Yes"});
    case D::host_key_agent: return pick({"none", "SSH_AUTH_SOCK", "/run/a"});
    case D::security_key_provider: return pick({"internal", "/usr/lib/sk.so", "Internal"});
    default: return "x";
  }
}

}  // namespace

ConfigCase make_case(std::uint64_t seed, const std::string& directory, const SshBuild& build) {
  return Maker(seed, directory, build).run();
}

}  // namespace reentry::differential
