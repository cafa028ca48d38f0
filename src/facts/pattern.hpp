// OpenSSH's own patterns and address lists (match.c, addrmatch.c; ssh_config(5) PATTERNS). Not fnmatch(3).
#pragma once

#include <string_view>

namespace reentry {

enum class ListMatch { no, yes, negated, malformed };

// `*` and `?` over the whole of `text`, case-sensitive (match.c:match_pattern).
[[nodiscard]] bool match_pattern(std::string_view text, std::string_view pattern);

// A comma list with `!`: negated when a `!pattern` matches, whatever else does (match.c:match_pattern_list).
// `fold` compares against a lower-cased list.
[[nodiscard]] ListMatch match_pattern_list(std::string_view text, std::string_view list, bool fold);

// A comma list of addresses, CIDR blocks and patterns, with `!` (addrmatch.c:addr_match_list). malformed when
// an entry is no valid CIDR (host bits set, mask too long): sshd refuses such a list.
[[nodiscard]] ListMatch match_address_list(std::string_view address, std::string_view list);

// As addr_match_list, then names (match.c:match_host_and_ip); `host` may equal `address` when UseDNS is no.
[[nodiscard]] ListMatch match_host_and_ip(std::string_view host, std::string_view address,
                                          std::string_view list);

// Whether `list` parses at all (addr_match_list with a null address).
[[nodiscard]] bool address_list_is_valid(std::string_view list);

}  // namespace reentry
