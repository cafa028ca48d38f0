#include "facts/ssh_keywords.hpp"

#include <algorithm>
#include <array>

#include "base/ascii_case.hpp"
#include "base/spelling.hpp"

namespace reentry {
namespace {

using SshArg = SshArgument;
using SshMrg = SshMerge;

// Sorted by word.
constexpr std::array<SshKeyword, 128> kSshKeywords = {{
    {"addkeystoagent", SshArg::words, SshMrg::first, 0, 0},
    {"addressfamily", SshArg::word, SshMrg::first, 0, 0},
    {"afstokenpassing", SshArg::deprecated, SshMrg::first, 0, 0},
    {"batchmode", SshArg::flag, SshMrg::first, 0, 0},
    {"bindaddress", SshArg::word, SshMrg::first, 0, 0},
    {"bindinterface", SshArg::word, SshMrg::first, 7, 7},
    {"canonicaldomains", SshArg::words, SshMrg::first, 0, 0},
    {"canonicalizefallbacklocal", SshArg::flag, SshMrg::first, 0, 0},
    {"canonicalizehostname", SshArg::word, SshMrg::first, 0, 0},
    {"canonicalizemaxdots", SshArg::word, SshMrg::first, 0, 0},
    {"canonicalizepermittedcnames", SshArg::words, SshMrg::first, 0, 0},
    {"casignaturealgorithms", SshArg::word, SshMrg::first, 7, 9},
    {"certificatefile", SshArg::word, SshMrg::without_twins, 0, 0},
    {"channeltimeout", SshArg::words, SshMrg::first, 9, 7},
    {"checkhostip", SshArg::flag, SshMrg::first, 0, 0},
    {"cipher", SshArg::deprecated, SshMrg::first, 0, 0},
    {"ciphers", SshArg::word, SshMrg::first, 0, 0},
    {"clearallforwardings", SshArg::flag, SshMrg::first, 0, 0},
    {"compression", SshArg::word, SshMrg::first, 0, 0},
    {"compressionlevel", SshArg::deprecated, SshMrg::first, 0, 0},
    {"connectionattempts", SshArg::word, SshMrg::first, 0, 0},
    {"connecttimeout", SshArg::word, SshMrg::first, 0, 0},
    {"controlmaster", SshArg::word, SshMrg::first, 0, 0},
    {"controlpath", SshArg::word, SshMrg::first, 0, 0},
    {"controlpersist", SshArg::word, SshMrg::first, 0, 0},
    {"dynamicforward", SshArg::word, SshMrg::without_twins, 0, 0},
    {"enableescapecommandline", SshArg::flag, SshMrg::first, 9, 2},
    {"enablesshkeysign", SshArg::flag, SshMrg::first, 0, 0},
    {"escapechar", SshArg::word, SshMrg::first, 0, 0},
    {"exitonforwardfailure", SshArg::flag, SshMrg::first, 0, 0},
    {"fallbacktorsh", SshArg::deprecated, SshMrg::first, 0, 0},
    {"fingerprinthash", SshArg::word, SshMrg::first, 0, 0},
    {"forkafterauthentication", SshArg::flag, SshMrg::first, 8, 7},
    {"forwardagent", SshArg::word, SshMrg::first, 0, 0},
    {"forwardx11", SshArg::flag, SshMrg::first, 0, 0},
    {"forwardx11timeout", SshArg::word, SshMrg::first, 0, 0},
    {"forwardx11trusted", SshArg::flag, SshMrg::first, 0, 0},
    {"gatewayports", SshArg::flag, SshMrg::first, 0, 0},
    {"globalknownhostsfile", SshArg::words, SshMrg::first, 0, 0},
    {"globalknownhostsfile2", SshArg::deprecated, SshMrg::first, 0, 0},
    {"gssapiauthentication", SshArg::flag, SshMrg::first, 0, 0},
    {"gssapiclientidentity", SshArg::word, SshMrg::first, 0, 0},
    {"gssapidelegatecredentials", SshArg::flag, SshMrg::first, 0, 0},
    {"gssapikexalgorithms", SshArg::word, SshMrg::first, 0, 0},
    {"gssapikeyexchange", SshArg::flag, SshMrg::first, 0, 0},
    {"gssapirenewalforcesrekey", SshArg::flag, SshMrg::first, 0, 0},
    {"gssapiserveridentity", SshArg::word, SshMrg::first, 0, 0},
    {"gssapitrustdns", SshArg::flag, SshMrg::first, 0, 0},
    {"hashknownhosts", SshArg::flag, SshMrg::first, 0, 0},
    {"host", SshArg::block, SshMrg::first, 0, 0},
    {"hostbasedacceptedalgorithms", SshArg::word, SshMrg::first, 0, 0},
    {"hostbasedauthentication", SshArg::flag, SshMrg::first, 0, 0},
    {"hostkeyalgorithms", SshArg::word, SshMrg::first, 0, 0},
    {"hostkeyalias", SshArg::word, SshMrg::first, 0, 0},
    {"hostname", SshArg::word, SshMrg::first, 0, 0},
    {"identitiesonly", SshArg::flag, SshMrg::first, 0, 0},
    {"identityagent", SshArg::word, SshMrg::first, 0, 0},
    {"identityfile", SshArg::word, SshMrg::without_twins, 0, 0},
    {"ignoreunknown", SshArg::word, SshMrg::first, 0, 0},
    {"include", SshArg::include, SshMrg::first, 7, 3},
    {"ipqos", SshArg::pair, SshMrg::first, 0, 0},
    {"kbdinteractiveauthentication", SshArg::flag, SshMrg::first, 0, 0},
    {"kbdinteractivedevices", SshArg::word, SshMrg::first, 0, 0},
    {"kerberosauthentication", SshArg::deprecated, SshMrg::first, 0, 0},
    {"kerberostgtpassing", SshArg::deprecated, SshMrg::first, 0, 0},
    {"kexalgorithms", SshArg::word, SshMrg::first, 0, 0},
    {"knownhostscommand", SshArg::command, SshMrg::first, 8, 5},
    {"localcommand", SshArg::command, SshMrg::first, 0, 0},
    {"localforward", SshArg::forward, SshMrg::without_twins, 0, 0},
    {"loglevel", SshArg::word, SshMrg::first, 0, 0},
    {"logverbose", SshArg::words, SshMrg::first, 8, 5},
    {"macs", SshArg::word, SshMrg::first, 0, 0},
    {"match", SshArg::block, SshMrg::first, 0, 0},
    {"nohostauthenticationforlocalhost", SshArg::flag, SshMrg::first, 0, 0},
    {"numberofpasswordprompts", SshArg::word, SshMrg::first, 0, 0},
    {"obscurekeystroketiming", SshArg::words, SshMrg::first, 9, 5},
    {"passwordauthentication", SshArg::flag, SshMrg::first, 0, 0},
    {"permitlocalcommand", SshArg::flag, SshMrg::first, 0, 0},
    {"permitremoteopen", SshArg::words, SshMrg::first, 8, 5},
    {"pkcs11provider", SshArg::word, SshMrg::first, 0, 0},
    {"port", SshArg::word, SshMrg::first, 0, 0},
    {"preferredauthentications", SshArg::word, SshMrg::first, 0, 0},
    {"protocol", SshArg::deprecated, SshMrg::first, 0, 0},
    {"protocolkeepalives", SshArg::word, SshMrg::first, 0, 0},
    {"proxycommand", SshArg::command, SshMrg::first, 0, 0},
    {"proxyjump", SshArg::command, SshMrg::first, 0, 0},
    {"proxyusefdpass", SshArg::flag, SshMrg::first, 0, 0},
    {"pubkeyacceptedalgorithms", SshArg::word, SshMrg::first, 0, 0},
    {"pubkeyauthentication", SshArg::word, SshMrg::first, 0, 0},
    {"refuseconnection", SshArg::word, SshMrg::first, 10, 0},
    {"rekeylimit", SshArg::pair, SshMrg::first, 0, 0},
    {"remotecommand", SshArg::command, SshMrg::first, 7, 6},
    {"remoteforward", SshArg::pair, SshMrg::without_twins, 0, 0},
    {"requesttty", SshArg::word, SshMrg::first, 0, 0},
    {"requiredrsasize", SshArg::word, SshMrg::first, 9, 1},
    {"revokedhostkeys", SshArg::word, SshMrg::first, 0, 0},
    {"rhostsauthentication", SshArg::deprecated, SshMrg::first, 0, 0},
    {"rhostsrsaauthentication", SshArg::deprecated, SshMrg::first, 0, 0},
    {"rsaauthentication", SshArg::deprecated, SshMrg::first, 0, 0},
    {"securitykeyprovider", SshArg::word, SshMrg::first, 8, 2},
    {"sendenv", SshArg::words, SshMrg::accumulate, 0, 0},
    {"serveralivecountmax", SshArg::word, SshMrg::first, 0, 0},
    {"serveraliveinterval", SshArg::word, SshMrg::first, 0, 0},
    {"sessiontype", SshArg::word, SshMrg::first, 8, 7},
    {"setenv", SshArg::words, SshMrg::first, 7, 8},
    {"setuptimeout", SshArg::word, SshMrg::first, 0, 0},
    {"stdinnull", SshArg::flag, SshMrg::first, 8, 7},
    {"streamlocalbindmask", SshArg::word, SshMrg::last, 0, 0},
    {"streamlocalbindunlink", SshArg::flag, SshMrg::first, 0, 0},
    {"stricthostkeychecking", SshArg::word, SshMrg::first, 0, 0},
    {"syslogfacility", SshArg::word, SshMrg::first, 0, 0},
    {"tag", SshArg::word, SshMrg::first, 9, 4},
    {"tcpkeepalive", SshArg::flag, SshMrg::first, 0, 0},
    {"tunnel", SshArg::word, SshMrg::first, 0, 0},
    {"tunneldevice", SshArg::word, SshMrg::first, 0, 0},
    {"updatehostkeys", SshArg::word, SshMrg::first, 0, 0},
    {"useblacklistedkeys", SshArg::deprecated, SshMrg::first, 0, 0},
    {"useprivilegedport", SshArg::deprecated, SshMrg::first, 0, 0},
    {"user", SshArg::word, SshMrg::first, 0, 0},
    {"userknownhostsfile", SshArg::words, SshMrg::first, 0, 0},
    {"userknownhostsfile2", SshArg::deprecated, SshMrg::first, 0, 0},
    {"useroaming", SshArg::deprecated, SshMrg::first, 0, 0},
    {"usersh", SshArg::deprecated, SshMrg::first, 0, 0},
    {"verifyhostkeydns", SshArg::word, SshMrg::first, 0, 0},
    {"versionaddendum", SshArg::command, SshMrg::first, 10, 1},
    {"visualhostkey", SshArg::flag, SshMrg::first, 0, 0},
    {"warnweakcrypto", SshArg::word, SshMrg::first, 10, 1},
    {"xauthlocation", SshArg::word, SshMrg::first, 0, 0},
}};

struct KeywordAlias {
  std::string_view word;
  std::string_view means;
};
constexpr std::array<KeywordAlias, 10> kSshAliases = {{
    {"challengeresponseauthentication", "kbdinteractiveauthentication"},
    {"dsaauthentication", "pubkeyauthentication"},
    {"hostbasedkeytypes", "hostbasedacceptedalgorithms"},
    {"identityfile2", "identityfile"},
    {"keepalive", "tcpkeepalive"},
    {"pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"},
    {"rsaminsize", "requiredrsasize"},
    {"skeyauthentication", "kbdinteractiveauthentication"},
    {"smartcarddevice", "pkcs11provider"},
    {"tisauthentication", "kbdinteractiveauthentication"},
}};

constexpr std::string_view kRedHatAlias = "rsaminsize";

bool knows_keyword(const SshKeyword& keyword, const SshBuild& build) {
  return !build.version_known || build.at_least(keyword.major, keyword.minor);
}

}  // namespace

const SshKeyword* ssh_keyword(std::string_view word, const SshBuild& build) {
  std::string lower = lowered(word);
  const bool red_hat = build.vendor == Vendor::redhat || build.vendor == Vendor::amazon;
  for (const KeywordAlias& alias : kSshAliases) {
    if (alias.word == lower && (alias.word != kRedHatAlias || red_hat)) lower = alias.means;
  }
  const auto* found = std::lower_bound(
      kSshKeywords.begin(), kSshKeywords.end(), lower,
      [](const SshKeyword& keyword, const std::string& name) { return keyword.word < name; });
  if (found == kSshKeywords.end() || found->word != lower || !knows_keyword(*found, build)) return nullptr;
  return found;
}

std::string_view near_ssh_keyword(std::string_view word, const SshBuild& build) {
  // Punctuation of other languages at the end: `User:`.
  while (!word.empty() && (word.back() == ':' || word.back() == ';')) word.remove_suffix(1);
  if (const SshKeyword* exact = ssh_keyword(word, build)) return exact->word;
  std::string_view best;
  std::size_t distance = 3;
  bool alone = true;
  for (const SshKeyword& keyword : kSshKeywords) {
    if (keyword.argument == SshArgument::deprecated || !knows_keyword(keyword, build)) continue;
    if (!is_near(word, keyword.word)) continue;
    const std::size_t now = edit_distance(word, keyword.word);
    if (now > distance || (now == distance && !best.empty())) {
      alone = alone && now != distance;
      continue;
    }
    best = keyword.word;
    distance = now;
    alone = true;
  }
  return alone ? best : std::string_view();
}

}  // namespace reentry
