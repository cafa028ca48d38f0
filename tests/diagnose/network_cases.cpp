#include "case.hpp"

namespace reentry::testing {

std::vector<ClientCase> name_cases() {
  const char* const kNoName = "Could not resolve hostname";
  return {
      {"dns-works", "", "-i key alice@v4.test", "", "open", "", "", ""},
      {"dns-no-such-name", "", "alice@nowhere.test", kNoName, "blocked", "dns/lookup", "dns/name-unknown",
       "NXDOMAIN"},
      {"dns-short-name", "", "alice@nowhere", kNoName, "blocked", "dns/lookup", "dns/name-unknown", ""},
      {"dns-server-failure", "", "alice@servfail.test", kNoName, "blocked", "dns/lookup",
       "dns/resolver-fails", "SERVFAIL"},
      {"dns-silence", "", "alice@silent.test", kNoName, "blocked", "dns/lookup", "dns/resolver-fails",
       "no answer", true},
      {"dns-nobody-there", "echo 'nameserver 127.0.0.9' >resolv.conf", "alice@v4.test", kNoName, "blocked",
       "dns/lookup", "dns/resolver-fails", ""},
      {"dns-unreachable", "echo 'nameserver 192.0.2.53' >resolv.conf", "alice@v4.test", kNoName, "blocked",
       "dns/lookup", "dns/resolver-fails", ""},
      {"dns-one-of-two-servers", "printf 'nameserver 127.0.0.9\\nnameserver 127.0.0.1\\n' >resolv.conf",
       "-i key alice@v4.test", "", "open", "", "", ""},
      {"dns-search-domain", "printf 'nameserver 127.0.0.1\\nsearch test\\n' >resolv.conf", "-i key alice@v4",
       "-", "open", "", "~hostkey/unknown", ""},
      {"dns-only-v4-with-6", "", "-6 alice@v4.test", kNoName, "blocked", "dns/lookup", "dns/family-missing",
       "10.99.0.1"},
      {"dns-only-v6-with-4", "", "-4 alice@v6.test", kNoName, "blocked", "dns/lookup", "dns/family-missing",
       "fd00:99::1"},
      {"dns-v6", "", "-i key alice@v6.test", "", "open", "", "", ""},
      {"dns-both-4", "", "-4 -i key alice@both.test", "", "open", "", "", ""},
      {"dns-both-6", "", "-6 -i key alice@both.test", "", "open", "", "", ""},
      {"dns-literal-family", "", "-6 alice@$S", "not supported", "blocked", "dns/lookup",
       "dns/family-missing", ""},
      {"hosts-differ", "echo '10.99.0.28 moved.test' >>hosts", "alice@moved.test", "timed out", "blocked",
       "network/connect", "~dns/hosts-file-differs", "/etc/hosts", true},
      {"hosts-agree", "echo '10.99.0.1 moved.test' >>hosts", "-i key alice@moved.test", "", "open", "", "",
       ""},
      {"hosts-alone", "echo '10.99.0.1 only.test' >>hosts", "-i key alice@only.test", "", "open", "", "", ""},
      {"name-with-port", "", "alice@v4.test:22", kNoName, "blocked", "dns/lookup", "dns/name-unknown",
       "-p 22"},
      {"name-is-web-address", "", "https://v4.test/", kNoName, "blocked", "dns/lookup", "dns/name-unknown",
       ""},
      {"name-with-comma", "", "alice@v4.test,", kNoName, "blocked", "dns/lookup", "dns/name-unknown", ""},
      {"ssh-url", "", "-i key ssh://alice@$S:22", "", "open", "", "", ""},
  };
}

std::vector<ClientCase> network_cases() {
  const char* const kRefused = "Connection refused";
  const char* const kNoRoute = "No route to host";
  const std::string at = "network/connect";
  return {
      {"net-closed-port", "", "-p 2999 alice@$S", kRefused, "blocked", at, "network/other-port", "22"},
      {"net-other-port", "", "alice@10.99.0.30", kRefused, "blocked", at, "network/other-port", "2222"},
      {"net-closed-host", "", "-p 23 alice@10.99.0.21", kRefused, "blocked", at, "~service/not-running", ""},
      {"net-port-unreachable", "", "alice@10.99.0.21", kRefused, "blocked", at, "network/banned",
       "type 3 code 3"},
      {"net-host-unreachable", "", "alice@10.99.0.22", kNoRoute, "blocked", at, "network/firewall-rejects",
       "type 3 code 1"},
      {"net-net-unreachable", "", "alice@10.99.0.23", "Network is unreachable", "blocked", at,
       "network/firewall-rejects", "type 3 code 0"},
      {"net-admin-prohibited", "", "alice@10.99.0.24", kNoRoute, "blocked", at, "network/firewall-rejects",
       "type 3 code 13"},
      {"net-host-prohibited", "", "alice@10.99.0.25", kNoRoute, "blocked", at, "network/firewall-rejects",
       "type 3 code 10"},
      {"net-reset", "", "alice@10.99.0.26", kRefused, "blocked", at, "service/not-running", ""},
      {"net-drop", "", "alice@10.99.0.27", "timed out", "blocked", at, "network/firewall-drops", "", true},
      {"net-all-dropped", "", "alice@10.99.0.28", "timed out", "blocked", at, "network/no-answer", "", true},
      {"net-all-prohibited", "", "alice@10.99.0.29", kNoRoute, "blocked", at, "network/firewall-rejects", "",
       true},
      {"net-this-source", "", "-b 198.51.100.7 alice@10.99.0.31", "timed out", "blocked", at,
       "~network/banned", "", true},
      {"net-other-source", "", "-b 203.0.113.5 -i key alice@10.99.0.31", "", "open", "", "", ""},
      {"net-nobody-on-wire", "", "alice@10.99.0.99", kNoRoute, "blocked", at, "network/unreachable", "",
       true},
      {"local-reject", "", "alice@10.99.0.41", kRefused, "blocked", at, "network/local-firewall", "", true},
      {"local-drop", "", "alice@10.99.0.42", "timed out", "blocked", at, "~network/local-firewall", "", true},
      {"local-admin-prohibited", "", "alice@10.99.0.46", kNoRoute, "blocked", at, "network/local-firewall",
       "", true},
      {"local-prohibit-route", "", "alice@10.99.0.43", "Permission denied", "blocked", at,
       "network/local-firewall", ""},
      {"local-blackhole-route", "", "alice@10.99.0.44", "Invalid argument", "blocked", at,
       "network/unreachable", ""},
      {"local-unreachable-route", "", "alice@10.99.0.45", kNoRoute, "blocked", at, "network/unreachable", ""},
      {"net-no-route", "", "alice@192.0.2.1", "Network is unreachable", "blocked", at, "network/unreachable",
       ""},
      {"net-foreign-source", "", "-b 192.0.2.77 alice@$S", "Cannot assign requested address", "blocked", at,
       "network/source-address", "192.0.2.77"},
      {"net-one-of-two", "", "-i key alice@two.test", "", "open", "", "network/one-family-dead",
       "fd00:99::dead", true},
  };
}

}  // namespace reentry::testing
