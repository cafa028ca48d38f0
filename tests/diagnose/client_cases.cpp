#include "case.hpp"

namespace reentry::testing {
namespace {

const char* const kDenied = "Permission denied (publickey)";

std::vector<ClientCase> configurations() {
  return {
      {"healthy", "", "-i key alice@$S", "", "open", "", "", ""},
      {"config-bad-option", "printf '\\nHost *\\n  Identityfiel x\\n' >$H/.ssh/config", "alice@$S",
       "Bad configuration option", "blocked", "client/config", "client/config-error", ".ssh/config"},
      {"config-bad-value", "printf '\\n\\nPort many\\n' >$H/.ssh/config", "alice@$S", "line 3", "blocked",
       "client/config", "client/config-error", "\"line\":3"},
      {"config-writable", "echo 'Port 22' >$H/.ssh/config; chmod 666 $H/.ssh/config", "alice@$S",
       "Bad owner or permissions", "blocked", "client/config", "client/config-error", ".ssh/config"},
      {"config-bad-word", "", "-o Nonsense=yes alice@$S", "Bad configuration option", "blocked",
       "client/config", "client/config-error", "onsense"},
      {"config-works",
       "cp key $H/.ssh/mine; printf 'Host lab\\n HostName %s\\n User alice\\n IdentityFile ~/.ssh/mine\\n' $S"
       " >$H/.ssh/config",
       "lab", "", "open", "", "", ""},
      {"config-other-file", "printf 'Host lab\\n HostName %s\\n User alice\\n IdentityFile key\\n' $S >other",
       "-F other lab", "", "open", "", "", ""},
  };
}

std::vector<ClientCase> files() {
  const std::string unused = " && rm -f key.pub";
  return {
      {"key-missing", "", "-i nowhere alice@$S", kDenied, "blocked", "auth/keys", "client/key-missing",
       "nowhere"},
      {"key-missing-configured", "printf 'IdentitiesOnly yes\\nIdentityFile ~/.ssh/gone\\n' >$H/.ssh/config",
       "alice@$S", kDenied, "blocked", "auth/keys", "client/key-missing", "/.ssh/gone"},
      {"key-too-open", "chmod 644 key", "-i key alice@$S", "UNPROTECTED PRIVATE KEY FILE", "blocked",
       "auth/keys", "client/key-too-open", "0644"},
      {"key-too-open-with-pub", "chmod 644 key; ssh-keygen -yf $K/ed25519 >key.pub", "-i key alice@$S",
       "UNPROTECTED PRIVATE KEY FILE", "blocked", "auth/keys", "client/key-too-open", "0644"},
      // authfile.c:sshkey_perm_ok asks only of the user's own files.
      {"key-of-another", "chown 1234 key; chmod 644 key", "-i key alice@$S", "", "open", "", "", ""},
      {"key-public-half", "ssh-keygen -yf key >half; chmod 600 half", "-i half alice@$S", kDenied, "blocked",
       "auth/keys", "client/key-unusable", "half"},
      {"key-ppk",
       "printf 'PuTTY-User-Key-File-3: ssh-ed25519\\nEncryption: none\\nComment: x\\nPublic-Lines: 2\\n' "
       ">k.ppk;"
       " chmod 600 k.ppk",
       "-i k.ppk alice@$S", kDenied, "blocked", "auth/keys", "client/key-unusable", "k.ppk"},
      {"key-no-final-newline", "printf %s \"$(cat key)\" >cut; chmod 600 cut", "-i cut alice@$S", kDenied,
       "blocked", "auth/keys", "client/key-unusable", "cut"},
      {"key-truncated", "head -c 200 key >cut; chmod 600 cut", "-i cut alice@$S", kDenied, "blocked",
       "auth/keys", "client/key-unusable", "cut"},
      {"key-empty", ": >cut; chmod 600 cut", "-i cut alice@$S", kDenied, "blocked", "auth/keys",
       "client/key-unusable", "cut"},
      {"key-encrypted", "ssh-keygen -q -p -N secret -f key", "-o BatchMode=yes -i key alice@$S", kDenied,
       "blocked", "auth/keys", "client/key-encrypted", "passphrase"},
      {"key-encrypted-in-agent",
       "eval $(ssh-agent) >/dev/null; ssh-add -q key 2>/dev/null; ssh-keygen -q -p -N secret -f key",
       "-o BatchMode=yes -i key alice@$S", "", "open", "", "", ""},
      {"key-other-pub", "cp $K/stranger.pub key.pub", "-o IdentitiesOnly=yes -i key alice@$S", kDenied,
       "blocked", "auth/keys", "client/public-half-differs", "key.pub"},
      {"key-folder", "mkdir folder", "-i folder alice@$S", kDenied, "blocked", "auth/keys",
       "~client/key-unreadable", "folder"},
      {"key-stranger", "", "-i stranger alice@$S", kDenied, "blocked", "auth/keys", "auth/key-not-authorized",
       ""},
      {"key-default-name", "cp key $H/.ssh/id_ed25519", "alice@$S", "", "open", "", "", ""},
      {"no-keys", "", "alice@$S", kDenied, "blocked", "auth/keys", "client/no-keys", ""},
      {"no-pubkey", "", "-o PubkeyAuthentication=no -i key alice@$S", kDenied, "blocked", "auth/keys",
       "client/no-keys", ""},
      {"algorithm-left-out", "", "-o PubkeyAcceptedAlgorithms=rsa-sha2-512 -i key alice@$S", kDenied,
       "blocked", "auth/keys", "client/no-keys", ""},
      {"algorithm-refused", "", "-p 2518 -i key alice@$S", kDenied, "blocked", "auth/keys",
       "~auth/key-algorithm-refused", ""},
      {"crlf", "sed 's/$/\\r/' key >crlf; chmod 600 crlf", "-i crlf alice@$S", kDenied, "blocked",
       "auth/keys", "client/key-unusable", "crlf"},
  };
}

std::vector<ClientCase> agents() {
  const std::string agent = "eval $(ssh-agent) >/dev/null; ";
  const std::string seven =
      agent +
      "for i in 1 2 3 4 5 6 7; do ssh-keygen -q -t ed25519 -N '' -f w$i; ssh-add -q w$i 2>/dev/null;"
      " rm w$i w$i.pub; done; ";
  return {
      {"agent-dead", "export SSH_AUTH_SOCK=$PWD/nobody", "alice@$S", kDenied, "blocked", "auth/keys",
       "~client/agent-unreachable", "nobody"},
      {"agent-dead-key-works", "export SSH_AUTH_SOCK=$PWD/nobody", "-i key alice@$S", "", "open", "",
       "client/agent-unreachable", "nobody"},
      {"agent-right-key", agent + "ssh-add -q key 2>/dev/null; rm key", "alice@$S", "", "open", "", "", ""},
      {"agent-seven-wrong", seven + "ssh-add -q key 2>/dev/null; rm key", "alice@$S",
       "Too many authentication failures", "blocked", "auth/keys", "client/too-many-keys", ""},
      {"agent-seven-wrong-named", seven + "ssh-add -q key 2>/dev/null; ssh-keygen -yf key >key.pub",
       "-i key alice@$S", "", "open", "", "", ""},
      {"agent-seven-wrong-file", seven, "-i key alice@$S", "Too many authentication failures", "blocked",
       "auth/keys", "client/too-many-keys", ""},
      {"agent-identities-only", seven, "-o IdentitiesOnly=yes -i key alice@$S", "", "open", "", "", ""},
      {"agent-pub-named", agent + "ssh-add -q key 2>/dev/null; ssh-keygen -yf key >named.pub; rm key",
       "-o IdentitiesOnly=yes -i named.pub alice@$S", "", "open", "", "", ""},
      {"agent-locked",
       agent + "ssh-add -q key 2>/dev/null; rm key; printf 'pw\\npw\\n' >pw; "
               "printf '#!/bin/sh\\necho pw\\n' >askpass; chmod +x askpass; "
               "SSH_ASKPASS=$PWD/askpass SSH_ASKPASS_REQUIRE=force ssh-add -q -x 2>/dev/null",
       "alice@$S", kDenied, "blocked", "auth/keys", "client/no-keys", ""},
      {"agent-confirms", agent + "ssh-add -q -c key 2>/dev/null; rm key", "alice@$S", kDenied, "blocked",
       "auth/keys", "client/agent-refuses", ""},
  };
}

}  // namespace

std::vector<ClientCase> client_cases() {
  std::vector<ClientCase> all = configurations();
  for (auto more : {files, agents}) {
    for (ClientCase& one : more()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace reentry::testing
