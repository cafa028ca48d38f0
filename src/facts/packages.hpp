// What dpkg's database says of the packages that ssh stands on: dpkg(1), deb-md5sums(5), and
// lib/dpkg/dump.c for the fields of /var/lib/dpkg/status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"

namespace reentry {

// A package whose installation did not come to its end.
struct UnfinishedPackage {
  std::string name;
  std::string state;       // `unpacked`, `half-configured`, `half-installed`, `triggers-pending` …
  bool reinstall = false;  // `reinstreq`: it must be installed anew
  std::string file;        // of the database
  std::size_t line = 0;    // of its Status field
  std::string text;
  bool operator==(const UnfinishedPackage&) const = default;
};

// A file that is not what its package brought.
struct ChangedFile {
  std::string path;
  std::string package;
  bool missing = false;
  bool operator==(const ChangedFile&) const = default;
};

struct PackageFacts {
  bool collected = false;
  bool dpkg = false;                          // the target has a database of dpkg
  std::vector<UnfinishedPackage> unfinished;  // of those that ssh stands on
  std::vector<ChangedFile> changed;           // among the files that were compared
  std::string foreign_sshd;                   // the program, where no package has it; empty otherwise
  std::map<std::string, std::string> owners;  // of the paths that faults name: path → package
};

// Whether a fault of this package can keep logins out: openssh, its libraries, PAM, the C library, systemd.
[[nodiscard]] bool bears_on_ssh(std::string_view package);

// Every paragraph of a status file whose Status is none of `install ok installed`, `deinstall ok
// config-files` and `… not-installed`. At most 256.
[[nodiscard]] std::vector<UnfinishedPackage> unfinished_packages(std::string_view status,
                                                                 const std::string& file);

// `MD5  path` lines of NAME.md5sums: path with its leading slash → 32 hex digits.
[[nodiscard]] std::map<std::string, std::string> parse_md5sums(std::string_view bytes);

// /var/lib/dpkg/diversions: where a package's file really is, for files of every package but `by`.
struct Diversion {
  std::string to;
  std::string by;
};
[[nodiscard]] std::map<std::string, Diversion> parse_diversions(std::string_view bytes);

// Whether a .list file names the path.
[[nodiscard]] bool lists_path(std::string_view list, std::string_view path);

}  // namespace reentry
