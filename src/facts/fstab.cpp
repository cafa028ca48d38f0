#include "facts/fstab.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace reentry {
namespace {

constexpr std::size_t kMostFstabLines = 4096;
constexpr std::string_view kFstabBlanks = " \t";

std::string_view take_fstab_field(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kFstabBlanks), rest.size()));
  const std::string_view field = rest.substr(0, rest.find_first_of(kFstabBlanks));
  rest.remove_prefix(field.size());
  return field;
}

// mntent_r.c:decode_name: the four characters that fstab can't hold, and the backslash.
std::string decoded_fstab_field(std::string_view field) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEscapes = {
      {{"\\040", ' '}, {"\\011", '\t'}, {"\\012", '\n'}, {"\\134", '\\'}, {"\\\\", '\\'}}};
  std::string out;
  while (!field.empty()) {
    const auto escape = std::find_if(kEscapes.begin(), kEscapes.end(),
                                     [field](const auto& one) { return field.starts_with(one.first); });
    if (escape == kEscapes.end()) {
      out += field.front();
      field.remove_prefix(1);
    } else {
      out += escape->second;
      field.remove_prefix(escape->first.size());
    }
  }
  return out;
}

std::vector<std::string> split_options(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// path_simplify: double slashes and `/./` go; `..` stays.
std::string simplified_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    out += '/';
    out += part;
  }
  return out.empty() ? "/" : out;
}

// src/shared/mount-setup.c: mount_point_is_api, mount_point_ignore.
bool is_api_mount(std::string_view where) {
  constexpr std::array<std::string_view, 15> kPoints = {
      "/proc",           "/sys",           "/dev",        "/sys/kernel/security",
      "/sys/fs/smackfs", "/dev/shm",       "/dev/pts",    "/run",
      "/sys/fs/cgroup",  "/sys/fs/pstore", "/sys/fs/bpf", "/sys/fs/selinux",
      "/proc/bus/usb",   "/dev/console",   "/proc/kmsg"};
  return std::find(kPoints.begin(), kPoints.end(), where) != kPoints.end() ||
         where == "/sys/firmware/efi/efivars" || where.starts_with("/sys/fs/cgroup/");
}

// src/basic/mountpoint-util.c: fstype_is_network.
bool is_network_type(std::string_view type) {
  constexpr std::string_view kFuse = "fuse.";
  constexpr std::array<std::string_view, 19> kTypes = {
      "afs", "ceph", "cifs",      "smb3",  "smbfs", "sshfs",  "ncpfs", "ncp",  "nfs",     "nfs4",
      "gfs", "gfs2", "glusterfs", "pvfs2", "ocfs2", "lustre", "davfs", "gpfs", "orangefs"};
  if (type.starts_with(kFuse)) type.remove_prefix(kFuse.size());
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

// fstab-util.c:fstab_test_yes_no_option: the last of the two words counts.
bool last_is(const FstabEntry& entry, std::string_view yes, std::string_view no) {
  for (auto option = entry.options.rbegin(); option != entry.options.rend(); ++option) {
    const std::string_view name = std::string_view(*option).substr(0, option->find('='));
    if (name == yes) return true;
    if (name == no) return false;
  }
  return false;
}

MountNeed need_of(const FstabEntry& entry, std::string_view where) {
  if (is_api_mount(where)) return MountNeed::ignored;
  // Only a device can be formatted, and only with a type: any other line is refused.
  const bool device = entry.spec.starts_with("/dev/") || !device_link_of(entry.spec).empty();
  const bool typed = !entry.type.empty() && entry.type != "auto";
  if (entry.has_option("x-systemd.makefs") && !(device && typed)) return MountNeed::ignored;
  if (where == "/") return MountNeed::root;
  const bool automount =
      entry.has_option("x-systemd.automount") || entry.has_option("comment=systemd.automount");
  if (automount) return MountNeed::on_demand;
  const bool pulled_elsewhere =
      !entry.option("x-systemd.wanted-by").empty() || !entry.option("x-systemd.required-by").empty();
  if (pulled_elsewhere) {
    return entry.has_option("x-systemd.required-by=local-fs.target") ? MountNeed::required
                                                                     : MountNeed::ignored;
  }
  if (last_is(entry, "noauto", "auto")) return MountNeed::ignored;
  if (last_is(entry, "nofail", "fail")) return MountNeed::wanted;
  if (entry.has_option("_netdev") || is_network_type(entry.type)) return MountNeed::remote;
  return MountNeed::required;
}

// One edit apart: a letter wrong, missing, too many, or two neighbours swapped.
bool one_edit_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  const std::string_view rest_a = a.substr(same);
  const std::string_view rest_b = b.substr(same);
  if (rest_a.size() < rest_b.size()) return rest_a == rest_b.substr(1);
  if (rest_a.empty()) return false;
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

}  // namespace

bool FstabEntry::has_option(std::string_view name) const {
  return std::find(options.begin(), options.end(), name) != options.end();
}

std::string_view FstabEntry::option(std::string_view name) const {
  for (auto one = options.rbegin(); one != options.rend(); ++one) {
    const std::string_view whole = *one;
    if (whole.size() > name.size() && whole.starts_with(name) && whole[name.size()] == '=')
      return whole.substr(name.size() + 1);
  }
  return {};
}

bool BootMount::is_bind() const {
  return entry.has_option("bind") || entry.has_option("rbind");
}

std::vector<FstabEntry> parse_fstab(std::string_view bytes) {
  std::vector<FstabEntry> out;
  for (std::size_t number = 1; !bytes.empty() && out.size() < kMostFstabLines; ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view whole = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    // A string of C ends at its first NUL.
    std::string_view line = whole.substr(0, whole.find('\0'));
    line.remove_prefix(std::min(line.find_first_not_of(kFstabBlanks), line.size()));
    if (line.empty() || line.front() == '#') continue;
    FstabEntry entry;
    entry.line = number;
    entry.text = std::string(whole);
    entry.spec = decoded_fstab_field(take_fstab_field(line));
    entry.where = decoded_fstab_field(take_fstab_field(line));
    entry.type = decoded_fstab_field(take_fstab_field(line));
    entry.options = split_options(decoded_fstab_field(take_fstab_field(line)));
    out.push_back(std::move(entry));
  }
  return out;
}

std::vector<BootMount> mounts_of_boot(const std::vector<FstabEntry>& entries) {
  std::vector<BootMount> out;
  std::set<std::string> taken;
  for (const FstabEntry& entry : entries) {
    // A relative path counts from systemd's own directory, which is the root.
    if (entry.type == "swap" || entry.where.find('/') == std::string::npos) continue;
    BootMount mount{entry, simplified_path(entry.where), MountNeed::ignored};
    mount.need = need_of(entry, mount.where);
    // The unit of the first entry is there already, and the second is left out.
    if (!is_api_mount(mount.where) && !taken.insert(mount.where).second) continue;
    out.push_back(std::move(mount));
  }
  return out;
}

std::string device_link_of(std::string_view spec) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTags = {
      {{"UUID=", "by-uuid/"},
       {"LABEL=", "by-label/"},
       {"PARTUUID=", "by-partuuid/"},
       {"PARTLABEL=", "by-partlabel/"}}};
  constexpr std::string_view kDisk = "/dev/disk/";
  if (spec.starts_with(kDisk)) return std::string(spec.substr(kDisk.size()));
  for (const auto& [tag, folder] : kTags) {
    if (!spec.starts_with(tag)) continue;
    std::string_view value = spec.substr(tag.size());
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    std::string out(folder);
    for (const char c : value) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         std::string_view("#+-.:=@_").find(c) != std::string_view::npos ||
                         (static_cast<unsigned char>(c) & 0x80U) != 0;
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      out += plain ? std::string(1, c) : std::string("\\x") + kHex[byte >> 4U] + kHex[byte & 15U];
    }
    return out;
  }
  return {};
}

std::string_view misspelt_option(std::string_view option) {
  constexpr std::array<std::string_view, 38> kGeneric = {
      "defaults",  "nofail",    "noauto", "_netdev", "noatime",   "relatime",  "nodiratime", "strictatime",
      "nosuid",    "nodev",     "noexec", "errors",  "discard",   "nobarrier", "barrier",    "nouser",
      "users",     "owner",     "group",  "async",   "dirsync",   "sync",      "umask",      "remount",
      "lazytime",  "mode",      "size",   "user",    "iversion",  "usrquota",  "grpquota",   "prjquota",
      "usrjquota", "grpjquota", "jqfmt",  "comment", "nr_inodes", "context"};
  const std::string_view name = option.substr(0, option.find('='));
  // Short words resemble too many others, and vendors have prefixes of their own.
  if (name.size() < 5 || name.starts_with("x-") || name.starts_with("X-")) return {};
  if (std::find(kGeneric.begin(), kGeneric.end(), name) != kGeneric.end()) return {};
  // Opposites and shorter forms that are words themselves.
  constexpr std::array<std::string_view, 12> kOthers = {"quota",   "noquota",    "nouuid", "inode64",
                                                        "logbufs", "nodelalloc", "nouser", "isize",
                                                        "nosync",  "gquota",     "uquota", "group_id"};
  if (std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end()) return {};
  for (const std::string_view known : kGeneric) {
    if (known.size() >= 5 && one_edit_apart(name, known)) return known;
  }
  return {};
}

}  // namespace reentry
