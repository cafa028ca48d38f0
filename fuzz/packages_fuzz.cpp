// dpkg's files of any bytes.
#include "facts/packages.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  for (const UnfinishedPackage& one : unfinished_packages(bytes, "/var/lib/dpkg/status")) {
    fuzz::must(one.line > 0);
    (void)bears_on_ssh(one.name);
  }
  for (const auto& [path, digits] : parse_md5sums(bytes)) fuzz::must(path.size() > 1 && digits.size() == 32);
  (void)parse_diversions(bytes);
  (void)lists_path(bytes, "/usr/sbin/sshd");
}
