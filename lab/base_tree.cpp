#include "lab/base_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "lab/posix.hpp"
#include "lab/process.hpp"

namespace reentry::lab {
namespace {

constexpr auto kMakeLimit = std::chrono::minutes(15);

// What a scenario may need beside sshd; everything else would only make the tree larger.
constexpr std::string_view kPackages =
    "openssh-server,openssh-client,sudo,acl,e2fsprogs,nftables,libpam-google-authenticator";

// A host that boots, and the firewalls and guards that administrators put on such a one.
constexpr std::string_view kSystemdPackages =
    ",systemd,systemd-sysv,dbus,libpam-systemd,procps,iproute2,iptables,ipset,ufw,firewalld,fail2ban,"
    "python3-systemd";

// A change of it makes the cached trees again.
constexpr std::string_view kCustomise = R"script(
set -eu
groupadd --system operators
for user in alice bob carol dave; do
  useradd --create-home --shell /bin/bash --user-group "$user"
  echo "$user:$user-pw" | chpasswd
done
echo 'root:root-pw' | chpasswd
usermod --append --groups sudo alice
usermod --append --groups operators dave
for user in root alice bob dave; do
  home=$(getent passwd "$user" | cut -d: -f6)
  install -d -m 0700 -o "$user" -g "$user" "$home/.ssh"
  install -m 0600 -o "$user" -g "$user" /root/lab-authorized-keys "$home/.ssh/authorized_keys"
done
rm -rf /root/lab-authorized-keys /var/cache/apt /var/lib/apt/lists /var/log/apt /usr/share/doc /usr/share/man
rm -rf /usr/share/locale
echo 'lab' > /etc/hostname
printf '%s\n' '127.0.0.1 localhost' '::1 localhost' '10.99.0.1 server.lab lab' '203.0.113.5 client.lab' \
  '198.51.100.7 other.lab' > /etc/hosts
: > /etc/resolv.conf
)script";

// The healthy host has no firewall: what would put one up at the next start is off. A machine-id is there, or
// systemd took each start for the first one and enabled everything again.
constexpr std::string_view kCustomiseSystemd = R"script(
systemctl disable --quiet fail2ban.service firewalld.service nftables.service
echo 6c61626c61626c61626c61626c61626c > /etc/machine-id
ln -sf /lib/systemd/system/multi-user.target /etc/systemd/system/default.target
printf '[DEFAULT]\nbackend = systemd\n' > /etc/fail2ban/jail.d/lab.conf
)script";

// ufw Breaks: them, so that they can't be installed beside it; a scenario may install them.
constexpr std::string_view kFetchBroken =
    "--customize-hook=mkdir -p \"$1/opt/lab-packages\" && cd \"$1/opt/lab-packages\" && "
    "apt-get download netfilter-persistent iptables-persistent";

// How a tree is made.
struct Recipe {
  std::string_view name;
  std::string_view release;  // of Debian
  bool boots = false;        // with systemd, and what kSystemdPackages names

  [[nodiscard]] std::string packages() const {
    return fmt::format("{}{}", kPackages, boots ? kSystemdPackages : "");
  }
  [[nodiscard]] std::string customise() const {
    return fmt::format("{}{}", kCustomise, boots ? kCustomiseSystemd : "");
  }
};

constexpr std::array<Recipe, 4> kRecipes = {{{"bookworm", "bookworm"},
                                             {"bullseye", "bullseye"},
                                             {"trixie", "trixie"},
                                             {kSystemdSuite, "bookworm", true}}};

// mmdebstrap's first line of "E: " says what failed, its last one only that it did. No network is the usual
// reason.
std::string reason_in(std::string_view said) {
  const auto start = said.find("E: ");
  if (start == std::string_view::npos) return last_line(said);
  const auto line = said.substr(start + 3, said.find('\n', start) - start - 3);
  const bool fetching = line.starts_with("apt-get update");
  return std::string(line) + (fetching ? ": is there a way to a Debian mirror?" : "");
}

Result<Ran> run_tool(std::vector<std::string> argv) {
  Program program;
  program.argv = std::move(argv);
  program.limit = kMakeLimit;
  const auto tool = program.argv.front();
  TRY(auto ran, run_program(program));
  if (ran.status == 127 && ran.err.find(tool + ": No such file") != std::string::npos) {
    return fail(
        ErrorKind::target, tool,
        fmt::format("is not installed: apt-get install {}", tool == "ssh-keygen" ? "openssh-client" : tool));
  }
  if (ran.status != 0) return fail(ErrorKind::target, tool, reason_in(ran.err));
  return ran;
}

Result<void> make_key(const std::string& folder, std::string_view name) {
  std::vector<std::string> argv = {"ssh-keygen", "-q",
                                   "-N",         "",
                                   "-C",         fmt::format("lab-{}", name),
                                   "-f",         fmt::format("{}/{}", folder, name),
                                   "-t"};
  if (name == "rsa") {
    argv.insert(argv.end(), {"rsa", "-b", "3072"});
  } else if (name == "rsa1024") {
    argv.insert(argv.end(), {"rsa", "-b", "1024"});
  } else {
    argv.emplace_back(name == "ecdsa" ? "ecdsa" : "ed25519");
  }
  TRY_VOID(run_tool(std::move(argv)));
  return {};
}

Result<void> make_keys(const std::string& keys) {
  if (access((keys + "/askpass").c_str(), X_OK) == 0) return {};
  const auto fresh = fmt::format("{}.{}", keys, getpid());
  if (!make_folders(fresh)) return fail(ErrorKind::target, fresh, std::strerror(errno));
  for (const auto name : key_names()) TRY_VOID(make_key(fresh, name));
  // ssh asks this program for a password; it is told which by the environment.
  if (!write_whole(fresh + "/askpass", "#!/bin/sh\nprintf '%s\\n' \"$REENTRY_LAB_PASSWORD\"\n", 0755) ||
      std::rename(fresh.c_str(), keys.c_str()) != 0) {
    return fail(ErrorKind::target, keys, std::strerror(errno));
  }
  return {};
}

std::string authorized_keys(const std::string& keys) {
  std::string text;
  for (const auto* name : {"ed25519", "ecdsa", "rsa"}) {
    text += read_whole(fmt::format("{}/{}.pub", keys, name)).value_or("");
  }
  return text;
}

Result<void> make_tree(const Recipe& recipe, const std::string& keys, const std::string& root,
                       const std::string& mark) {
  const auto fresh = fmt::format("{}.{}", root, getpid());
  std::vector<std::string> argv = {"mmdebstrap", "--quiet", "--variant=minbase",
                                   fmt::format("--include={}", recipe.packages()),
                                   "--aptopt=Acquire::Check-Valid-Until \"false\""};
  if (recipe.boots) argv.emplace_back(kFetchBroken);
  argv.insert(argv.end(), {std::string(recipe.release), fresh});
  const auto made = run_tool(std::move(argv));
  if (!made) {
    (void)run_tool({"rm", "-rf", "--one-file-system", fresh});
    return tl::unexpected<Error>(made.error());
  }
  if (!write_whole(fresh + "/root/lab-authorized-keys", authorized_keys(keys), 0600)) {
    return fail(ErrorKind::target, fresh, std::strerror(errno));
  }
  TRY_VOID(run_tool({"chroot", fresh, "/bin/sh", "-c", recipe.customise()}));
  if (!write_whole(root + ".mark", mark, 0644)) return fail(ErrorKind::target, root, std::strerror(errno));
  if (access(root.c_str(), F_OK) == 0) TRY_VOID(run_tool({"rm", "-rf", "--one-file-system", root}));
  if (std::rename(fresh.c_str(), root.c_str()) != 0)
    return fail(ErrorKind::target, root, std::strerror(errno));
  return {};
}

}  // namespace

const std::vector<std::string_view>& key_names() {
  static const std::vector<std::string_view> names = {"ed25519", "ecdsa", "rsa", "rsa1024", "stranger", "ca"};
  return names;
}

const std::vector<std::string_view>& suites() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> each(kRecipes.size());
    std::transform(kRecipes.begin(), kRecipes.end(), each.begin(),
                   [](const Recipe& recipe) { return recipe.name; });
    return each;
  }();
  return names;
}

std::string cache_folder() {
  const char* const given = std::getenv("REENTRY_LAB_CACHE");
  return given != nullptr && *given != '\0' ? given : "/var/cache/reentry/lab";
}

Result<BaseTree> base_tree(std::string_view suite, const std::function<void(std::string_view)>& progress) {
  const auto* const recipe =
      std::find_if(kRecipes.begin(), kRecipes.end(), [&](const Recipe& each) { return each.name == suite; });
  if (recipe == kRecipes.end()) {
    return fail(ErrorKind::usage, std::string(suite),
                fmt::format("the lab makes {}", fmt::join(suites(), ", ")));
  }
  if (geteuid() != 0) return fail(ErrorKind::target, "lab", "making a host needs root: run it with sudo");
  const auto cache = cache_folder();
  BaseTree tree{std::string(suite), fmt::format("{}/{}", cache, suite), cache + "/keys"};
  if (!make_folders(cache)) return fail(ErrorKind::target, cache, std::strerror(errno));
  const Fd lock(open((cache + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || flock(lock.get(), LOCK_EX) != 0) return fail(ErrorKind::target, cache, std::strerror(errno));

  TRY_VOID(make_keys(tree.keys));
  const auto mark =
      fmt::format("{}\n{}{}", recipe->packages(), recipe->customise(), authorized_keys(tree.keys));
  if (access(tree.root.c_str(), F_OK) == 0 && read_whole(tree.root + ".mark") == mark) return tree;
  if (progress)
    progress(fmt::format("making the Debian tree for {} in {} (once, some seconds)", suite, tree.root));
  TRY_VOID(make_tree(*recipe, tree.keys, tree.root, mark));
  return tree;
}

}  // namespace reentry::lab
