#include "collect/system.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "collect/unit_file.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostMounts = 256;
constexpr std::size_t kMostEntries = 64;
constexpr std::size_t kSmallFile = 256 * 1024;

// /proc/filesystems of common kernels with the modules that they load by name.
constexpr auto kKnownTypes = std::to_array<std::string_view>(
    {"9p",         "affs",     "afs",        "aufs",       "auto",      "autofs",   "bcachefs",  "befs",
     "bfs",        "binder",   "bind",       "bpf",        "btrfs",     "ceph",     "cgroup",    "cgroup2",
     "cifs",       "configfs", "cramfs",     "debugfs",    "devpts",    "devtmpfs", "ecryptfs",  "efivarfs",
     "efs",        "erofs",    "exfat",      "ext2",       "ext3",      "ext4",     "f2fs",      "fuse",
     "fuseblk",    "fusectl",  "gfs2",       "hfs",        "hfsplus",   "hpfs",     "hugetlbfs", "iso9660",
     "jffs2",      "jfs",      "minix",      "mqueue",     "msdos",     "ncpfs",    "nfs",       "nfs4",
     "nfsd",       "nilfs2",   "none",       "ntfs",       "ntfs3",     "ocfs2",    "omfs",      "orangefs",
     "overlay",    "proc",     "pstore",     "qnx4",       "qnx6",      "ramfs",    "reiser4",   "reiserfs",
     "resctrl",    "romfs",    "rpc_pipefs", "securityfs", "selinuxfs", "smackfs",  "smb3",      "squashfs",
     "swap",       "sysfs",    "sysv",       "tmpfs",      "tracefs",   "ubifs",    "udf",       "ufs",
     "vboxsf",     "vfat",     "virtiofs",   "vmhgfs",     "vxfs",      "xfs",      "zfs",       "zonefs",
     "binfmt_misc"});

bool starts_systemd(FileTree& tree) {
  const PathFact init = tree.locate(HostPath("/sbin/init"));
  if (init.found()) return init.real.name() == "systemd";
  return false;
}

bool is_module_there(FileTree& tree, std::string_view type) {
  for (const char* modules : {"/lib/modules", "/usr/lib/modules"}) {
    const auto versions = tree.list(HostPath(modules));
    if (!versions) continue;
    for (const std::string& version : *versions) {
      if (tree.locate(HostPath(modules) / version / "kernel/fs" / type).found()) return true;
    }
  }
  return false;
}

bool is_type_known(FileTree& tree, std::string_view type) {
  if (type.empty() || type.find(',') != std::string_view::npos || type.starts_with("fuse.")) return true;
  if (std::find(kKnownTypes.begin(), kKnownTypes.end(), type) != kKnownTypes.end()) return true;
  for (const char* directory : {"/sbin/mount.", "/usr/sbin/mount.", "/bin/mount.", "/usr/bin/mount."}) {
    if (type.find('/') != std::string_view::npos) break;
    if (tree.locate(HostPath(directory + std::string(type))).found()) return true;
  }
  return type.find('/') == std::string_view::npos && is_module_there(tree, type);
}

void collect_mounts(FileTree& tree, Facts& facts) {
  SystemFacts& system = facts.system;
  FileFact fstab = tree.read(HostPath("/etc/fstab"), kSmallFile);
  if (!fstab.bytes) {
    if (!fstab.bytes.is_absent()) system.unread.push_back(fstab.bytes.missing());
    return;
  }
  bool by_device = false;
  for (BootMount& mount : mounts_of_boot(parse_fstab(*fstab.bytes))) {
    if (mount.need == MountNeed::ignored || system.mounts.size() == kMostMounts) continue;
    MountFact fact;
    fact.mount = std::move(mount);
    fact.where = tree.locate(HostPath(fact.mount.where));
    const std::string& spec = fact.mount.entry.spec;
    fact.device = device_link_of(spec);
    if (spec.starts_with('/') && fact.device.empty()) fact.source = tree.locate(HostPath(spec));
    fact.type_known = fact.mount.is_bind() || is_type_known(tree, fact.mount.entry.type);
    by_device = by_device || !fact.device.empty() || spec.starts_with("/dev/");
    system.mounts.push_back(std::move(fact));
  }
  if (by_device) system.devices = tree.device_links();
  if (!system.mounts.empty()) facts.paths.put(std::move(fstab));
}

// The first of `directories` that has the unit file `name`, a link not followed.
std::optional<PathFact> unit_file_at(FileTree& tree, const std::vector<std::string>& directories,
                                     const std::string& name) {
  for (const std::string& directory : directories) {
    PathFact at = tree.walk_nofollow(HostPath(directory + "/" + name));
    if (at.found()) return at;
  }
  return std::nullopt;
}

// The name that a chain of links ends in. A link among the unit directories is an alias: the name of its
// target counts, wherever the link points (src/basic/unit-file.c:unit_file_resolve_symlink). `null` for a
// mask, empty where there is no such unit.
std::string unit_behind(FileTree& tree, const std::vector<std::string>& directories, std::string name) {
  constexpr int kMostLinks = 8;
  for (int links = 0; links < kMostLinks; ++links) {
    const auto at = unit_file_at(tree, directories, name);
    if (!at) return {};
    if (at->node().stat.type != FileType::symlink) return name;
    const HostPath target(at->node().link_target);
    if (target.str() == "/dev/null") return "null";
    const std::string next(target.name());
    if (next == name || next.empty()) return tree.locate(at->asked).found() ? name : std::string();
    // A unit that is linked in from elsewhere keeps the name of the link.
    if (!unit_file_at(tree, directories, next) && tree.locate(at->asked).found()) return name;
    name = next;
  }
  return {};
}

void collect_default_target(FileTree& tree, Facts& facts) {
  SystemFacts& system = facts.system;
  const std::string name = "default.target";
  const auto at = unit_file_at(tree, unit_directories(), name);
  if (!at) return;
  system.default_target = *at;
  system.default_target_name = unit_behind(tree, unit_directories(), name);
  system.vendor_target_name = unit_behind(tree, {"/usr/lib/systemd/system", "/lib/systemd/system"}, name);
  const PathNode& node = at->node();
  facts.paths.put({*at, node.stat.type == FileType::symlink ? Known<std::string>(node.link_target)
                                                            : Missing{Why::not_asked, at->asked.str(), {}}});
}

std::string saved_kernel_options(FileTree& tree) {
  for (const char* path : {"/boot/grub2/grubenv", "/boot/grub/grubenv"}) {
    const FileFact file = tree.read(HostPath(path), kSmallFile);
    if (file.bytes) return grubenv_value(*file.bytes, "kernelopts");
  }
  return {};
}

void keep(Facts& facts, FileFact file) {
  if (facts.paths.find(file.path.asked) == nullptr) facts.paths.put(std::move(file));
}

void collect_loader_entries(FileTree& tree, Facts& facts) {
  const HostPath directory("/boot/loader/entries");
  const auto names = tree.list(directory);
  if (!names) return;
  const std::string options = saved_kernel_options(tree);
  std::vector<std::string> newest_first = *names;
  std::reverse(newest_first.begin(), newest_first.end());
  for (const std::string& name : newest_first) {
    if (!name.ends_with(".conf") || facts.system.kernels.size() == kMostEntries) continue;
    FileFact file = tree.read(directory / name, kSmallFile);
    if (!file.bytes) continue;
    facts.system.kernels.push_back(parse_loader_entry(*file.bytes, file.path.asked.str(), options));
    keep(facts, std::move(file));
  }
}

// The first menu that there is: the loader reads one.
void collect_kernels(FileTree& tree, Facts& facts) {
  SystemFacts& system = facts.system;
  if (!tree.locate(HostPath("/boot")).found()) return;
  collect_loader_entries(tree, facts);
  for (const char* path : {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"}) {
    if (!system.kernels.empty()) return;
    FileFact file = tree.read(HostPath(path), std::size_t{1} << 20U);
    if (!file.bytes) continue;
    system.kernels = parse_grub_config(*file.bytes, path);
    keep(facts, std::move(file));
  }
  for (const char* path : {"/boot/firmware/cmdline.txt", "/boot/cmdline.txt"}) {
    if (!system.kernels.empty()) return;
    FileFact file = tree.read(HostPath(path), kSmallFile);
    if (!file.bytes) continue;
    KernelEntry entry;
    entry.file = path;
    entry.line = 1;
    entry.text = file.bytes->substr(0, file.bytes->find('\n'));
    entry.arguments = kernel_words(entry.text);
    system.kernels.push_back(std::move(entry));
    keep(facts, std::move(file));
  }
}

// Where /boot is a partition of its own, this disk's directory is not what the loader reads.
bool has_own_boot(const SystemFacts& system) {
  return std::any_of(system.mounts.begin(), system.mounts.end(),
                     [](const MountFact& fact) { return fact.mount.where == "/boot"; });
}

}  // namespace

void collect_system(FileTree& tree, Facts& facts) {
  SystemFacts& system = facts.system;
  system.collected = true;
  system.systemd = starts_systemd(tree);
  if (!system.systemd) return;
  collect_mounts(tree, facts);
  collect_default_target(tree, facts);
  collect_kernels(tree, facts);
  const auto is_below_boot = [](const KernelEntry& entry) { return entry.kernel.starts_with("/boot/"); };
  if (has_own_boot(system) || !std::all_of(system.kernels.begin(), system.kernels.end(), is_below_boot))
    return;
  for (const KernelEntry& entry : system.kernels)
    system.kernel_files.push_back(tree.locate(HostPath(entry.kernel)));
}

}  // namespace reentry
