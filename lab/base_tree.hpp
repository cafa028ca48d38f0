// The cached Debian tree that every lab host is an overlay of, and the key pairs of the lab's people.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace reentry::lab {

// A finished tree. Nobody writes into `root`: hosts write into their own upper layer.
//
// Accounts in it: `root` (key), `alice` (uid 1000, group sudo, key and password), `bob` (1001, key and
// password), `carol` (1002, password only), `dave` (1003, key and password, group `operators`). Every private
// key of `keys` opens root, alice, bob and dave, but `stranger`, which opens nobody. The password of NAME is
// `NAME-pw`; root has one too.
struct BaseTree {
  std::string suite;  // one of suites()
  std::string root;   // directory of the tree
  std::string keys;   // directory of the lab's key pairs: NAME and NAME.pub for each of key_names()
};

// ed25519, ecdsa, rsa (3072 bits), rsa1024, stranger (ed25519, authorised nowhere), ca (signs certificates).
[[nodiscard]] const std::vector<std::string_view>& key_names();

// The tree that boots: bookworm with systemd, and with nftables, iptables, ipset, ufw, firewalld and
// fail2ban, none of which keeps anybody out before a script says so.
inline constexpr std::string_view kSystemdSuite = "bookworm-systemd";

// The trees that the lab knows how to make, each called like its Debian release; the first is the default.
[[nodiscard]] const std::vector<std::string_view>& suites();

// The folder of the cache: $REENTRY_LAB_CACHE, else /var/cache/reentry/lab.
[[nodiscard]] std::string cache_folder();

// The tree of `suite`, made by mmdebstrap where the cache does not hold it yet (some seconds and some 200 MB,
// once per machine; several processes may ask at the same time, one makes it). `progress` is told in one
// line, before the work starts, what takes time. Fails: unknown suite, not root, mmdebstrap missing or failed
// (its last line is the reason).
[[nodiscard]] Result<BaseTree> base_tree(std::string_view suite = suites().front(),
                                         const std::function<void(std::string_view)>& progress = {});

}  // namespace reentry::lab
