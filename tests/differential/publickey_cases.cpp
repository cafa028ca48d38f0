#include "differential/publickey_cases.hpp"

#include <fmt/format.h>

namespace reentry::differential {
namespace {

using Cases = std::vector<KeyCase>;

const std::string kFile = "/home/alice/.ssh/authorized_keys";

KeyCase state(std::string name, std::string script) {
  return {std::move(name), std::move(script), {}};
}

// The file of keys made of what `script` writes, where K is the key's line and D its data.
KeyCase lines(std::string name, const std::string& script) {
  return state(std::move(name),
               "K=$(cat /mnt/ed25519.pub); O=$(cat /mnt/ecdsa.pub); D=$(cut -d' ' -f2 /mnt/ed25519.pub); F=" +
                   kFile + "; " + script);
}

void strict_modes_cases(Cases& out) {
  for (const char* mode :
       {"0777", "0775", "0770", "0755", "0711", "0700", "0707", "0710", "2775", "1777", "0500", "0000"}) {
    out.push_back(state(std::string("home ") + mode, std::string("chmod ") + mode + " /home/alice"));
    out.push_back(state(std::string(".ssh ") + mode, std::string("chmod ") + mode + " /home/alice/.ssh"));
  }
  for (const char* mode :
       {"0666", "0664", "0660", "0644", "0640", "0600", "0400", "0444", "0000", "0200", "0606"}) {
    out.push_back(state(std::string("file ") + mode, std::string("chmod ") + mode + " " + kFile));
  }
  const std::string nodes[] = {"/home/alice", "/home/alice/.ssh", kFile};
  for (const std::string& node : nodes) {
    for (const char* owner :
         {"root:root", "bob:bob", "root:alice", "alice:root", "4242:4242", "alice:users"}) {
      for (const char* mode : {"u+rwX,go=rX", "u+rwX,go=", "ug+rwX,o=rX"}) {
        out.push_back(state(node + " " + owner + " " + mode,
                            fmt::format("chown {} {}; chmod {} {}", owner, node, mode, node)));
      }
    }
  }
  out.push_back(state("group has another member", "usermod -aG alice bob; chmod 775 /home/alice; "));
  out.push_back(state("group is clean again", "gpasswd -d bob alice >/dev/null; chmod 775 /home/alice"));
  out.push_back(state("file is a symlink", "mv " + kFile + " /home/alice/k; ln -s ../k " + kFile));
  out.push_back(state("file is a symlink into an open folder",
                      "mkdir -m 777 /srv/open; mv " + kFile + " /srv/open/k; ln -s /srv/open/k " + kFile));
  out.push_back(state("file is a symlink out of an open folder",
                      "mv " + kFile +
                          " /home/alice/k; chmod 755 /home/alice; chmod 777 /home/alice/.ssh; ln -s ../k " +
                          kFile));
  out.push_back(
      state("home is a symlink",
            "mkdir -p /data; rm -rf /data/alice; mv /home/alice /data/; ln -s /data/alice /home/alice"));
  out.push_back(state("file is a directory", "rm " + kFile + "; mkdir " + kFile));
  out.push_back(state("file is a fifo", "rm " + kFile + "; mkfifo " + kFile));
  out.push_back(state("file dangles", "ln -sf nowhere " + kFile));
  out.push_back(state("file loops", "rm " + kFile + "; ln -s authorized_keys " + kFile));
  out.push_back(state(".ssh is a file", "rm -r /home/alice/.ssh; echo > /home/alice/.ssh"));
  out.push_back(state("no file", "rm " + kFile));
  out.push_back(state("second name", "mv " + kFile + " " + kFile + "2"));
  out.push_back(state("no home", "rm -r /home/alice"));
  out.push_back({"strict modes off", "chmod 777 /home/alice /home/alice/.ssh " + kFile, "StrictModes no"});
  out.push_back({"strict modes off, unreadable",
                 "chown -R root:root /home/alice/.ssh; chmod 700 /home/alice/.ssh", "StrictModes no"});
}

void line_cases(Cases& out) {
  const std::vector<std::string> options = {"no-pty",
                                            "No-PTY",
                                            "restrict",
                                            "restrict,pty",
                                            "command=\"true\"",
                                            "command=\"echo \\\\\"x y\\\\\"\"",
                                            "no-ptty",
                                            "no-restrict",
                                            "pty,",
                                            ",pty",
                                            "pty,,user-rc",
                                            "no-pty, no-user-rc",
                                            "no-pty no-user-rc",
                                            "command=true",
                                            "command=\"true",
                                            "command = \"true\"",
                                            "command=\"a\",command=\"b\"",
                                            "from=\"203.0.113.5\"",
                                            "from=\"203.0.113.0/24\"",
                                            "from=\"203.0.113.5/24\"",
                                            "from=\"10.0.0.0/8\"",
                                            "from=\"!10.0.0.1\"",
                                            "from=\"*,!203.0.113.5\"",
                                            "from=\"*\"",
                                            "from=\"203.0.113.?\"",
                                            "from=\"203.0.113.5,\"",
                                            "from=\"\"",
                                            "from=\" 203.0.113.5\"",
                                            "from=\"*.example.com\"",
                                            "from=\"10.0.0.1\",from=\"*\"",
                                            "expiry-time=\"20200101\"",
                                            "expiry-time=\"20990101\"",
                                            "expiry-time=\"20990101Z\"",
                                            "expiry-time=\"20200101Z\"",
                                            "expiry-time=\"209901011200\"",
                                            "expiry-time=\"2099\"",
                                            "expiry-time=\"20991301\"",
                                            "expiry-time=\"20990230\"",
                                            "expiry-time=\"19690101\"",
                                            "expiry-time=\"20990101utc\"",
                                            "environment=\"A=b\"",
                                            "environment=\"A\"",
                                            "environment=\"A-B=c\"",
                                            "permitopen=\"h:22\"",
                                            "permitopen=\"h\"",
                                            "permitopen=\"h:0\"",
                                            "permitopen=\"[::1]:22\"",
                                            "permitopen=\"[::1\"",
                                            "permitlisten=\"22\"",
                                            "permitlisten=\"h:22\"",
                                            "tunnel=\"0\"",
                                            "tunnel=\"any\"",
                                            "tunnel=\"x\"",
                                            "no-touch-required",
                                            "touch-required",
                                            "verify-required",
                                            "cert-authority",
                                            "principals=\"alice\"",
                                            "agent-forwarding",
                                            "ssh-ed25519",
                                            "\"no-pty\"",
                                            "x11-forwarding,no-X11-forwarding,port-forwarding"};
  for (const std::string& option : options) {
    out.push_back(lines("option " + option, "printf '%s %s\\n' '" + option + "' \"$K\" > $F"));
  }
  out.push_back(lines("plain", "echo \"$K\" > $F"));
  out.push_back(lines("no newline", "printf %s \"$K\" > $F"));
  out.push_back(lines("crlf", "printf '%s\\r\\n' \"$K\" > $F"));
  out.push_back(lines("crlf, no comment", "printf 'ssh-ed25519 %s\\r\\n' $D > $F"));
  out.push_back(lines("cr only", "printf 'ssh-ed25519 %s\\r%s\\r' $D \"$O\" > $F"));
  out.push_back(lines("cr only, first has a comment", "printf '%s\\r%s\\r' \"$K\" \"$O\" > $F"));
  out.push_back(lines("cr only, second", "printf '%s\\r%s\\r' \"$O\" \"$K\" > $F"));
  out.push_back(lines("bom", "printf '\\357\\273\\277%s\\n' \"$K\" > $F"));
  out.push_back(lines("bom before a comment", "printf '\\357\\273\\277# mine\\n%s\\n' \"$K\" > $F"));
  out.push_back(lines("nbsp", "printf 'ssh-ed25519\\302\\240%s\\n' $D > $F"));
  out.push_back(lines("utf16", "echo \"$K\" | sed 's/./&\\x00/g' > $F"));
  out.push_back(lines("leading blanks", "printf ' \\t  %s\\n' \"$K\" > $F"));
  out.push_back(lines("tabs", "printf 'ssh-ed25519\\t\\t%s\\tx\\n' $D > $F"));
  out.push_back(lines("quoted", "printf '\"%s\"\\n' \"$K\" > $F"));
  out.push_back(lines("no type", "echo $D > $F"));
  out.push_back(lines("typo", "echo sh-ed25519 $D > $F"));
  out.push_back(lines("other type", "echo ssh-rsa $D > $F"));
  out.push_back(lines("truncated", "echo ssh-ed25519 $D | head -c 60 > $F"));
  out.push_back(lines("truncated in a group", "echo ssh-ed25519 $D | head -c 62 > $F"));
  out.push_back(lines("padding too much", "echo ssh-ed25519 $D= > $F"));
  out.push_back(lines("data too long", "echo ssh-ed25519 ${D}AAAA > $F"));
  out.push_back(lines("wrapped", "echo \"$K\" | fold -w 50 > $F"));
  out.push_back(lines("glued to a comment", "printf '%s%s\\n' \"$O\" \"$K\" > $F"));
  out.push_back(lines("glued to data", "printf '%s%s\\n' \"$(cut -d' ' -f1,2 /mnt/ecdsa.pub)\" \"$K\" > $F"));
  out.push_back(lines("glued, first", "printf '%s%s\\n' \"$K\" \"$O\" > $F"));
  out.push_back(lines("nul in the line", "printf '%s\\0x\\n' \"$K\" > $F"));
  out.push_back(lines("nul before the key", "printf '\\0%s\\n' \"$K\" > $F"));
  out.push_back(
      lines("long comment", "printf '%s %s\\n' \"$K\" \"$(head -c 60000 /dev/zero | tr '\\0' c)\" > $F"));
  out.push_back(lines("commented out", "echo \"#$K\" > $F"));
  out.push_back(lines("dead line before it", "printf 'garbage\\nno-ptty %s\\n%s\\n' \"$K\" \"$K\" > $F"));
  out.push_back(lines("refused, then accepted", "printf 'from=\"10.0.0.1\" %s\\n%s\\n' \"$K\" \"$K\" > $F"));
  out.push_back(lines("empty", ": > $F"));
  out.push_back(lines("another key", "echo \"$O\" > $F"));
  out.push_back(
      lines("signature name as type", "cut -d' ' -f2 /mnt/rsa.pub | sed 's/^/rsa-sha2-512 /' > $F"));
  out.back().key = "rsa";
  out.push_back(lines("short type name", "cut -d' ' -f2 /mnt/rsa.pub | sed 's/^/RSA /' > $F"));
  out.back().key = "rsa";
  out.push_back(lines("private key pasted", "cat /mnt/ed25519 > $F"));
}

void config_cases(Cases& out) {
  const auto with = [&out](std::string name, std::string config, std::string key = "ed25519",
                           std::string script = "") {
    out.push_back({std::move(name), std::move(script), std::move(config), std::move(key)});
  };
  with("off", "PubkeyAuthentication no");
  with("algorithms without it", "PubkeyAcceptedAlgorithms rsa-sha2-512");
  with("rsa-sha2-512 only", "PubkeyAcceptedAlgorithms rsa-sha2-512", "rsa");
  with("rsa-sha2-256 only", "PubkeyAcceptedAlgorithms rsa-sha2-256", "rsa");
  with("ssh-rsa only", "PubkeyAcceptedAlgorithms ssh-rsa", "rsa");
  with("algorithms minus", "PubkeyAcceptedAlgorithms -ssh-ed*");
  with("algorithms minus another", "PubkeyAcceptedAlgorithms -ssh-ed*", "rsa");
  with("algorithms plus", "PubkeyAcceptedAlgorithms +ssh-rsa");
  with("rsa size", "RequiredRSASize 4096", "rsa");
  with("rsa size does not bind others", "RequiredRSASize 4096");
  with("rsa size fits", "RequiredRSASize 2048", "rsa");
  with("revoked file missing", "RevokedKeys /etc/ssh/revoked");
  with("revoked file empty", "RevokedKeys /etc/ssh/revoked", "ed25519", ": > /etc/ssh/revoked");
  with("revoked file bad", "RevokedKeys /etc/ssh/revoked", "ed25519", "echo garbage > /etc/ssh/revoked");
  with("revoked by line", "RevokedKeys /etc/ssh/revoked", "ed25519", "cp /mnt/ed25519.pub /etc/ssh/revoked");
  with("another revoked", "RevokedKeys /etc/ssh/revoked", "rsa");
  with("revoked by krl", "RevokedKeys /etc/ssh/revoked", "ed25519",
       "rm -f /etc/ssh/revoked; ssh-keygen -qkf /etc/ssh/revoked /mnt/ed25519.pub");
  with("another revoked by krl", "RevokedKeys /etc/ssh/revoked", "rsa");
  with("revoked is a folder", "RevokedKeys /etc/ssh");
  with("absolute file", "AuthorizedKeysFile /etc/ssh/keys/%u", "ed25519",
       "mkdir -p /etc/ssh/keys; cp /mnt/ed25519.pub /etc/ssh/keys/alice");
  with("absolute file, folder open", "AuthorizedKeysFile /etc/ssh/keys/%u", "ed25519",
       "chmod 777 /etc/ssh/keys");
  with("absolute file, unreadable", "AuthorizedKeysFile /etc/ssh/keys/%u", "ed25519",
       "chmod 755 /etc/ssh/keys; chmod 600 /etc/ssh/keys/alice");
  with("none", "AuthorizedKeysFile none");
  with("none and another", "AuthorizedKeysFile none .ssh/authorized_keys");
  with("missing, then there", "AuthorizedKeysFile .ssh/other .ssh/authorized_keys");
  with("tokens", "AuthorizedKeysFile /home/%u/.ssh/authorized_keys");
  with("home token", "AuthorizedKeysFile %h/.ssh/authorized_keys");
  with("unknown token", "AuthorizedKeysFile .ssh/authorized_keys.%n");
  with("unknown token behind a file that accepts", "AuthorizedKeysFile .ssh/authorized_keys .ssh/x.%n");
  with("tilde", "AuthorizedKeysFile ~/.ssh/authorized_keys");
}

void certificate_cases(Cases& out) {
  const std::string sign = "cd /mnt; rm -f *-cert.pub; chmod 600 ca; ssh-keygen -q -s ca -I id ";
  const auto with = [&](std::string name, const std::string& options, std::string config,
                        std::string script = "", const std::string& key = "ed25519") {
    out.push_back({"certificate: " + std::move(name),
                   "cp /mnt/ca.pub /etc/ssh/ca.pub; rm -f " + kFile + "; " + script + sign + options + " " +
                       key + ".pub",
                   std::move(config), key, key + "-cert.pub"});
  };
  const std::string trusted = "TrustedUserCAKeys /etc/ssh/ca.pub";
  with("good", "-n alice", trusted);
  with("other principal", "-n bob", trusted);
  with("no principal", "", trusted);
  with("expired", "-n alice -V 20200101:20210101", trusted);
  with("not yet", "-n alice -V 20980101:20990101", trusted);
  with("source", "-n alice -O source-address=203.0.113.0/24", trusted);
  with("other source", "-n alice -O source-address=10.0.0.0/8", trusted);
  with("command", "-n alice -O force-command=true", trusted);
  with("unknown option", "-n alice -O critical:x@y=z", trusted);
  with("unknown extension", "-n alice -O extension:x@y=z", trusted);
  with("plain key is there too", "-n bob", trusted,
       "cp /mnt/ed25519.pub " + kFile + ".k; mv " + kFile + ".k " + kFile + "; chown alice: " + kFile + "; ");
  with("rsa", "-n alice", trusted, "", "rsa");
  with("revoked by serial", "-n alice -z 7", trusted + "\nRevokedKeys /etc/ssh/revoked",
       "cd /mnt; rm -f /etc/ssh/revoked; echo 'serial: 5-9' > spec; ssh-keygen -q -k -f /etc/ssh/revoked -s "
       "ca.pub spec; ");
  with("other serial", "-n alice -z 70", trusted + "\nRevokedKeys /etc/ssh/revoked");
  with("revoked by id", "-n alice", trusted + "\nRevokedKeys /etc/ssh/revoked",
       "cd /mnt; rm -f /etc/ssh/revoked; echo 'id: id' > spec; ssh-keygen -q -k -f /etc/ssh/revoked -s "
       "ca.pub spec; ");
  with("revoked CA", "-n alice", trusted + "\nRevokedKeys /etc/ssh/revoked",
       "cp /mnt/ca.pub /etc/ssh/revoked; ");
  with("untrusted", "-n alice", "");
  with("CA file missing", "-n alice", "TrustedUserCAKeys /etc/ssh/no_ca");
  with("CA file bad before", "-n alice", "TrustedUserCAKeys /etc/ssh/ca",
       "(echo garbage; cat /mnt/ca.pub) > /etc/ssh/ca; ");
  with("CA file bad behind", "-n alice", "TrustedUserCAKeys /etc/ssh/ca",
       "(echo '# x'; echo; cat /mnt/ca.pub; echo garbage) > /etc/ssh/ca; ");
  with("principals file", "-n team", trusted + "\nAuthorizedPrincipalsFile /etc/ssh/principals",
       "echo team > /etc/ssh/principals; ");
  with("principals file without it", "-n alice", trusted + "\nAuthorizedPrincipalsFile /etc/ssh/principals",
       "");
  with("principals file crlf", "-n team", trusted + "\nAuthorizedPrincipalsFile /etc/ssh/principals",
       "printf 'team\\r\\n' > /etc/ssh/principals; ");
  with("principals file with options", "-n team", trusted + "\nAuthorizedPrincipalsFile /etc/ssh/principals",
       "echo 'from=\"203.0.113.5\" team' > /etc/ssh/principals; ");
  with("principals file with other source", "-n team",
       trusted + "\nAuthorizedPrincipalsFile /etc/ssh/principals",
       "echo 'from=\"10.0.0.5\" team # x' > /etc/ssh/principals; ");
  with("principals file missing", "-n alice", trusted + "\nAuthorizedPrincipalsFile /etc/ssh/no_principals");
  const auto line = [&](std::string name, const std::string& options, const std::string& prefix) {
    with(std::move(name), options, "",
         "(printf '%s ' '" + prefix + "'; cat /mnt/ca.pub) > " + kFile + "; chown alice: " + kFile + "; ");
  };
  line("by line", "-n alice", "cert-authority");
  line("by line without the flag", "-n alice", "no-pty");
  line("by line, other principal", "-n bob", "cert-authority");
  line("by line, empty principals", "", "cert-authority");
  line("by line with principals", "-n team", "cert-authority,principals=\"x,team\"");
  line("by line with other principals", "-n alice", "cert-authority,principals=\"x,team\"");
  line("by line with from", "-n alice", "cert-authority,from=\"10.0.0.1\"");
  line("by line, commands differ", "-n alice -O force-command=true", "cert-authority,command=\"date\"");
  line("by line, commands agree", "-n alice -O force-command=true", "cert-authority,command=\"true\"");
}

}  // namespace

std::vector<KeyCase> key_cases() {
  Cases out;
  strict_modes_cases(out);
  line_cases(out);
  config_cases(out);
  certificate_cases(out);
  return out;
}

}  // namespace reentry::differential
