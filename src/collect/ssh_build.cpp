#include "collect/ssh_build.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "collect/byte_search.hpp"
#include "collect/package_version.hpp"
#include "collect/tree_source.hpp"

namespace reentry {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::uint64_t kConstantsLimit = std::uint64_t{8} << 20U;
// Newer than what is known here: its rules are the newest.
constexpr SshVersion kNewest{10, 5, 1};

// The value of NAME in os-release(5), quotes taken off.
std::string os_release_value(std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (!line.starts_with(name) || !line.substr(name.size()).starts_with('=')) continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.size() >= 2 && (line.front() == '"' || line.front() == '\'') && line.back() == line.front()) {
      line = line.substr(1, line.size() - 2);
    }
    return std::string(line);
  }
  return {};
}

std::optional<Vendor> vendor_named(std::string_view id) {
  struct Name {
    std::string_view id;
    Vendor vendor;
  };
  constexpr std::array<Name, 14> kNames = {{{"ubuntu", Vendor::ubuntu},
                                            {"debian", Vendor::debian},
                                            {"raspbian", Vendor::debian},
                                            {"amzn", Vendor::amazon},
                                            {"rhel", Vendor::redhat},
                                            {"centos", Vendor::redhat},
                                            {"fedora", Vendor::redhat},
                                            {"rocky", Vendor::redhat},
                                            {"almalinux", Vendor::redhat},
                                            {"ol", Vendor::redhat},
                                            {"suse", Vendor::suse},
                                            {"sles", Vendor::suse},
                                            {"alpine", Vendor::alpine},
                                            {"arch", Vendor::arch}}};
  for (const Name& name : kNames) {
    if (name.id == id) return name.vendor;
  }
  if (id.starts_with("opensuse") || id.starts_with("sle")) return Vendor::suse;
  return std::nullopt;
}

Vendor vendor_of(FileTree& tree) {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const FileFact file = tree.read(HostPath(path));
    if (!file.bytes) continue;
    if (const auto vendor = vendor_named(os_release_value(*file.bytes, "ID"))) return *vendor;
    const std::string like_text = os_release_value(*file.bytes, "ID_LIKE");
    std::string_view like = like_text;
    // Nearest relative first: `ubuntu debian`.
    while (!like.empty()) {
      const std::size_t end = std::min(like.find(' '), like.size());
      if (const auto vendor = vendor_named(like.substr(0, end))) return *vendor;
      like.remove_prefix(std::min(end + 1, like.size()));
    }
    return Vendor::upstream;
  }
  if (tree.locate(HostPath("/etc/debian_version")).found()) return Vendor::debian;
  if (tree.locate(HostPath("/etc/redhat-release")).found()) return Vendor::redhat;
  if (tree.locate(HostPath("/etc/alpine-release")).found()) return Vendor::alpine;
  return Vendor::upstream;
}

std::optional<int> take_number(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  if (digits == 0 || digits > 4) return std::nullopt;
  int value = 0;
  for (const char digit : text.substr(0, digits)) value = value * 10 + (digit - '0');
  text.remove_prefix(digits);
  return value;
}

// `9.2p1…`, or `9.7_p1-r4` as Alpine writes it; what follows is left in `text`.
std::optional<SshVersion> take_version(std::string_view& text) {
  const auto major = take_number(text);
  if (!major || !text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const auto minor = take_number(text);
  if (!minor) return std::nullopt;
  if (text.starts_with('_')) text.remove_prefix(1);
  if (!text.starts_with('p')) return std::nullopt;
  text.remove_prefix(1);
  const auto patch = take_number(text);
  if (!patch) return std::nullopt;
  return SshVersion{*major, *minor, *patch};
}

// What the program's own strings say.
struct Self {
  std::optional<SshVersion> version;
  std::string addendum;  // `Debian-2+deb12u10`
  std::string config_file;
  std::string privsep_directory;
  std::string session_program;
  std::string auth_program;
};

// The path that ends with `tail` and a NUL, from the NUL before it on.
std::string string_ending_in(std::string_view bytes, std::string_view tail) {
  const std::string needle = std::string(tail) + '\0';
  for (std::size_t at = bytes.find(needle); at != std::string_view::npos; at = bytes.find(needle, at + 1)) {
    const std::size_t before = bytes.rfind('\0', at);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view text = bytes.substr(begin, at + tail.size() - begin);
    if (text.size() < 256 && text.starts_with('/')) return std::string(text);
  }
  return {};
}

bool has_string(std::string_view bytes, std::string_view text) {
  for (std::size_t at = bytes.find(text); at != std::string_view::npos; at = bytes.find(text, at + 1)) {
    const std::size_t end = at + text.size();
    if (at > 0 && bytes[at - 1] == '\0' && end < bytes.size() && bytes[end] == '\0') return true;
  }
  return false;
}

// version.h:SSH_RELEASE. Names in compat.c's tables have no `pN`, or a wildcard behind it. True when it is
// found; one that is cut by the end of `bytes` is left to the next window.
bool find_version(std::string_view bytes, bool last, Self& self) {
  constexpr std::string_view kName = "OpenSSH_";
  constexpr std::size_t kLongest = 128;
  for (std::size_t at = bytes.find(kName); at != std::string_view::npos; at = bytes.find(kName, at + 1)) {
    if (!last && at + kName.size() + kLongest > bytes.size()) return false;
    std::string_view rest = bytes.substr(at + kName.size(), kLongest);
    const auto version = take_version(rest);
    if (!version || rest.empty() || (rest.front() != '\0' && rest.front() != ' ')) continue;
    self.version = version;
    if (rest.front() == ' ') self.addendum = std::string(rest.substr(1, rest.find('\0') - 1));
    return true;
  }
  return false;
}

std::string default_privsep_directory(Vendor vendor, const SshVersion& version) {
  switch (vendor) {
    case Vendor::debian:
    case Vendor::ubuntu: return "/run/sshd";
    case Vendor::redhat:
    case Vendor::amazon: return version >= SshVersion{8, 6, 0} ? "/usr/share/empty.sshd" : "/var/empty/sshd";
    case Vendor::suse: return "/var/lib/sshd";
    case Vendor::arch: return "/usr/share/empty.sshd";
    case Vendor::alpine:
    case Vendor::upstream: return "/var/empty";
  }
  return "/var/empty";
}

bool part_has_string(ByteSource& source, const ConstantBytes& part, std::string_view text) {
  return search_windows(source, part.offset, part.length,
                        [text](std::string_view window, bool) { return has_string(window, text); });
}

std::string part_string_ending_in(ByteSource& source, const ConstantBytes& part, std::string_view tail) {
  std::string found;
  search_windows(source, part.offset, part.length, [&](std::string_view window, bool) {
    found = string_ending_in(window, tail);
    return !found.empty();
  });
  return found;
}

void find_paths(ByteSource& source, const ConstantBytes& part, Vendor vendor, Self& self) {
  const SshVersion version = self.version.value_or(kNewest);
  const std::string expected = default_privsep_directory(vendor, version);
  for (const std::string_view candidate :
       {std::string_view(expected), std::string_view("/run/sshd"), std::string_view("/usr/share/empty.sshd"),
        std::string_view("/var/empty/sshd"), std::string_view("/var/lib/sshd"),
        std::string_view("/var/run/sshd"), std::string_view("/var/lib/empty"), std::string_view("/var/empty"),
        std::string_view("/var/chroot/ssh")}) {
    if (!part_has_string(source, part, candidate)) continue;
    self.privsep_directory = std::string(candidate);
    break;
  }
  self.config_file = part_string_ending_in(source, part, "/sshd_config");
  if (version >= SshVersion{9, 8, 0}) {
    self.session_program = part_string_ending_in(source, part, "/sshd-session");
  }
  if (version >= SshVersion{10, 0, 0}) {
    self.auth_program = part_string_ending_in(source, part, "/sshd-auth");
  }
}

// Where constants have a segment of their own they are not looked for in the code.
Self self_description(ByteSource& source, const ElfFile& elf, Vendor vendor) {
  Self self;
  for (const bool in_code : {false, true}) {
    for (const ConstantBytes& part : elf.constants) {
      if (part.executable != in_code || part.length > kConstantsLimit) continue;
      const bool found = search_windows(
          source, part.offset, part.length,
          [&](std::string_view window, bool last) { return find_version(window, last, self); });
      if (!found) continue;
      find_paths(source, part, vendor, self);
      return self;
    }
  }
  return self;
}

// What is linked, from DT_NEEDED; nothing where no program could be read.
struct Linked {
  bool known = false;
  bool pam = false;
  bool libwrap = false;
  bool gssapi = false;
  bool selinux = false;

  void add(const ElfFile& elf) {
    const auto has = [&elf](std::string_view name) {
      return std::any_of(elf.needed.begin(), elf.needed.end(),
                         [name](const std::string& soname) { return soname.starts_with(name); });
    };
    known = true;
    pam = pam || has("libpam.so");
    libwrap = libwrap || has("libwrap.so");
    gssapi = gssapi || has("libgssapi");
    selinux = selinux || has("libselinux.so");
  }
};

std::optional<ElfFile> elf_at(FileTree& tree, const HostPath& path) {
  const PathFact fact = tree.locate(path);
  if (!fact.found() || fact.node().stat.type != FileType::regular) return std::nullopt;
  TreeSource source(tree, fact);
  ElfFile elf = read_elf(source);
  if (!elf.ok()) return std::nullopt;
  return elf;
}

std::string helper_directory(Vendor vendor) {
  switch (vendor) {
    case Vendor::debian:
    case Vendor::ubuntu: return "/usr/lib/openssh/";
    case Vendor::redhat:
    case Vendor::amazon: return "/usr/libexec/openssh/";
    case Vendor::suse: return "/usr/libexec/ssh/";
    case Vendor::alpine:
    case Vendor::arch: return "/usr/lib/ssh/";
    case Vendor::upstream: return "/usr/libexec/";
  }
  return "/usr/libexec/";
}

bool debian_family(Vendor vendor) {
  return vendor == Vendor::debian || vendor == Vendor::ubuntu;
}

void set_version(const SshVersion& version, SshBuild& build) {
  build.version = version;
  build.version_known = true;
  build.text = std::to_string(version.major) + "." + std::to_string(version.minor) + "p" +
               std::to_string(version.patch);
}

// A Debian build names its revision; any other program in its place was built by somebody else, without
// Debian's patches.
void judge_origin(const Self& self, SshBuild& build) {
  if (!debian_family(build.vendor) || !self.version) return;
  const std::size_t dash = self.addendum.find('-');
  const std::string_view maker =
      std::string_view(self.addendum).substr(0, std::min(dash, self.addendum.size()));
  if (dash == std::string::npos || (maker != "Debian" && maker != "Ubuntu" && maker != "Raspbian")) {
    build.vendor = Vendor::upstream;
    return;
  }
  build.package = "openssh-server 1:" + build.text + "-" + self.addendum.substr(dash + 1);
}

void read_package(FileTree& tree, SshBuild& build) {
  for (const char* name : {"openssh-server", "openssh"}) {
    const auto package = package_version(tree, name);
    if (!package) continue;
    std::string_view text = package->version;
    if (const std::size_t epoch = text.find(':'); epoch != std::string_view::npos)
      text.remove_prefix(epoch + 1);
    const auto version = take_version(text);
    if (!version || (build.version_known && *version != build.version)) continue;
    build.package = package->text();
    if (build.version_known) return;
    set_version(*version, build);
    build.read_from = package->read_from;
    return;
  }
}

// What distributions link, for a program that could not be read.
void assume_linked(SshBuild& build) {
  build.pam = build.vendor != Vendor::alpine;
  build.gssapi = debian_family(build.vendor) || build.vendor == Vendor::redhat ||
                 build.vendor == Vendor::amazon || build.vendor == Vendor::suse;
  build.selinux =
      debian_family(build.vendor) || build.vendor == Vendor::redhat || build.vendor == Vendor::amazon;
  const bool old_redhat = build.vendor == Vendor::redhat || build.vendor == Vendor::amazon;
  build.libwrap = debian_family(build.vendor) || (old_redhat && build.version < SshVersion{8, 0, 0});
}

void set_helpers(const Self& self, SshBuild& build) {
  const std::string directory = helper_directory(build.vendor);
  if (build.at_least(9, 8)) {
    build.session_program = self.session_program.empty() ? directory + "sshd-session" : self.session_program;
  }
  if (build.at_least(10, 0)) {
    build.auth_program = self.auth_program.empty() ? directory + "sshd-auth" : self.auth_program;
  }
}

}  // namespace

HostPath sshd_program(const UnitFacts& unit) {
  if (!unit.command.empty() && unit.command.front().starts_with('/')) {
    HostPath program(unit.command.front());
    if (program.name() == "sshd") return program;
  }
  return HostPath("/usr/sbin/sshd");
}

SshBuild collect_ssh_build(FileTree& tree, const HostPath& sshd) {
  SshBuild build;
  build.vendor = vendor_of(tree);
  build.version = kNewest;
  Self self;
  const auto elf = elf_at(tree, sshd);
  if (elf) {
    TreeSource source(tree, tree.locate(sshd));
    self = self_description(source, *elf, build.vendor);
  }
  if (self.version) {
    set_version(*self.version, build);
    build.read_from = sshd.str();
  }
  judge_origin(self, build);
  if (build.package.empty()) read_package(tree, build);
  set_helpers(self, build);
  Linked linked;
  if (elf) linked.add(*elf);
  // From 9.8 on PAM and libwrap are linked with the program that serves a connection.
  if (!build.session_program.empty()) {
    const auto session = elf_at(tree, HostPath(build.session_program));
    linked.known = session.has_value();
    if (session) linked.add(*session);
  }
  if (linked.known) {
    build.pam = linked.pam;
    build.libwrap = linked.libwrap;
    build.gssapi = linked.gssapi;
    build.selinux = linked.selinux;
  } else {
    assume_linked(build);
  }
  build.named_ports = tree.locate(HostPath("/etc/services")).found();
  build.private_group_write = debian_family(build.vendor);
  if (!self.config_file.empty()) build.config_directory = HostPath(self.config_file).parent().str();
  build.privsep_directory =
      self.version ? self.privsep_directory : default_privsep_directory(build.vendor, build.version);
  return build;
}

}  // namespace reentry
