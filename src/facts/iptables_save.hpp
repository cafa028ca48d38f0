// What iptables-save and ip6tables-save print, which is also what stands in /etc/iptables/rules.v4,
// /etc/sysconfig/iptables and ufw's *.rules. Source: iptables-save(8), iptables-restore(8),
// iptables-extensions(8), iptables/xshared.c.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/packet_rules.hpp"

namespace reentry {

// `family` is `ip` or `ip6`, `tool` the name of the command that owns the rules. With a `file` every rule
// knows its line in it. Malformed where a line is none that iptables-restore takes; then nothing is loaded.
[[nodiscard]] Known<PacketRules> parse_iptables_save(std::string_view bytes, std::string_view family,
                                                     std::string_view tool, const std::string& file = {});

// Several texts that are loaded one after the other without taking back what is there (iptables-restore -n).
struct SavedText {
  std::string bytes;
  std::string file;  // empty: none
};
[[nodiscard]] Known<PacketRules> parse_iptables_texts(const std::vector<SavedText>& texts,
                                                      std::string_view family, std::string_view tool);

// What `ipset save` prints: sets of family and table `` (ipset(8)). A set of a kind that is not modelled is
// opaque.
[[nodiscard]] Known<PacketRules> parse_ipset_save(std::string_view bytes);

// A line cut into words as iptables-restore does: quotes hold a word together, a backslash keeps the next
// character. Nothing where a quote stays open.
[[nodiscard]] bool cut_iptables_line(std::string_view line, std::vector<std::string>& words);

}  // namespace reentry
