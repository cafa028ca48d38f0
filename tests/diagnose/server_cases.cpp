#include "case.hpp"
#include "peers.hpp"

namespace reentry::testing {
namespace {

ClientCase bad(const std::string& name, BadPort port, const std::string& ssh, const std::string& gate,
               const std::string& cause, bool slow = false) {
  return {"bad-" + name, "",        "-p " + std::to_string(port) + " alice@127.0.0.1",
          ssh,           "blocked", gate,
          cause,         "",        slow};
}

std::vector<ClientCase> misbehaving() {
  const std::string at = "banner/identification";
  return {
      bad("says-nothing", kSaysNothing, "timed out", at, "banner/silent", true),
      bad("closes", kClosesAtOnce, "kex_exchange_identification", at, "~service/no-greeting"),
      bad("resets", kResets, "reset by peer", at, "~banner/hosts-deny"),
      bad("http", kHttp, "kex_exchange_identification", at, "banner/not-ssh"),
      bad("tls", kTlsAlert, "kex_exchange_identification", at, "banner/not-ssh"),
      bad("protocol-1", kProtocolOne, "Protocol major versions differ", at, "banner/protocol-1"),
      bad("endless", kEndlessLines, "exchange", at, "banner/endless", true),
      bad("byte-by-byte", kByteByByte, "Local version string", at, "banner/endless", true),
      bad("max-startups", kMaxStartups, "Exceeded MaxStartups", at, "banner/max-startups"),
      bad("not-allowed", kNotAllowed, "Not allowed at this time", at, "banner/penalty"),
      bad("garbage", kGarbageKexInit, "too large", "kex/agreement", "kex/damaged"),
      bad("huge-packet", kHugePacket, "Bad packet length", "kex/agreement", "kex/damaged"),
      bad("closes-after-banner", kClosesAfterBanner, "SSH2_MSG_KEXINIT sent", "kex/agreement", "kex/closed"),
      bad("silent-after-banner", kSilentAfterBanner, "SSH2_MSG_KEXINIT sent", "kex/agreement", "kex/stalled",
          true),
  };
}

std::vector<ClientCase> agreements() {
  const std::string at = "kex/agreement";
  const std::string cause = "kex/no-common-algorithm";
  return {
      {"kex-group1", "", "-p 2512 alice@$S", "no matching key exchange method", "blocked", at, cause,
       "KexAlgorithms"},
      {"kex-cbc", "", "-p 2513 alice@$S", "no matching cipher", "blocked", at, cause, "Ciphers"},
      {"kex-mac", "", "-p 2514 alice@$S", "no matching MAC", "blocked", at, cause, "MACs"},
      {"kex-ssh-rsa", "", "-p 2515 alice@$S", "no matching host key type", "blocked", at, cause,
       "HostKeyAlgorithms"},
      {"kex-client-narrow", "", "-o Ciphers=3des-cbc alice@$S", "no matching cipher", "blocked", at, cause,
       "Ciphers"},
      {"kex-hole-from-server", "", "-p 2516 -i key alice@$S", "SSH2_MSG_KEXINIT sent", "blocked", at,
       "kex/stalled", "", true},
  };
}

std::vector<ClientCase> host_keys() {
  const std::string known = "$H/.ssh/known_hosts";
  const std::string other = "$(cut -d' ' -f1,2 $K/stranger.pub)";
  const std::string right = "$(cut -d' ' -f1,2 $COMMON/ed25519.pub)";
  const std::string at = "hostkey/known";
  const std::string failed = "Host key verification failed";
  return {
      {"hostkey-unknown-yes", ": >" + known, "-o StrictHostKeyChecking=yes -i key alice@$S", failed,
       "blocked", at, "hostkey/unknown", "SHA256:"},
      {"hostkey-unknown-batch", ": >" + known, "-o BatchMode=yes -i key alice@$S", failed, "blocked", at,
       "hostkey/unknown", ""},
      {"hostkey-unknown-ask", ": >" + known, "-i key alice@$S", "-", "open", "", "hostkey/unknown", ""},
      {"hostkey-unknown-no", ": >" + known, "-o StrictHostKeyChecking=no -i key alice@$S", "", "open", "",
       "~hostkey/unknown", ""},
      {"hostkey-changed", "echo \"$S " + other + "\" >" + known, "-i key alice@$S",
       "REMOTE HOST IDENTIFICATION HAS CHANGED", "blocked", at, "hostkey/changed", "known_hosts"},
      {"hostkey-changed-no", "echo \"$S " + other + "\" >" + known,
       "-o StrictHostKeyChecking=no -o BatchMode=yes -i key alice@$S", "", "open", "", "hostkey/changed", ""},
      {"hostkey-changed-new", "echo \"$S " + other + "\" >" + known,
       "-o StrictHostKeyChecking=accept-new -o BatchMode=yes -i key alice@$S", "HAS CHANGED", "blocked", at,
       "hostkey/changed", ""},
      {"hostkey-changed-hashed",
       "echo \"$S " + other + "\" >" + known + "; ssh-keygen -qHf " + known + " 2>/dev/null; rm -f " + known +
           ".old",
       "-i key alice@$S", "HAS CHANGED", "blocked", at, "hostkey/changed", "\"line\":1"},
      {"hostkey-hashed",
       "ssh-keygen -qHf " + known + " 2>/dev/null; echo \"$S " + right + "\" >" + known +
           "; ssh-keygen -qHf " + known + " 2>/dev/null; rm -f " + known + ".old",
       "-i key alice@$S", "", "open", "", "", ""},
      {"hostkey-revoked", "echo \"@revoked * " + right + "\" >>" + known, "-i key alice@$S", "REVOKED",
       "blocked", at, "hostkey/revoked", ""},
      {"hostkey-bracketed", "echo \"[$S]:2518 " + right + "\" >" + known,
       "-o StrictHostKeyChecking=yes -p 2518 -i key alice@$S", "Permission denied", "blocked", "auth/keys",
       "~auth/key-algorithm-refused", ""},
      {"hostkey-other-port", "echo \"[$S]:2999 " + right + "\" >" + known,
       "-o StrictHostKeyChecking=yes -i key alice@$S", failed, "blocked", at, "hostkey/unknown", "2999"},
      {"hostkey-changed-at-port", "echo \"[$S]:2518 " + other + "\" >" + known, "-p 2518 -i key alice@$S",
       "HAS CHANGED", "blocked", at, "hostkey/changed", "2518"},
      {"hostkey-other-name", "echo \"elsewhere " + right + "\" >" + known,
       "-o StrictHostKeyChecking=yes -i key alice@$S", failed, "blocked", at, "hostkey/unknown", "elsewhere"},
      {"hostkey-alias", "echo \"elsewhere " + right + "\" >" + known,
       "-o StrictHostKeyChecking=yes -o HostKeyAlias=elsewhere -i key alice@$S", "", "open", "", "", ""},
      {"hostkey-other-file", "",
       "-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes -i key alice@$S", failed, "blocked", at,
       "hostkey/unknown", ""},
      {"dropbear", "", "-o StrictHostKeyChecking=no -p 2530 -i key alice@$S", "", "open", "",
       "~hostkey/unknown", ""},
      {"dropbear-stranger", "", "-o StrictHostKeyChecking=no -p 2530 -i stranger alice@$S",
       "Permission denied", "blocked", "auth/keys", "~auth/key-not-authorized", ""},
  };
}

}  // namespace

std::vector<ClientCase> server_cases() {
  std::vector<ClientCase> all = misbehaving();
  for (auto more : {agreements, host_keys}) {
    for (ClientCase& one : more()) all.push_back(std::move(one));
  }
  return all;
}

std::vector<ClientCase> jump_cases() {
  const std::string mine = "cp key $H/.ssh/id_ed25519";
  const std::string cause = "network/proxy-fails";
  const std::string at = "network/connect";
  return {
      {"jump-works", mine, "-J alice@$S bob@127.0.0.1", "", "open", "", "", ""},
      {"jump-two-hops", mine, "-J alice@$S,bob@127.0.0.1 dave@127.0.0.1", "", "open", "", "", ""},
      {"jump-refuses-key", mine, "-J carol@$S bob@127.0.0.1", "Permission denied", "blocked", "auth/keys",
       "auth/key-not-authorized", ""},
      {"jump-inner-closed", mine, "-J alice@$S -p 2999 bob@127.0.0.1", "Connection refused", "blocked", at,
       cause, "Connection refused"},
      {"jump-forbids-forwarding", mine, "-J alice@$S:2511 bob@127.0.0.1", "dministratively prohibited",
       "blocked", at, cause, "dministratively prohibited"},
      {"jump-inner-unknown", mine, "-J alice@$S bob@inner.test", "name resolution", "blocked", at, cause, ""},
      {"jump-closed", mine, "-J alice@$S:2998 bob@127.0.0.1", "Connection refused", "blocked", at,
       "network/other-port", "2998"},
      {"jump-name-unknown", mine, "-J alice@nowhere.test bob@127.0.0.1", "Could not resolve", "blocked",
       "dns/lookup", "dns/name-unknown", "nowhere.test"},
      {"jump-inner-stranger",
       "cp key $H/.ssh/id_ed25519; printf 'Host 127.0.0.1\\n IdentitiesOnly yes\\n "
       "IdentityFile %s/stranger\\n' $PWD >$H/.ssh/config",
       "-J alice@$S bob@127.0.0.1", "Permission denied", "blocked", "auth/keys", "auth/key-not-authorized",
       ""},
      {"jump-command-missing", mine, "-o ProxyCommand='no-such-nc %h %p' alice@$S", "not found", "blocked",
       at, cause, "no-such-nc"},
      {"jump-command-works", mine, "-o ProxyCommand='ssh -W %h:%p alice@10.99.0.1' bob@127.0.0.1", "", "open",
       "", "", ""},
      {"jump-command-ends", mine, "-o ProxyCommand='echo no way >&2; exit 1' alice@$S", "no way", "blocked",
       at, cause, "no way"},
      {"jump-command-silent-end", mine, "-o ProxyCommand=false alice@$S", "UNKNOWN port 65535", "blocked", at,
       cause, ""},
      {"jump-configured",
       mine + "; printf 'Host inner\\n HostName 127.0.0.1\\n User bob\\n ProxyJump alice@%s\\n' $S "
              ">$H/.ssh/config",
       "inner", "", "open", "", "", ""},
  };
}

}  // namespace reentry::testing
