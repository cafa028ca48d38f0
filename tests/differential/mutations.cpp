#include "differential/mutations.hpp"

#include <fmt/format.h>

#include <string_view>

namespace reentry::differential {
namespace {

using Strings = std::vector<std::string>;

const Strings kUsers{"alice", "alice", "alice", "bob",    "bob",    "dave",
                     "root",  "root",  "carol", "nobody", "mallory"};
const Strings kKeys{"ed25519", "ed25519", "ed25519", "ecdsa", "rsa", "rsa1024", "stranger"};
const Strings kSources{"203.0.113.5", "203.0.113.5", "198.51.100.7"};
const Strings kModes{"0777", "0775", "0770", "0755", "0750", "0711", "0710", "0700", "0707", "0666", "0664",
                     "0660", "0644", "0640", "0600", "0400", "0500", "0000", "1777", "2775", "4755"};
const Strings kOwners{"root", "alice", "bob", "nobody", "4242"};
const Strings kGroups{"root", "alice", "bob", "users", "sudo", "nogroup", "4242"};

std::string home_of(const std::string& user) {
  return user == "root" ? "/root" : "/home/" + user;
}

std::string some_path(Random& random, const std::string& user) {
  const std::string home = home_of(user);
  return random.pick(Strings{home, home + "/.ssh", home + "/.ssh", home + "/.ssh/authorized_keys",
                             home + "/.ssh/authorized_keys", "/home", "/", "/etc/ssh", "/etc"});
}

std::string change_mode(Random& random, const std::string& user) {
  return fmt::format("chmod {} {}", random.pick(kModes), some_path(random, user));
}

std::string change_owner(Random& random, const std::string& user) {
  const std::string home = home_of(user);
  const std::string path = random.pick(Strings{home, home + "/.ssh", home + "/.ssh/authorized_keys"});
  return fmt::format("chown {}:{} {}", random.pick(kOwners), random.pick(kGroups), path);
}

std::string change_acl(Random& random, const std::string& user) {
  const std::string home = home_of(user);
  const std::string path = random.pick(Strings{home, home + "/.ssh", home + "/.ssh/authorized_keys"});
  const std::string entry = random.pick(
      Strings{"u:bob:rwx", "u:alice:r-x", "u:alice:---", "g:users:rw-", "m::---", "g:alice:rwx", "o::---"});
  return fmt::format("command -v setfacl >/dev/null && setfacl -m {} {}", entry, path);
}

std::string change_links(Random& random, const std::string& user) {
  const std::string home = home_of(user);
  return random.pick(Strings{
      fmt::format("mkdir -p /srv/keys; cp -a {0}/.ssh/authorized_keys /srv/keys/{1}; "
                  "ln -sf /srv/keys/{1} {0}/.ssh/authorized_keys",
                  home, user),
      fmt::format("mkdir -p /srv/w; chmod 777 /srv/w; cp -a {0}/.ssh/authorized_keys /srv/w/ak; "
                  "ln -sf /srv/w/ak {0}/.ssh/authorized_keys",
                  home),
      fmt::format("mv {0}/.ssh {0}/keys; ln -s keys {0}/.ssh", home),
      fmt::format("mkdir -p /data; mv {0} /data/; ln -s /data/$(basename {0}) {0}", home),
      fmt::format("mv {0}/.ssh/authorized_keys {0}/.ssh/authorized_keys2", home),
      fmt::format("mv {0}/.ssh/authorized_keys {0}/.ssh/authorized_key", home),
      fmt::format("rm {0}/.ssh/authorized_keys; mkdir {0}/.ssh/authorized_keys", home),
      fmt::format("rm -rf {0}/.ssh", home),
      fmt::format("ln -sf nowhere {0}/.ssh/authorized_keys", home),
      fmt::format("rm -f {0}/.ssh/authorized_keys; mkfifo {0}/.ssh/authorized_keys", home),
      fmt::format("mv {0} {0}.old", home),
  });
}

const Strings kOptions{
    "from=\"203.0.113.5\"",
    "from=\"203.0.113.0/24,!203.0.113.5\"",
    "from=\"198.51.100.*\"",
    "from=\"10.0.0.0/8\"",
    "from=\"203.0.113.5/24\"",
    "from=\"*.example.com\"",
    "from=\"!198.51.100.7\"",
    "from=\"*,!198.51.100.7\"",
    "from=203.0.113.5",
    "command=\"echo forced\"",
    "command=\"exit 3\"",
    "no-pty",
    "restrict",
    "restrict,pty",
    "no-pty,no-port-forwarding",
    "no-such-option",
    "No-Pty",
    "expiry-time=\"20200101\"",
    "expiry-time=\"20990101Z\"",
    "expiry-time=\"2020\"",
    "expiry-time=\"209901011200\"",
    "environment=\"A=b\"",
    "environment=\"A b\"",
    "cert-authority",
    "principals=\"alice\"",
    "permitopen=\"host:22\"",
    "permitopen=\"host\"",
    "tunnel=\"0\"",
    "no-pty, no-port-forwarding",
    "command=\"a\",command=\"b\"",
    "verify-required",
    "no-touch-required",
    "command=\"unclosed",
    "agent-forwarding,x11-forwarding",
    "",
    ",",
};

std::string change_key_lines(Random& random, const std::string& user) {
  const std::string file = home_of(user) + "/.ssh/authorized_keys";
  const std::string& option = random.pick(kOptions);
  return random.pick(Strings{
      fmt::format("sed -i '/^[a-z]/s|^|{} |' {}", option, file),
      fmt::format("sed -i '/^[a-z]/s|^|{} |' {}", random.pick(kOptions), file),
      fmt::format("sed -i '1s|^|{} |' {}", option, file),
      fmt::format("sed -i 's/^ssh-/sh-/' {}", file),
      fmt::format("sed -i 's/^ssh-ed25519 //' {}", file),
      fmt::format("sed -i 's/$/\\r/' {}", file),
      fmt::format("printf '\\357\\273\\277' | cat - {0} > /tmp/ak && cat /tmp/ak > {0}", file),
      fmt::format("fold -w 60 {0} > /tmp/ak && cat /tmp/ak > {0}", file),
      fmt::format("tr '\\n' '\\r' < {0} > /tmp/ak && cat /tmp/ak > {0}", file),
      fmt::format("tr -d '\\n' < {0} > /tmp/ak && cat /tmp/ak > {0}", file),
      fmt::format("sed -i 's/^\\(.\\{{70\\}}\\).*/\\1/' {}", file),
      fmt::format(": > {}", file),
      fmt::format("sed -i 's/^/   /' {}", file),
      fmt::format("sed -i 's/^/\\t/' {}", file),
      fmt::format("sed -i 's/^/# /' {}", file),
      fmt::format("sed -i 's/ /  /' {}", file),
      fmt::format("sed -i 's/ /\\t/' {}", file),
      fmt::format("sed -i 's/^\\(.*\\)$/\"\\1\"/' {}", file),
      fmt::format("sed -i '1d' {}", file),
      fmt::format("sed -i '$d' {}", file),
      fmt::format("truncate -s -1 {}", file),
      fmt::format("sed -i 's/==* / /' {}", file),
      fmt::format("cat /etc/ssh/ssh_host_ed25519_key > {}", file),
      fmt::format("cat /etc/ssh/ssh_host_ed25519_key.pub > {}", file),
  });
}

const Strings kConfigLines{
    "PubkeyAuthentication no",
    "PasswordAuthentication no",
    "PasswordAuthentication yes",
    "KbdInteractiveAuthentication no",
    "KbdInteractiveAuthentication yes",
    "ChallengeResponseAuthentication no",
    "UsePAM no",
    "PermitRootLogin no",
    "PermitRootLogin yes",
    "PermitRootLogin prohibit-password",
    "PermitRootLogin forced-commands-only",
    "StrictModes no",
    "AllowUsers alice",
    "AllowUsers bob dave",
    "AllowUsers alice@203.0.113.*",
    "AllowUsers alice@198.51.100.0/24 root",
    "AllowUsers alice,bob",
    "AllowUsers *",
    "AllowUsers Alice",
    "AllowUsers a?ice",
    "DenyUsers alice",
    "DenyUsers bob@203.0.113.5",
    "DenyUsers *@198.51.100.*",
    "AllowGroups sudo",
    "AllowGroups users operators",
    "AllowGroups alice bob dave root",
    "DenyGroups sudo",
    "DenyGroups root",
    "AuthenticationMethods publickey",
    "AuthenticationMethods password",
    "AuthenticationMethods publickey,password",
    "AuthenticationMethods publickey password",
    "AuthenticationMethods publickey,publickey",
    "AuthenticationMethods keyboard-interactive publickey",
    "AuthenticationMethods any",
    "AuthorizedKeysFile none",
    "AuthorizedKeysFile .ssh/authorized_keys2",
    "AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2",
    "AuthorizedKeysFile /etc/ssh/keys/%u",
    "AuthorizedKeysFile %h/.ssh/authorized_keys",
    "AuthorizedKeysFile ~/.ssh/authorized_keys",
    "AuthorizedKeysFile /srv/%U/keys",
    "AuthorizedKeysFile %z",
    "PubkeyAcceptedAlgorithms ssh-ed25519",
    "PubkeyAcceptedAlgorithms -ssh-ed25519*",
    "PubkeyAcceptedAlgorithms rsa-sha2-*,ecdsa-*",
    "PubkeyAcceptedAlgorithms +ssh-rsa",
    "PubkeyAcceptedKeyTypes ssh-ed25519,rsa-sha2-512",
    "RequiredRSASize 2048",
    "RequiredRSASize 4096",
    "MaxAuthTries 0",
    "MaxAuthTries 1",
    "MaxSessions 0",
    "RevokedKeys /etc/ssh/revoked",
    "RevokedKeys none",
    "RevokedKeys /mnt/alice-revoked",
    "TrustedUserCAKeys /etc/ssh/ca.pub",
    "AuthorizedKeysCommand /usr/bin/absent %u",
    "ForceCommand internal-sftp",
    "ForceCommand /bin/echo forced",
    "ForceCommand /bin/false",
    "ForceCommand /no/such/program",
    "ChrootDirectory /home",
    "ChrootDirectory /srv/jail",
    "ChrootDirectory %h",
    "ChrootDirectory none",
    "PermitTTY no",
    "PermitEmptyPasswords yes",
    "LoginGraceTime 30",
    "LogLevel QUIET",
    "Banner /etc/issue.net",
    "Banner /no/such/file",
    "Port 22",
    "ListenAddress 0.0.0.0",
    "ListenAddress 10.99.0.1",
    "ListenAddress 127.0.0.1",
    "ListenAddress 192.0.2.99",
    "ListenAddress ::",
    "AddressFamily inet",
    "AddressFamily inet6",
    "Ciphers aes256-gcm@openssh.com",
    "Ciphers aes128-cbc",
    "Ciphers arcfour",
    "MACs hmac-sha2-256",
    "KexAlgorithms diffie-hellman-group1-sha1",
    "KexAlgorithms curve25519-sha256",
    "HostKeyAlgorithms ssh-ed25519",
    "HostKeyAlgorithms ssh-rsa",
    "HostKey /etc/ssh/ssh_host_rsa_key",
    "HostKey /etc/ssh/absent",
    "Protocol 2",
    "UsePrivilegeSeparation sandbox",
    "RSAAuthentication yes",
    "X11Forwarding no",
    "UseDNS no",
    "PermitRootLogn yes",
    "PermitRootLogin ture",
    "PasswordAuthentication no#PermitRootLogin no",
    "PasswordAuthentication no # off",
    "PermitRootLogin \"yes\"",
    "PermitRootLogin = yes",
    "Port",
    "Port abc",
    "MaxAuthTries six",
    "AllowUsers",
    "Subsystem sftp /usr/lib/openssh/sftp-server",
    "Subsystem other /bin/true",
    "Include /etc/ssh/more.conf",
    "Include /etc/ssh/none/*.conf",
    "Compression no",
    "ClientAliveInterval 30",
    "PermitUserEnvironment yes",
    "DisableForwarding yes",
    "SetEnv A=b",
    "SetEnv A",
    "AcceptEnv LANG LC_*",
    "DSAAuthentication no",
    "GSSAPIAuthentication yes",
    "KerberosAuthentication no",
    "IgnoreRhosts yes",
    "HostbasedAuthentication yes",
    "PermitRootLogin yes no",
    "DebianBanner no",
    "RDomain none",
};

const Strings kMatches{"Match User alice",
                       "Match User bob,dave",
                       "Match User *,!root",
                       "Match User !root",
                       "Match Group sudo",
                       "Match Group operators,users",
                       "Match Address 203.0.113.0/24",
                       "Match Address 198.51.100.7",
                       "Match Address 203.0.113.5/24",
                       "Match all",
                       "Match Host 203.0.113.5",
                       "Match LocalPort 22",
                       "Match LocalAddress 10.99.0.1",
                       "Match User alice Address 203.0.113.*",
                       "Match User=alice",
                       "Match Exec true",
                       "Match",
                       "Match User"};

// Several lines put where lines go: before everything, after everything, into a drop-in, into a Match block.
std::string change_config(Random& random, const std::string&) {
  std::string lines;
  if (random.one_in(4)) lines += random.pick(kMatches) + "\n";
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i) lines += random.pick(kConfigLines) + "\n";
  const std::string main_file = "/etc/ssh/sshd_config";
  switch (random.below(4)) {
    case 0: return fmt::format("cat >> {} <<'LINES'\n{}LINES", main_file, lines);
    case 1:
      return fmt::format("cat - {0} > /tmp/config <<'LINES'\n{1}LINES\ncat /tmp/config > {0}", main_file,
                         lines);
    case 2:
      return fmt::format("cat > /etc/ssh/sshd_config.d/{}.conf <<'LINES'\n{}LINES",
                         random.pick(Strings{"10-a", "50-cloud-init", "99-z"}), lines);
    default: return fmt::format("cat > /etc/ssh/more.conf <<'LINES'\n{}LINES", lines);
  }
}

std::string supporting_files(Random& random, const std::string& user) {
  return random.pick(Strings{
      fmt::format("mkdir -p /etc/ssh/keys; cp {}/.ssh/authorized_keys /etc/ssh/keys/{}", home_of(user), user),
      fmt::format(
          "mkdir -p /etc/ssh/keys; cp {}/.ssh/authorized_keys /etc/ssh/keys/{}; chmod {} /etc/ssh/keys",
          home_of(user), user, random.pick(kModes)),
      ": > /etc/ssh/revoked",
      fmt::format("cp {}/.ssh/authorized_keys /etc/ssh/revoked", home_of(user)),
      "echo garbage > /etc/ssh/revoked",
      "mkdir -p /srv/jail; chmod 755 /srv /srv/jail",
      "mkdir -p /srv/jail; chmod 775 /srv/jail",
      "touch /etc/nologin",
      "echo maintenance > /etc/nologin",
      "rm -f /etc/ssh/ssh_host_ed25519_key",
      "chmod 644 /etc/ssh/ssh_host_*_key",
      "chmod 640 /etc/ssh/ssh_host_rsa_key",
      ": > /etc/ssh/ssh_host_rsa_key",
      "rm -f /etc/ssh/ssh_host_*",
      "rm -f /etc/ssh/sshd_config",
      "rm -f /etc/ssh/moduli",
      "chmod 600 /etc/ssh/sshd_config",
  });
}

std::string change_account(Random& random, const std::string& user) {
  return random.pick(Strings{
      fmt::format("sed -i 's|^\\({}:.*\\):[^:]*$|\\1:{}|' /etc/passwd", user,
                  random.pick(Strings{"/usr/sbin/nologin", "/bin/false", "/bin/nosuch", "/bin/sh", "",
                                      "/etc/passwd", "/bin/true", "/usr/bin/bash", "/home", "/bin/sh\\r"})),
      fmt::format("passwd -l {} >/dev/null", user),
      fmt::format("passwd -d {} >/dev/null", user),
      fmt::format("usermod -p '*' {}", user),
      fmt::format("usermod -p '!' {}", user),
      fmt::format("chage -E {} {}", random.pick(Strings{"0", "1", "2020-01-01", "2099-01-01", "-1"}), user),
      fmt::format("chage -d {} {}", random.pick(Strings{"0", "1", "2099-01-01", "-1"}), user),
      fmt::format("chage -M {} {}", random.pick(Strings{"0", "30", "99999", "-1"}), user),
      fmt::format("chage -d 2020-01-01 -M 30 -I {} {}", random.pick(Strings{"0", "10", "9999", "-1"}), user),
      fmt::format("sed -i '/^{}:/d' /etc/shadow", user),
      fmt::format("sed -i '/^{}:/d' /etc/passwd", user),
      fmt::format("sed -i 's/^{0}:x:/{0}::/' /etc/passwd", user),
      fmt::format("usermod -u 4242 {}", user == "root" ? "bob" : user),
      fmt::format("gpasswd -d {} sudo >/dev/null 2>&1 || true", user),
      fmt::format("gpasswd -a {} operators >/dev/null 2>&1 || true", user),
      fmt::format("gpasswd -a bob {} >/dev/null 2>&1 || true", user),
      fmt::format("usermod -d /data/{0} {0}", user == "root" ? "bob" : user),
      "sed -i 's/^passwd:.*/passwd: db/' /etc/nsswitch.conf",
      "sed -i 's/^group:.*/group: files systemd/' /etc/nsswitch.conf",
      "rm -f /etc/nsswitch.conf",
      fmt::format("sed -i '1s|^|{0}:x:4243:4243::/tmp:/bin/false\\n|' /etc/passwd", user),
      "printf '\\n\\ngarbage line\\n:::\\n' >> /etc/passwd",
      "sed -i '/^sshd:/d' /etc/passwd",
  });
}

const Strings kPamLines{
    "account required pam_access.so",
    "account required pam_access.so nodefgroup",
    "account required pam_nologin.so",
    "account requisite pam_deny.so",
    "account optional pam_deny.so",
    "account sufficient pam_permit.so",
    "account sufficient pam_deny.so",
    "account required pam_nosuch.so",
    "-account required pam_nosuch.so",
    "account optional pam_nosuch.so",
    "account required pam_succeed_if.so uid >= 1000",
    "account required pam_succeed_if.so user ingroup sudo",
    "account required pam_succeed_if.so quiet user != alice",
    "account [success=1 default=ignore] pam_succeed_if.so user = alice",
    "account [success=ignore default=die] pam_localuser.so",
    "account required pam_shells.so",
    "account required pam_listfile.so item=user sense=deny file=/etc/denied onerr=succeed",
    "account required pam_listfile.so item=user sense=allow file=/etc/allowed onerr=fail",
    "account required pam_time.so",
    "account include common-account",
    "account substack common-account",
    "account include nosuch",
    "@include nosuch",
    "account bogus pam_permit.so",
    "bogus required pam_permit.so",
    "session required pam_deny.so",
    "session required pam_nosuch.so",
    "session optional pam_nosuch.so",
    "session required pam_limits.so",
    "session required pam_permit.so",
    "session [default=die] pam_succeed_if.so user = alice",
    "session required pam_env.so",
    "auth required pam_deny.so",
    "auth required pam_nosuch.so",
    "auth sufficient pam_permit.so",
    "auth required pam_nologin.so",
    "auth required pam_succeed_if.so user = alice",
    "auth requisite pam_listfile.so item=user sense=deny file=/etc/denied",
    "auth optional pam_faildelay.so delay=1000",
    "password required pam_deny.so",
    "account [default=1] pam_permit.so",
    "account [success=2] pam_permit.so",
    "account required pam_unix.so",
    "account required pam_warn.so",
    "account required",
    "account",
};

const Strings kAccessLines{"-:ALL EXCEPT root:ALL",
                           "-:alice:ALL",
                           "+:alice:203.0.113.5",
                           "-:ALL:198.51.100.7",
                           "-:ALL:203.0.113.",
                           "+:(sudo):ALL",
                           "-:ALL EXCEPT (sudo):ALL",
                           "-:ALL:ALL EXCEPT LOCAL",
                           "+:root bob:203.0.113.0/24",
                           "-:sudo:ALL",
                           "-:ALL:ALL",
                           "garbage",
                           "-:(users):203.0.113.5 198.51.100.7"};

std::string change_pam(Random& random, const std::string&) {
  if (random.one_in(4)) {
    std::string lines;
    for (std::size_t i = 0; i < 1 + random.below(3); ++i) lines += random.pick(kAccessLines) + "\n";
    return fmt::format(
        "cat >> /etc/security/access.conf <<'LINES'\n{}LINES\n"
        "sed -i '/pam_nologin/a account required pam_access.so' /etc/pam.d/sshd",
        lines);
  }
  const std::string line = random.pick(kPamLines);
  const std::string files = random.pick(Strings{"/etc/pam.d/sshd", "/etc/pam.d/sshd", "/etc/pam.d/sshd",
                                                "/etc/pam.d/common-account", "/etc/pam.d/common-session"});
  switch (random.below(6)) {
    case 0: return fmt::format("printf '%s\\n' '{}' >> {}", line, files);
    case 1: return "rm -f /etc/pam.d/sshd";
    case 2:
      return fmt::format("echo {} > /etc/denied; echo {} > /etc/allowed", random.pick(kUsers),
                         random.pick(kUsers));
    case 3:
      return fmt::format(
          "echo '{}' >> /etc/security/limits.conf",
          random.pick(Strings{"* hard maxlogins 0", "alice - maxlogins 1", "@sudo hard nproc 100",
                              "bob hard nofile 1024", "* - maxsyslogins 0"}));
    default: return fmt::format("sed -i '{}i {}' {}", 1 + random.below(8), line, files);
  }
}

const Strings kWrapperLines{"sshd: ALL",
                            "ALL: ALL",
                            "sshd: 203.0.113.5",
                            "sshd: 203.0.113.",
                            "sshd: 198.51.100.0/255.255.255.0",
                            "sshd: 198.51.100.0/24",
                            "sshd: ALL EXCEPT 203.0.113.5",
                            "ssh: ALL",
                            "ALL EXCEPT sshd: ALL",
                            "sshd, telnetd: 203.0.113.0/24",
                            "sshd: LOCAL",
                            "sshd: ALL: deny",
                            "sshd: ALL: allow",
                            "sshd : 203.0.113.5 : allow",
                            "sshd: /etc/wrapped",
                            "sshd: *.example.com",
                            "sshd ALL"};

std::string change_wrappers(Random& random, const std::string&) {
  return fmt::format("printf '%s\\n' '{}' >> /etc/hosts.{}", random.pick(kWrapperLines),
                     random.pick(Strings{"deny", "deny", "allow"}));
}

}  // namespace

State random_state(std::uint64_t seed, std::uint64_t index, Changed changed) {
  Random random(seed * 1'000'003U + index);
  State state;
  state.user = random.pick(kUsers);
  if (random.one_in(5)) {
    state.password = state.user + "-pw";
  } else {
    state.key = random.pick(kKeys);
  }
  if (state.user == "carol" && random.one_in(2)) {
    state.key.clear();
    state.password = "carol-pw";
  }
  state.from = random.pick(kSources);
  using Mutation = std::string (*)(Random&, const std::string&);
  std::vector<Mutation> mutations{change_mode,    change_mode,      change_owner,     change_acl,
                                  change_links,   change_key_lines, change_key_lines, change_config,
                                  change_config,  change_config,    supporting_files, change_account,
                                  change_account, change_pam,       change_pam,       change_wrappers,
                                  change_system,  change_system,    change_system};
  if (changed == Changed::system) mutations = {change_system};
  const std::size_t changes = 1 + random.below(changed == Changed::system ? 2 : 5);
  for (std::size_t i = 0; i < changes; ++i) {
    // A change may fail where an earlier one took its subject away; the state is then what it is.
    state.script += random.pick(mutations)(random, state.user) + "\n";
  }
  state.script += "true\n";
  return state;
}

}  // namespace reentry::differential
