#include "differential/label_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "lab/base_tree.hpp"
#include "lab/posix.hpp"
#include "lab/process.hpp"

namespace reentry::differential {
namespace {

constexpr std::string_view kPackages = "openssh-server,policycoreutils,selinux-policy-default";
// A change of it makes the cached tree again.
constexpr std::string_view kCustomise = R"script(
set -eu
useradd --create-home --shell /bin/bash --user-group alice
for home in /root /home/alice; do
  mkdir -p -m 0700 "$home/.ssh"
  echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILWd9kVQUgLzNpOgvLqHYzQk5b0v7D0C5t0bW7wYb5zW lab' > "$home/.ssh/authorized_keys"
  chmod 0600 "$home/.ssh/authorized_keys"
done
chown -R alice:alice /home/alice
sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config
mkdir -p /boot/grub
echo 'linux /vmlinuz root=/dev/vda1 ro security=selinux' > /boot/grub/grub.cfg
rm -rf /var/cache/apt /var/lib/apt/lists /usr/share/doc /usr/share/man /usr/share/locale /usr/share/selinux /var/lib/selinux
)script";

Result<void> run(std::vector<std::string> argv) {
  lab::Program program;
  program.argv = std::move(argv);
  program.limit = std::chrono::minutes(15);
  TRY(const auto ran, lab::run_program(program));
  if (ran.status == 0) return {};
  return fail(ErrorKind::target, program.argv.front(),
              fmt::format("status {}: {}", ran.status, ran.err.substr(0, 400)));
}

Result<void> make(const std::string& root) {
  const std::string fresh = fmt::format("{}.{}", root, getpid());
  TRY_VOID(run({"mmdebstrap", "--quiet", "--variant=minbase", fmt::format("--include={}", kPackages),
                "bookworm", fresh}));
  TRY_VOID(run({"chroot", fresh, "/bin/sh", "-c", std::string(kCustomise)}));
  TRY_VOID(run(
      {"setfiles", "-F", "-r", fresh, fresh + "/etc/selinux/default/contexts/files/file_contexts", fresh}));
  TRY_VOID(run({"rm", "-rf", "--one-file-system", root}));
  if (std::rename(fresh.c_str(), root.c_str()) != 0)
    return fail(ErrorKind::target, root, std::strerror(errno));
  return {};
}

}  // namespace

LabelTree::~LabelTree() {
  if (!path_.empty()) (void)run({"rm", "-rf", "--one-file-system", path_});
}

Result<LabelTree> label_tree() {
  if (geteuid() != 0) return fail(ErrorKind::target, "labels", "making a tree needs root");
  const std::string cache = lab::cache_folder();
  const std::string root = cache + "/bookworm-selinux";
  if (!lab::make_folders(cache)) return fail(ErrorKind::target, cache, std::strerror(errno));
  const lab::Fd lock(open((root + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || flock(lock.get(), LOCK_EX) != 0) return fail(ErrorKind::target, root, std::strerror(errno));
  const std::string mark = fmt::format("{}\n{}", kPackages, kCustomise);
  if (access(root.c_str(), F_OK) != 0 || lab::read_whole(root + ".mark") != mark) {
    TRY_VOID(make(root));
    if (!lab::write_whole(root + ".mark", mark, 0644))
      return fail(ErrorKind::target, root, std::strerror(errno));
  }
  LabelTree copy(fmt::format("{}.copy-{}", root, getpid()));
  TRY_VOID(run({"cp", "-a", root, copy.path()}));
  return copy;
}

}  // namespace reentry::differential
