// Which files of a package are missing or changed, against `dpkg --verify` on a tree that is damaged at
// random. Usage: packages_diff [CASES [SEED]]
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

#include "collect/packages.hpp"
#include "differential/mutations.hpp"
#include "facts/packages.hpp"
#include "host/file_tree.hpp"
#include "lab/base_tree.hpp"

namespace reentry::differential {
namespace {

using Strings = std::vector<std::string>;
namespace fs = std::filesystem;
using Answer = std::map<std::string, std::string>;

const Strings kPackages{"openssh-server", "openssh-sftp-server", "libpam-modules:amd64", "libpam0g:amd64",
                        "libwrap0:amd64"};

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string out;
  std::array<char, 4096> chunk{};
  while (std::fgets(chunk.data(), chunk.size(), pipe) != nullptr) out += chunk.data();
  ::pclose(pipe);
  return out;
}

// `??5??????   /usr/sbin/sshd`, `missing     /usr/sbin/sshd`; a conffile has a `c` before its path.
// Links and folders have no sum, and are none of ours.
Answer dpkg_answer(const std::string& root, const std::string& package,
                   const std::map<std::string, std::string>& sums) {
  Answer answer;
  const std::string out = output_of(fmt::format("dpkg --root={} --verify {} 2>/dev/null", root, package));
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = std::min(out.find('\n', at), out.size());
    const std::string line = out.substr(at, end - at);
    at = end + 1;
    const std::size_t slash = line.find(" /");
    if (slash == std::string::npos || line.find(" c /") != std::string::npos) continue;
    // dpkg adds the reason in brackets.
    const std::string path = line.substr(slash + 1, line.find(" (") - slash - 1);
    if (path.rfind("/usr/share/", 0) == 0 || sums.count(path) == 0) continue;
    answer[path] = line.rfind("missing", 0) == 0 ? "missing" : "changed";
  }
  return answer;
}

Answer our_answer(const std::string& root, const std::string& package) {
  Answer answer;
  const auto tree = open_disk_tree(root);
  if (!tree) return answer;
  for (const ChangedFile& file : changed_files(**tree, package, true))
    answer[file.path] = file.missing ? "missing" : "changed";
  return answer;
}

std::map<std::string, std::string> sums_of(const std::string& root, const std::string& package) {
  std::ifstream in(fmt::format("{}/var/lib/dpkg/info/{}.md5sums", root, package), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  return parse_md5sums(bytes);
}

void damage(Random& random, const std::string& path) {
  switch (random.below(7)) {
    case 0: std::ofstream(path, std::ios::binary | std::ios::app) << "x"; break;
    case 1: fs::resize_file(path, fs::file_size(path) / 2); break;
    case 2: fs::remove(path); break;
    case 3: fs::permissions(path, fs::perms::owner_read); break;
    case 4:
      fs::remove(path);
      fs::create_directory(path);
      break;
    case 5: fs::resize_file(path, 0); break;
    default: {
      std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(static_cast<std::streamoff>(random.below(64)));
      file.put('\x55');
    }
  }
}

std::string text_of(const Answer& answer) {
  std::string out;
  for (const auto& [path, what] : answer) out += fmt::format("  {} {}\n", what, path);
  return out;
}

int run(std::size_t cases, std::uint64_t seed) {
  const auto base = lab::base_tree("bookworm");
  if (!base || ::access("/usr/bin/dpkg", X_OK) != 0) {
    fmt::print("SKIPPED: {}\n", base ? "dpkg is not installed" : base.error().why);
    return 77;
  }
  std::string folder = "/tmp/reentry-dpkg-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return 1;
  const std::string root = folder + "/root";
  std::map<std::string, std::map<std::string, std::string>> sums;
  for (const std::string& package : kPackages) sums[package] = sums_of(base->root, package);
  std::size_t wrong = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < cases; ++i) {
    Random random(seed * 1'000'003U + i);
    fs::remove_all(root);
    fs::create_directories(root + "/var/lib");
    std::string copy = fmt::format("cd {0} && cp -a --parents var/lib/dpkg lib lib64 bin sbin", base->root);
    for (const auto& [package, files] : sums) {
      for (const auto& [path, digits] : files) {
        if (path.rfind("/usr/share/", 0) != 0) copy += " ." + path;
      }
    }
    if (std::system((copy + " " + root + "/ 2>/dev/null").c_str()) < 0) return 1;
    const std::string package = random.pick(kPackages);
    for (const auto& [path, digits] : sums[package]) {
      if (random.one_in(6) && fs::is_regular_file(root + path)) damage(random, root + path);
    }
    const Answer theirs = dpkg_answer(root, package, sums[package]);
    const Answer ours = our_answer(root, package);
    found += theirs.size();
    if (ours == theirs) continue;
    ++wrong;
    fmt::print("---- case {}: {}\nours:\n{}dpkg's:\n{}", i, package, text_of(ours), text_of(theirs));
  }
  fs::remove_all(folder);
  fmt::print("packages: {} trees with {} differences (seed {}): {} wrong\n", cases, found, seed, wrong);
  return wrong == 0 && found > 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  const std::size_t cases = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 30;
  return reentry::differential::run(cases, argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
}
