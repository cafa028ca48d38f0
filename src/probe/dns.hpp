// The name servers of /etc/resolv.conf, asked one by one: what each of them says of a name.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "facts/reach.hpp"

namespace reentry::probe {

// Asks every server for A and AAAA at the same time over UDP; `limit` for all of them. The name is taken as
// it stands, and where it has fewer dots than resolv.conf(5) `ndots`, with each search domain first. At most
// three servers and six names, as the resolver of glibc does. An answer that was cut for UDP counts as what
// it shows.
[[nodiscard]] std::vector<DnsReply> ask_name_servers(const std::string& name,
                                                     std::chrono::milliseconds limit);

// What the bytes of an answer say of the question `name` (RFC 1035 4.1): `code` and `addresses`.
[[nodiscard]] DnsReply read_dns_answer(std::string_view bytes, bool v6);

}  // namespace reentry::probe
