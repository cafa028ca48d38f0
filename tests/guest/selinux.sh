#!/usr/bin/env bash
# A guest with SELinux enforcing that nobody can log into: the key file was moved in from /tmp, and a rescue system
# without SELinux edited sshd_config with `sed -i`. Both refuse for real; `reentry fix` on the powered-off disk mends
# them; the guest boots and the login works; `undo` gives the disk back bit for bit.
# Usage: selinux.sh REENTRY (as root). Ends with 0 when all of that was seen.
set -euo pipefail

reentry=$(readlink -f "$1")
cache=${REENTRY_LAB_CACHE:-/var/cache/reentry/lab}
tree=$cache/guest-selinux
port=22071
started=$SECONDS

said() { printf '[%3d s] %s\n' $((SECONDS - started)) "$*"; }
make_tree() {
  said "making the guest's tree (once)"
  rm -rf "$tree.new"
  mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,openssh-server,linux-image-cloud-amd64,iproute2,libpam-systemd,dbus,udev,kmod,netbase,ifupdown,policycoreutils,selinux-policy-default,selinux-basics,auditd bookworm "$tree.new"
  chroot "$tree.new" useradd --create-home --shell /bin/bash admin
  chroot "$tree.new" usermod -p '*' admin
  printf 'auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet static\n address 10.0.2.15/24\n gateway 10.0.2.2\n' \
    >"$tree.new/etc/network/interfaces"
  echo '/dev/vda / ext4 defaults,errors=remount-ro 0 1' >"$tree.new/etc/fstab"
  sed -i 's/^SELINUX=.*/SELINUX=enforcing/' "$tree.new/etc/selinux/config"
  # What the kernel is started with below, as a boot loader on the disk would have it.
  mkdir -p "$tree.new/boot/grub"
  echo "linux /vmlinuz $(command_line)" >"$tree.new/boot/grub/grub.cfg"
  rm -rf "$tree.new"/var/cache/apt "$tree.new"/var/lib/apt/lists "$tree.new"/usr/share/{doc,man,locale} "$tree.new/.autorelabel"
  mv "$tree.new" "$tree"
}
command_line() { echo 'root=/dev/vda rw console=ttyS0 net.ifnames=0 nokaslr no_timer_check security=selinux selinux=1'; }

# The guest's port and the mounts are in namespaces of their own: this machine's firewall plays no part.
if [ "${2:-}" != inside ]; then
  mkdir -p "$cache"
  [ -d "$tree" ] || make_tree
  exec unshare --net --mount --propagation private "$0" "$reentry" inside
fi
ip link set lo up

work=$(mktemp -d "${TMPDIR:-/var/tmp}/reentry-guest-XXXXXX")
guest=
failed() {
  said "FAILED: $*"
  tail -n 15 "$work/console.log" "$work/login.log" 2>/dev/null || true
  exit 1
}
clean() {
  [ -z "$guest" ] || kill "$guest" 2>/dev/null || true
  mountpoint -q "$work/disk" && umount "$work/disk"
  rm -rf "$work"
}
trap clean EXIT
mkdir "$work/disk"

make_disk() {
  cp -a "$tree" "$work/tree"
  ssh-keygen -q -t ed25519 -N '' -C guest -f "$work/key"
  for home in home/admin root; do
    install -d -m 0700 "$work/tree/$home/.ssh"
    install -m 0600 "$work/key.pub" "$work/tree/$home/.ssh/authorized_keys"
  done
  chroot "$work/tree" chown -R admin:admin /home/admin
  setfiles -F -r "$work/tree" "$work/tree/etc/selinux/default/contexts/files/file_contexts" "$work/tree"
  mke2fs -q -t ext4 -d "$work/tree" -L root "$work/disk.img" 2G
  cp "$work"/tree/boot/vmlinuz-* "$work/kernel"
  cp "$work"/tree/boot/initrd.img-* "$work/initrd"
  rm -rf "$work/tree"
}

boot() {
  : >"$work/console.log"
  qemu-system-x86_64 -accel tcg -m 1024 -smp 1 -nodefaults -no-reboot -display none -serial "file:$work/console.log" \
    -monitor "unix:$work/monitor,server,nowait" -kernel "$work/kernel" -initrd "$work/initrd" -append "$(command_line)" \
    -drive "file=$work/disk.img,if=virtio,format=raw,cache=unsafe" -device virtio-rng-pci \
    -netdev "user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=n0 &
  guest=$!
}
# A login as $1 that runs the rest.
login() {
  local user=$1
  shift
  timeout 90 ssh -F none -i "$work/key" -p "$port" -o BatchMode=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR \
    -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes -o ConnectTimeout=60 "$user@127.0.0.1" "$@"
}
# Waits until the command succeeds, up to $1 seconds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" 2>>"$work/login.log"; do
    [ $SECONDS -lt "$end" ] || return 1
    kill -0 "$guest" 2>/dev/null || return 1
    sleep 1
  done
}
power_off() {
  printf 'system_powerdown\n' | python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.stdin.buffer.read())
s.recv(100)' "$work/monitor"
  local end=$((SECONDS + 300))
  while kill -0 "$guest" 2>/dev/null && [ $SECONDS -lt $end ]; do sleep 1; done
  kill "$guest" 2>/dev/null || true
  wait "$guest" 2>/dev/null || true
  guest=
}
open_disk() { mount -o loop "${1:-$work/disk.img}" "$work/disk"; }
close_disk() { umount "$work/disk"; }
# Everything but times of access, free of what reentry keeps for itself.
listing() {
  (cd "$work/disk" && find . -path ./var/lib/reentry -prune -o -printf '%p %M %U:%G %s %T@\n' | sort)
  (cd "$work/disk" && getfattr -h -d -m - -R etc home root usr/sbin var/lib/dbus 2>/dev/null)
  (cd "$work/disk" && find etc home root -type f -exec sha256sum {} + | sort)
}

said "making the disk"
make_disk
boot
until_true 900 login admin grep -qx 1 /sys/fs/selinux/enforce || failed "the healthy, enforcing guest takes no login"
said "healthy and enforcing: the login works"

until_true 300 login root 'cp /home/admin/.ssh/authorized_keys /tmp/k; chown admin: /tmp/k; mv /tmp/k /home/admin/.ssh/authorized_keys' || failed "root can't log in"
! login admin true 2>"$work/refused" || failed "a key file with the label of /tmp still opens"
grep -q 'Permission denied' "$work/refused" || failed "the login did not end by a refusal: $(cat "$work/refused")"
said "the key file came from /tmp: the login is refused"
power_off

open_disk
sed -i 's/^#LoginGraceTime.*/LoginGraceTime 100/' "$work/disk/etc/ssh/sshd_config"
close_disk
boot
until_true 900 grep -q 'Failed to start .*Secure Shell\|login:' "$work/console.log" || failed "the guest does not boot"
! until_true 20 login root true || failed "a sshd_config without a label still serves"
said "a rescue system edited sshd_config: nobody gets in"
power_off

cp --sparse=always "$work/disk.img" "$work/copy.img"
open_disk "$work/copy.img"
listing >"$work/before"
"$reentry" fix --root "$work/disk" --user admin --key "$work/key.pub" --apply --yes >"$work/fix.log" || true
"$reentry" undo --root "$work/disk" --yes >"$work/undo.log"
listing >"$work/after"
close_disk
cmp "$work/before" "$work/after" || failed "undo did not give the disk back: $(diff "$work/before" "$work/after" | head -n 5)"
said "fix and undo on a copy: the same disk, bit for bit"

open_disk
"$reentry" check --root "$work/disk" --user admin --key "$work/key.pub" --json >"$work/check.json" || true
for cause in service/selinux-label auth/selinux-label; do
  grep -q "\"$cause\"" "$work/check.json" || failed "check does not name $cause"
done
"$reentry" fix --root "$work/disk" --user admin --key "$work/key.pub" --apply --yes
close_disk
boot
until_true 900 login admin grep -qx 1 /sys/fs/selinux/enforce || failed "the mended, enforcing guest takes no login"
said "mended on the powered-off disk: the login works, enforcing"
power_off
said "passed"
