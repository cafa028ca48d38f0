// What we say that the boot needs of fstab's lines, against systemd's own generator.
// Usage: fstab_diff [CASES [SEED]]
#include <fmt/format.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "differential/mutations.hpp"
#include "facts/fstab.hpp"

namespace reentry::differential {
namespace {

using Strings = std::vector<std::string>;
namespace fs = std::filesystem;

constexpr const char* kGenerator = "/usr/lib/systemd/system-generators/systemd-fstab-generator";

const Strings kSpecs{"UUID=1234-ABCD",    "LABEL=data",  "/dev/vdz1",  "tmpfs",       "none",
                     "server:/export",    "/srv/source", "//host/smb", "PARTUUID=ab", "LABEL=a\\040b",
                     "/dev/disk/by-id/x", "#odd",        "overlay",    "\"UUID=1\"",  "proc"};
const Strings kPlaces{"/q1",
                      "/q2",
                      "/q3/deep",
                      "/q4/",
                      "//q5",
                      "/q\\0406",
                      "/",
                      "none",
                      "swap",
                      "/proc",
                      "/dev/shm",
                      "/run",
                      "/run/q7",
                      "q8",
                      "/q9/./x",
                      "/usr",
                      "/q1",
                      "/sys",
                      "/tmp",
                      "/q\\1341",
                      "/home",
                      "/boot/efi",
                      "/sys/fs/cgroup/x",
                      "/dev/pts",
                      "\\040/q10"};
const Strings kTypes{"ext4", "xfs",  "tmpfs", "none",  "auto", "nfs",       "nfs4",       "cifs",
                     "swap", "vfat", "bind",  "ext44", "ceph", "glusterfs", "fuse.sshfs", "fuse",
                     "afs",  "gfs2", "ocfs2", "davfs", "9p",   "smb3",      "lustre",     "ncp"};
const Strings kOptions{"defaults",
                       "nofail",
                       "fail",
                       "noauto",
                       "auto",
                       "bind",
                       "rbind",
                       "_netdev",
                       "x-systemd.automount",
                       "comment=systemd.automount",
                       "ro",
                       "nofial",
                       "x-systemd.device-timeout=1",
                       "x-systemd.required-by=q.target",
                       "x-systemd.wanted-by=q.target",
                       "x-systemd.required-by=local-fs.target",
                       "errors=remount-ro",
                       "",
                       "x-systemd.requires=/q1",
                       "x-systemd.before=q.service",
                       "noauto,nofail",
                       "size=1m",
                       "NOFAIL",
                       "x-initrd.mount",
                       "x-systemd.rw-only",
                       "user",
                       "nofail=yes",
                       "nofail ,auto",
                       "x-systemd.makefs"};
const Strings kBlanks{" ", "\t", "  ", " \t "};

std::string table(Random& random) {
  std::string out;
  const std::size_t lines = 1 + random.below(5);
  for (std::size_t i = 0; i < lines; ++i) {
    if (random.one_in(10)) {
      out += random.pick(Strings{"# /dev/x /q1 ext4\n", "\n", "  \n", " # x\n", "/dev/x\n", "/dev/x /q11\n",
                                 "garbage", "\r\n"});
      continue;
    }
    std::string options = random.pick(kOptions);
    while (random.one_in(2)) options += "," + random.pick(kOptions);
    if (random.one_in(12)) out += " ";
    out += random.pick(kSpecs) + random.pick(kBlanks) + random.pick(kPlaces);
    if (!random.one_in(25)) out += random.pick(kBlanks) + random.pick(kTypes);
    if (!random.one_in(25)) out += random.pick(kBlanks) + options;
    if (!random.one_in(4)) out += random.pick(Strings{" 0 0", " 0 2", " 0 1", " 0", " x y", " 0 2 # note"});
    out += random.one_in(15) ? " \n" : "\n";
  }
  if (!out.empty() && random.one_in(8)) out.pop_back();
  return out;
}

// The mount point that a generated unit is for.
std::string where_of(const fs::path& unit) {
  std::ifstream in(unit);
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("Where=", 0) == 0) return line.substr(6);
  }
  return "?" + unit.filename().string();
}

using Needs = std::map<std::string, std::string>;

// A mount that waits for its automount is none of the boot's own.
Needs real_needs(const fs::path& units) {
  Needs needs;
  const std::array<std::pair<const char*, const char*>, 4> folders = {
      {{"local-fs.target.wants", "wanted"},
       {"remote-fs.target.wants", "wanted"},
       {"remote-fs.target.requires", "remote"},
       {"local-fs.target.requires", "required"}}};
  for (const auto& [folder, need] : folders) {
    std::error_code none;
    for (const auto& link : fs::directory_iterator(units / folder, none)) {
      const std::string name = link.path().filename();
      const bool automount = link.path().extension() == ".automount";
      if (!automount && link.path().extension() != ".mount") continue;
      if (name == "-.mount") continue;
      needs[where_of(units / name)] = automount ? "on demand" : need;
    }
  }
  return needs;
}

Needs our_needs(const std::string& bytes) {
  Needs needs;
  for (const BootMount& mount : mounts_of_boot(parse_fstab(bytes))) {
    switch (mount.need) {
      case MountNeed::ignored: break;
      case MountNeed::on_demand: needs[mount.where] = "on demand"; break;
      case MountNeed::wanted: needs[mount.where] = "wanted"; break;
      case MountNeed::remote: needs[mount.where] = "remote"; break;
      case MountNeed::required: needs[mount.where] = "required"; break;
      case MountNeed::root: break;
    }
  }
  return needs;
}

std::string text_of(const Needs& needs) {
  std::string out;
  for (const auto& [where, need] : needs) out += fmt::format("  {} {}\n", where, need);
  return out;
}

int run(std::size_t cases, std::uint64_t seed) {
  if (::access(kGenerator, X_OK) != 0) {
    std::puts("SKIPPED: systemd-fstab-generator (package systemd) is not installed");
    return 77;
  }
  std::string folder = "/tmp/reentry-fstab-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  const fs::path units = fs::path(folder) / "units";
  std::size_t wrong = 0;
  std::size_t mounts = 0;
  for (std::size_t i = 0; i < cases; ++i) {
    Random random(seed * 1'000'003U + i);
    const std::string bytes = table(random);
    std::ofstream(folder + "/fstab", std::ios::binary) << bytes;
    fs::remove_all(units);
    fs::create_directory(units);
    // Its status says whether a line was left out; the units of the others are there.
    const int status = std::system(
        fmt::format("cd / && SYSTEMD_FSTAB={0}/fstab SYSTEMD_PROC_CMDLINE= {1} {2} {2} {2} 2>/dev/null",
                    folder, kGenerator, units.string())
            .c_str());
    const Needs real = real_needs(units);
    const Needs ours = our_needs(bytes);
    mounts += real.size();
    if (status >= 0 && real == ours) continue;
    ++wrong;
    fmt::print("---- case {}:\n{}\nours:\n{}systemd's:\n{}", i, bytes, text_of(ours), text_of(real));
  }
  fs::remove_all(folder);
  fmt::print("fstab: {} tables with {} mounts (seed {}): {} wrong\n", cases, mounts, seed, wrong);
  return wrong == 0 && mounts > 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  const std::size_t cases = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 300;
  return reentry::differential::run(cases, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
}
