// What breaks a login without standing in ssh's own files: programs, libraries, modes of the system's
// folders, start-up files of a shell, options of the service, lines of passwd and its kin.
#include <fmt/format.h>

#include "differential/mutations.hpp"

namespace reentry::differential {
namespace {

using Strings = std::vector<std::string>;

const Strings kPrograms{"/usr/sbin/sshd", "/usr/bin/bash", "/usr/bin/dash", "/usr/lib/openssh/sftp-server",
                        "/usr/sbin/nologin"};
const Strings kLibraries{"libcrypto.so.3",
                         "libwrap.so.0",
                         "libpam.so.0",
                         "libz.so.1",
                         "libtinfo.so.6",
                         "libc.so.6",
                         "libselinux.so.1",
                         "libcrypt.so.1",
                         "libnss_files.so.2",
                         "security/pam_unix.so",
                         "security/pam_permit.so",
                         "security/pam_limits.so",
                         "security/pam_motd.so",
                         "security/pam_loginuid.so"};
const Strings kFolders{"/",
                       "/usr",
                       "/usr/bin",
                       "/usr/sbin",
                       "/usr/lib",
                       "/usr/lib/x86_64-linux-gnu",
                       "/usr/lib64",
                       "/etc",
                       "/etc/ssh",
                       "/etc/pam.d",
                       "/etc/security",
                       "/home",
                       "/var",
                       "/tmp",
                       "/dev",
                       "/usr/lib/x86_64-linux-gnu/security"};
const Strings kFiles{"/etc/passwd",
                     "/etc/shadow",
                     "/etc/group",
                     "/etc/nsswitch.conf",
                     "/etc/pam.d/sshd",
                     "/etc/pam.d/common-auth",
                     "/etc/pam.d/common-account",
                     "/etc/pam.d/common-session",
                     "/etc/pam.d/other",
                     "/etc/shells",
                     "/etc/login.defs",
                     "/etc/security/limits.conf",
                     "/etc/environment",
                     "/etc/default/locale",
                     "/etc/hosts.allow",
                     "/etc/ssh/moduli",
                     "/etc/security/pam_env.conf",
                     "/etc/ld.so.cache",
                     "/etc/localtime",
                     "/etc/hosts"};
const Strings kFolderModes{"0700", "0711", "0750", "0755", "0775", "0777", "0701", "0555"};
const Strings kFileModes{"0000", "0600", "0640", "0644", "0666", "0755"};

std::string home_of(const std::string& user) {
  return user == "root" ? "/root" : "/home/" + user;
}

std::string change_programs(Random& random) {
  const std::string program = random.pick(kPrograms);
  const std::string library = "/usr/lib/x86_64-linux-gnu/" + random.pick(kLibraries);
  return random.pick(Strings{
      fmt::format("chmod {} {}", random.pick(Strings{"0644", "0700", "0750", "0711", "0000", "4755"}),
                  program),
      fmt::format("chown alice:alice {}", program),
      fmt::format("chmod {} {}", random.pick(kFileModes), library),
      fmt::format("mv {0} {0}.away", random.pick(Strings{"/usr/bin/bash", "/usr/lib/openssh/sftp-server",
                                                         "/usr/sbin/sshd", "/usr/sbin/nologin"})),
      fmt::format("mv $(readlink -f {0}) {0}.away", library),
      fmt::format("chmod {} {}", random.pick(kFolderModes), random.pick(kFolders)),
      fmt::format("chmod {} {}", random.pick(kFolderModes), random.pick(kFolders)),
      fmt::format("chmod {} {}", random.pick(kFileModes), random.pick(kFiles)),
      fmt::format("chown nobody {}", random.pick(kFiles)),
      fmt::format("rm -f {}", random.pick(kFiles)),
      fmt::format(": > {}", random.pick(kFiles)),
      "cp /etc/hostname /usr/bin/bash",
      "ln -sf bash /usr/bin/ash; ln -sf ash /usr/bin/bash.link",
  });
}

std::string change_shell_files(Random& random, const std::string& user) {
  const std::string home = home_of(user);
  const std::string file = random.pick(
      Strings{home + "/.bashrc", home + "/.bashrc", home + "/.profile", home + "/.bash_profile",
              "/etc/profile", "/etc/bash.bashrc", home + "/.ssh/rc", "/etc/ssh/sshrc",
              home + "/.ssh/environment", home + "/.hushlogin", "/etc/environment", home + "/.bash_login"});
  const std::string text = random.pick(Strings{
      "exit 1", "exit 0", "echo hello", "return 0", "exec /bin/false", "case $- in *i*) ;; *) return;; esac",
      "PATH=/nowhere", "syntax ( error", "set -e; false", "[ -z \"$PS1\" ] && return\\nexit 3"});
  return random.pick(Strings{fmt::format("printf '{}\\n' > {}", text, file),
                             fmt::format("printf '{}\\n' > {} && chmod 755 {}", text, file, file),
                             fmt::format("sed -i '1i {}' {}", text, file)});
}

std::string change_service(Random& random) {
  return fmt::format(
      "echo 'SSHD_OPTS=\"{}\"' > /etc/default/ssh",
      random.pick(Strings{"-o PermitRootLogin=no", "-o PubkeyAuthentication=no", "-o AllowUsers=alice",
                          "-p 2222", "-4", "-6", "-u0", "-o PasswordAuthentication=no -o UsePAM=no",
                          "-f /etc/ssh/more.conf", "-o Port=22", "-o NoSuchOption=1",
                          "-h /etc/ssh/ssh_host_rsa_key", "-q", "-d", "-g 20", "-o StrictModes=no",
                          "-o AuthorizedKeysFile=none", "-o MaxAuthTries=0", "-C user=alice"}));
}

std::string change_limits(Random& random) {
  return fmt::format(
      "echo '{}' >> /etc/security/{}",
      random.pick(Strings{"alice hard nproc 0", "* hard nofile 10", "* hard nofile 3", "* hard fsize 0",
                          "* hard as 1000", "* hard as 10000", "alice hard cpu 0", "alice - maxlogins 0",
                          "@sudo - maxlogins 0", "%sudo - maxlogins 0", "* - nproc 1", "root - nofile 3",
                          "1000: hard nofile 4", "* hard data 100", "* soft stack 1", "alice -",
                          "* hard rss 1", "* - priority 30"}),
      random.pick(Strings{"limits.conf", "limits.conf", "limits.d/10-x.conf"}));
}

std::string change_lines(Random& random, const std::string& user) {
  return random.pick(Strings{
      fmt::format("sed -i 's/^{}:/ &/' /etc/passwd", user),
      fmt::format("sed -i 's/^{}:.*$/&\\r/' /etc/passwd", user),
      fmt::format("sed -i 's/^{}:.*$/& /' /etc/passwd", user),
      fmt::format("sed -i 's/^{}:.*$/#&/' /etc/passwd", user),
      fmt::format("sed -i 's/^\\({}:[^:]*\\):[^:]*/\\1:abc/' /etc/passwd", user),
      fmt::format("sed -i 's/^\\({}:[^:]*\\):[^:]*/\\1:0/' /etc/passwd", user),
      fmt::format("sed -i 's/^\\({}:[^:]*:[^:]*\\):[^:]*/\\1:/' /etc/passwd", user),
      fmt::format("sed -i 's/^\\({}:[^:]*:[^:]*\\):[^:]*/\\1:7777/' /etc/passwd", user),
      fmt::format("sed -i 's/^\\({}:[^:]*:[^:]*:[^:]*:[^:]*\\):[^:]*/\\1:{}/' /etc/passwd", user,
                  random.pick(Strings{"", "home", "\\/", "\\/home", "\\/nonexistent", "\\/home\\/bob"})),
      fmt::format("sed -i 's/^\\({}:.*\\):[^:]*$/\\1/' /etc/passwd", user),
      fmt::format(
          "cp /etc/passwd /tmp/p; (grep -v '^{0}:' /tmp/p; grep '^{0}:' /tmp/p | tr -d '\\n') > /etc/passwd",
          user),
      "sed -i '1i +::::::' /etc/passwd",
      "sed -i '1i\\\\n' /etc/passwd",
      fmt::format("sed -i 's/^{}:.*$/{}:/' /etc/shadow", user, user),
      fmt::format("sed -i 's/^{}:.*$/&\\r/' /etc/shadow", user),
      fmt::format("sed -i 's/^{}:/&!/' /etc/shadow", user),
      fmt::format("sed -i 's/^{}:/&*LK*/' /etc/shadow", user),
      fmt::format("sed -i 's/^{}:/&!!/' /etc/shadow", user),
      fmt::format("sed -i 's/^\\({}:[^:]*\\):.*$/\\1::::::::/' /etc/shadow", user),
      fmt::format("sed -i 's/^\\({}:[^:]*\\):.*$/\\1:19000:0:1:7:1::/' /etc/shadow", user),
      fmt::format("sed -i 's/^\\({}:[^:]*\\):.*$/\\1:x:0:y:7:::/' /etc/shadow", user),
      "sed -i 's/^sudo:.*$/sudo:x:27:alice, bob/' /etc/group",
      "sed -i 's/^sudo:.*$/sudo:x:27:/' /etc/group",
      "sed -i '1i sudo:x:99:bob' /etc/group",
      "sed -i 's/^passwd:.*/passwd: files [NOTFOUND=return] db/' /etc/nsswitch.conf",
      "sed -i 's/^passwd:.*/passwd:/' /etc/nsswitch.conf",
      "sed -i 's/^passwd:.*/passwd: compat/' /etc/nsswitch.conf",
      "sed -i 's/^passwd:.*/passwd: nosuch files/' /etc/nsswitch.conf",
      "sed -i 's/^passwd:.*/passwd: nosuch [UNAVAIL=return] files/' /etc/nsswitch.conf",
      "sed -i 's/^shadow:.*/shadow: nosuch/' /etc/nsswitch.conf",
      "sed -i 's/^group:.*/group: nosuch/' /etc/nsswitch.conf",
      "sed -i '/^shadow:/d' /etc/nsswitch.conf",
      "printf '*;*;%s;!Al0000-2400\\n' alice >> /etc/security/time.conf; sed -i '1i account required "
      "pam_time.so' /etc/pam.d/sshd",
      "printf 'sshd;*;!alice;Wk0000-2400\\n' >> /etc/security/time.conf; sed -i '1i account required "
      "pam_time.so' /etc/pam.d/sshd",
      "echo 'sshd: ALL: spawn /bin/true: allow' > /etc/hosts.allow",
      "echo 'sshd: ALL: twist /bin/echo no' > /etc/hosts.deny",
      "echo 'sshd: ALL: nosuchoption' > /etc/hosts.allow",
      "echo 'sshd: ALL: severity auth.info: deny' > /etc/hosts.allow",
      "rm -rf /etc/pam.d",
      "rm -rf /etc/security",
      "rm -rf /etc/ssh/sshd_config.d",
  });
}

}  // namespace

std::string change_system(Random& random, const std::string& user) {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2: return change_programs(random);
    case 3:
    case 4: return change_shell_files(random, user);
    case 5: return random.one_in(2) ? change_service(random) : change_limits(random);
    default: return change_lines(random, user);
  }
}

}  // namespace reentry::differential
