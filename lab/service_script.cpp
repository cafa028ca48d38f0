#include "lab/service_script.hpp"

namespace reentry::lab {

std::string_view service_script() {
  return R"script(#!/bin/sh
# svc start|stop|restart|reload: sshd as /etc/default/ssh wants it; its words go to /mnt/sshd.log.
# svc tasks N: sshd and what it starts from now on may be N processes and threads.
# The sessions that are open stay open, as with Debian's own script.
set -u

listeners() {
  for process in /proc/[0-9]*; do
    if tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q '^sshd: .*\[listener\]'; then
      echo "${process#/proc/}"
    fi
  done
}

# soon COMMAND...: true when it holds within two seconds.
soon() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || return 1
    sleep 0.02
  done
}

nobody_listens() { [ -z "$(listeners)" ]; }

stop() {
  for pid in $(listeners); do kill "$pid"; done
  soon nobody_listens
}

start() {
  SSHD_OPTS=
  [ ! -r /etc/default/ssh ] || . /etc/default/ssh
  mkdir -p /run/sshd
  chown 0:0 /run/sshd
  chmod 0755 /run/sshd
  rm -f /run/sshd.pid
  /usr/sbin/sshd -t || return 1
  # shellcheck disable=SC2086
  /usr/sbin/sshd -E /mnt/sshd.log $SSHD_OPTS || return 1
  # Written after it listens; where another PidFile is set, the wait ends by itself.
  soon test -e /run/sshd.pid || true
}

# The controller is in a hierarchy of its own (v1) or in the one that there is (v2).
tasks() {
  mkdir -p /sys/fs/cgroup/pids
  at=/sys/fs/cgroup/pids
  if ! mount -t cgroup -o pids pids $at 2>/dev/null; then
    at=/sys/fs/cgroup
    mount -t cgroup2 cgroup2 $at || return 1
  fi
  group=$at/reentry-lab-$(hostname)-tasks
  mkdir "$group" || return 1
  for pid in $(listeners); do echo "$pid" >"$group/cgroup.procs" || return 1; done
  echo "$1" >"$group/pids.max"
}

case ${1:-} in
  tasks) tasks "$2" ;;
  start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  reload) for pid in $(listeners); do kill -HUP "$pid"; done; sleep 0.3 ;;
  *) echo "usage: svc start|stop|restart|reload|tasks N" >&2; exit 2 ;;
esac
)script";
}

}  // namespace reentry::lab
