#include "collect/accounts.hpp"

#include <algorithm>

#include "collect/library_directories.hpp"

namespace reentry {
namespace {

bool is_there(FileTree& tree, const HostPath& path) {
  return tree.locate(path).found();
}

bool has_library(FileTree& tree, const std::string& service) {
  for (const std::string_view directory : kLibraryDirectories) {
    if (is_there(tree, HostPath(directory) / ("libnss_" + service + ".so.2"))) return true;
  }
  return false;
}

// A directory service without configuration answers UNAVAIL, and the next service is asked.
bool is_configured(FileTree& tree, const std::string& service) {
  if (service == "sss") {
    if (is_there(tree, HostPath("/etc/sssd/sssd.conf"))) return true;
    const auto parts = tree.list(HostPath("/etc/sssd/conf.d"));
    return parts ? !parts->empty() : !parts.is_absent();
  }
  if (service == "ldap") {
    return is_there(tree, HostPath("/etc/nslcd.conf")) || is_there(tree, HostPath("/etc/ldap.conf")) ||
           is_there(tree, HostPath("/etc/libnss-ldap.conf"));
  }
  if (service == "winbind") return is_there(tree, HostPath("/etc/samba/smb.conf"));
  if (service == "nis" || service == "nisplus") return is_there(tree, HostPath("/etc/yp.conf"));
  return true;
}

void name_inert_services(FileTree& tree, NssDatabase& database) {
  for (const std::string& service : database.services) {
    if (service == "files" || service == "compat" || service.find('/') != std::string::npos) continue;
    if (!has_library(tree, service) || !is_configured(tree, service)) database.inert.push_back(service);
  }
}

void note_compat_entries(NssDatabase& database, const std::vector<BadLine>& bad) {
  database.compat_entries = std::any_of(bad.begin(), bad.end(), [](const BadLine& line) {
    return !line.text.empty() && (line.text.front() == '+' || line.text.front() == '-');
  });
}

template <typename Entry, typename Parse>
Known<std::vector<Entry>> entries_of(FileTree& tree, std::string_view path, std::vector<BadLine>& bad,
                                     Parse parse) {
  FileFact file = tree.read(HostPath(path));
  if (!file.bytes) return file.bytes.missing();
  return parse(*file.bytes, bad);
}

}  // namespace

AccountFacts collect_accounts(FileTree& tree) {
  AccountFacts accounts;
  accounts.passwd = entries_of<PasswdEntry>(tree, "/etc/passwd", accounts.bad_passwd_lines, parse_passwd);
  accounts.shadow = entries_of<ShadowEntry>(tree, "/etc/shadow", accounts.bad_shadow_lines, parse_shadow);
  accounts.group = entries_of<GroupEntry>(tree, "/etc/group", accounts.bad_group_lines, parse_group);
  accounts.nsswitch = tree.read(HostPath("/etc/nsswitch.conf")).bytes;
  const std::string_view nsswitch =
      accounts.nsswitch ? std::string_view(*accounts.nsswitch) : std::string_view();
  accounts.nss_passwd = parse_nss_database(nsswitch, "passwd");
  accounts.nss_group = parse_nss_database(nsswitch, "group");
  accounts.nss_shadow = parse_nss_database(nsswitch, "shadow");
  name_inert_services(tree, accounts.nss_passwd);
  name_inert_services(tree, accounts.nss_group);
  name_inert_services(tree, accounts.nss_shadow);
  accounts.nss_passwd.drop_unreached(accounts.passwd.has_value());
  accounts.nss_group.drop_unreached(accounts.group.has_value());
  accounts.nss_shadow.drop_unreached(accounts.shadow.has_value());
  note_compat_entries(accounts.nss_passwd, accounts.bad_passwd_lines);
  note_compat_entries(accounts.nss_group, accounts.bad_group_lines);
  note_compat_entries(accounts.nss_shadow, accounts.bad_shadow_lines);
  const FileFact login_defs = tree.read(HostPath("/etc/login.defs"));
  if (login_defs.bytes) accounts.login_defs = parse_login_defs(*login_defs.bytes);
  accounts.index();
  return accounts;
}

}  // namespace reentry
