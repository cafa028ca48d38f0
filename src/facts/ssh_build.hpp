// Which sshd it is: the version decides the language of its configuration, the vendor its patches.
#pragma once

#include <compare>
#include <string>

namespace reentry {

// OpenSSH portable MAJOR.MINORpPATCH.
struct SshVersion {
  int major = 9;
  int minor = 2;
  int patch = 1;
  auto operator<=>(const SshVersion&) const = default;
};

enum class Vendor { upstream, debian, ubuntu, redhat, amazon, suse, alpine, arch };

struct SshBuild {
  SshVersion version;
  Vendor vendor = Vendor::upstream;
  std::string text;       // as reports show it: `9.2p1`
  std::string package;    // `openssh-server 1:9.2p1-2+deb12u10`, empty if no package database names it
  std::string read_from;  // where the version was read: a package database or the binary
  bool version_known =
      false;             // false: the newest rules are assumed and verdicts that depend on it are unknown
  bool pam = true;       // linked against libpam
  bool libwrap = false;  // linked against libwrap: hosts.allow and hosts.deny count
  bool private_group_write =
      false;                // Debian's user-group-modes patch: group write of a private group is fine
  bool gssapi = true;       // linked against libgssapi
  bool selinux = false;     // linked against libselinux
  bool named_ports = true;  // services(5) is there: a port may be given by its name
  // Where the program has its files built in (Makefile.in: sysconfdir, SSHDIR), sshd_config and host keys.
  std::string config_directory = "/etc/ssh";
  std::string privsep_directory = "/run/sshd";  // empty: not known
  std::string privsep_user = "sshd";
  std::string session_program;  // sshd-session, from 9.8; empty before
  std::string auth_program;     // sshd-auth, from 10.0; empty before

  [[nodiscard]] bool at_least(int major, int minor) const { return version >= SshVersion{major, minor, 0}; }
};

}  // namespace reentry
