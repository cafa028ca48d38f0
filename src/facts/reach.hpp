// How a host's name became addresses, and what became of connections to them: as seen from the machine that
// asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/known.hpp"

namespace reentry {

// One name server's answer for one name.
struct DnsReply {
  enum class Code {
    answered,        // with addresses
    no_data,         // the name exists, without an address of the family
    no_such_name,    // NXDOMAIN
    server_failure,  // SERVFAIL
    refused,         // the server does not answer us
    silent,          // no answer in time, or nobody at that port
    malformed,
  };
  Code code = Code::silent;
  std::string server;
  std::string name;
  bool v6 = false;  // AAAA was asked, else A
  std::vector<std::string> addresses;
  bool operator==(const DnsReply&) const = default;
};

struct HostsFileEntry {
  std::size_t line = 0;  // of /etc/hosts
  std::string address;
  std::string text;
  bool operator==(const HostsFileEntry&) const = default;
};

struct NameLookup {
  std::string name;      // that was looked up, ssh's HostName
  bool literal = false;  // it is an address
  // As the system's resolver orders them for ssh, AddressFamily applied. Missing: absent where the name has
  // none; unreadable where the resolver itself failed.
  Known<std::vector<std::string>> addresses;
  std::vector<std::string> other_family;  // that AddressFamily leaves out
  std::vector<HostsFileEntry> in_hosts_file;
  std::vector<DnsReply> dns;  // asked where the resolver failed, or /etc/hosts knows the name
  std::int64_t microseconds = 0;
};

// The ICMP message that ended an attempt (RFC 792, RFC 4443), and who sent it.
struct IcmpNote {
  int type = 0;
  int code = 0;
  bool v6 = false;
  std::string from;
  bool ours = false;  // `from` is an address of the machine that asked
  bool operator==(const IcmpNote&) const = default;
};

struct ConnectTry {
  enum class End {
    waiting,
    connected,
    refused,           // ECONNREFUSED: an RST, or ICMP port unreachable
    timed_out,         // nothing came back
    reset,             // ECONNRESET while connecting
    host_unreachable,  // EHOSTUNREACH
    net_unreachable,   // ENETUNREACH
    not_permitted,     // EACCES, EPERM: this machine itself
    bad_source,        // EADDRNOTAVAIL: the address to bind to is not this machine's
    failed,            // `error` says
  };
  std::string address;
  int port = 0;
  End end = End::waiting;
  int error = 0;  // errno
  std::optional<IcmpNote> icmp;
  std::int64_t microseconds = 0;        // until the end (or the look at it), from its own start
  std::optional<std::string> greeting;  // of a port that was tried besides: its first line, if it came
  bool operator==(const ConnectTry&) const = default;
};

}  // namespace reentry
