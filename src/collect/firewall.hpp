// The rules of the packet filter: those that hold, and those that files load when the host starts.
#pragma once

#include <future>

#include "facts/facts.hpp"
#include "host/file_tree.hpp"
#include "host/running_system.hpp"

namespace reentry {

// The rules of nftables that hold now, and of iptables-nft among them, being asked for: nft takes longer than
// most of what else is read. The system must outlive it.
using NftAnswer = std::future<Known<PacketRules>>;
[[nodiscard]] NftAnswer ask_for_nft_rules(RunningSystem& system);

// Fills facts.firewall. Waits for the answer.
void collect_firewall(FileTree& tree, RunningSystem& system, NftAnswer asked, Facts& facts);

// What the services that are enabled load at the next start: nftables, netfilter-persistent, iptables and
// ip6tables (Red Hat), ufw, firewalld. Missing where one of them can't be read or told. Files that rules come
// from are kept in facts.paths.
[[nodiscard]] Known<PacketRules> saved_firewall(FileTree& tree, RunningSystem& system, Facts& facts);

// collect/saved_nftables.cpp: what `nft -f FILE` would load.
[[nodiscard]] Known<PacketRules> saved_nftables(FileTree& tree, RunningSystem& system, Facts& facts,
                                                const std::string& file);

// collect/saved_ufw.cpp: /etc/ufw and /etc/default/ufw.
[[nodiscard]] Known<PacketRules> saved_ufw(FileTree& tree, Facts& facts);

// collect/saved_firewalld.cpp: what firewalld makes of its zones.
[[nodiscard]] Known<PacketRules> saved_firewalld(FileTree& tree, Facts& facts);

// collect/saved_bans.cpp: the bans of fail2ban's database that it takes up again when it starts, where its
// unit is enabled. Fills facts.firewall.bans as well.
[[nodiscard]] Known<PacketRules> saved_bans_of(FileTree& tree, Facts& facts);

}  // namespace reentry
