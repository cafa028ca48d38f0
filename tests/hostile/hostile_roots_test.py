#!/usr/bin/python3
"""Roots that were made to hurt: the program must answer by its contract, in time, in valid UTF-8, and must never
look outside the root. Usage: hostile_roots_test.py PROGRAM [SECONDS]

Each case starts from a small tree with alice and her key, spoils one thing and says what may come out: the exit
status, and gates that must not pass.
"""
import base64
import ctypes
import json
import os
import pathlib
import shutil
import stat
import struct
import subprocess
import sys
import tempfile

KEY_BLOB = struct.pack(">I", 11) + b"ssh-ed25519" + struct.pack(">I", 32) + bytes(range(32))
KEY = f"ssh-ed25519 {base64.b64encode(KEY_BLOB).decode()} alice@laptop"
SECRET = "reentry-must-never-see-this"
IN_ACCESS, IN_OPEN = 0x1, 0x20
AS_ROOT = os.geteuid() == 0


class Outside:
    """A folder beside the root with a file in it; seen() tells whether anybody opened the file."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "authorized_keys"
        self.file.write_text(f'environment="X={SECRET}" {KEY}\n{SECRET}\n')
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.watch = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.watch < 0 or self.libc.inotify_add_watch(
                self.watch, str(self.file).encode(), IN_ACCESS | IN_OPEN) < 0:
            sys.exit("inotify does not work here")

    def seen(self):
        try:
            events = os.read(self.watch, 4096)
        except BlockingIOError:
            return False
        return struct.unpack_from("iIII", events)[1] & (IN_ACCESS | IN_OPEN) != 0


def write(root, path, text, mode=0o644):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(mode)
    return file


def own(root, path):
    if AS_ROOT:
        os.chown(root / path, 1000, 1000)


def make_root(root):
    write(root, "etc/os-release", 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    write(root, "etc/passwd", "root:x:0:0:root:/root:/bin/bash\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n"
                              "alice:x:1000:1000::/home/alice:/bin/bash\n")
    write(root, "etc/group", "root:x:0:\nalice:x:1000:\n")
    write(root, "etc/shadow", "root:*:19000:0:99999:7:::\nalice:!:19000:0:99999:7:::\n", 0o640)
    write(root, "etc/nsswitch.conf", "passwd: files\nshadow: files\ngroup: files\n")
    write(root, "etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n")
    write(root, "etc/pam.d/sshd", "account required pam_unix.so\nauth required pam_unix.so\n"
                                  "session required pam_unix.so\n")
    write(root, "etc/hosts.allow", "")
    write(root, "etc/hosts.deny", "")
    write(root, "bin/bash", b"\x7fELF", 0o755)
    write(root, "usr/sbin/sshd", b"\x7fELF\x02\x01\x01\0OpenSSH_9.2p1 Debian-2+deb12u3\0", 0o755)
    (root / "root").mkdir(mode=0o700)
    write(root, "home/alice/.ssh/authorized_keys", KEY + "\n", 0o600)
    (root / "home/alice/.ssh").chmod(0o700)
    for path in ("home/alice", "home/alice/.ssh", "home/alice/.ssh/authorized_keys"):
        own(root, path)


def replaced(path, make):
    """A case that puts something else where `path` was."""
    def spoil(root, _outside):
        (root / path).unlink()
        make(root / path)
    return spoil


def fifo(path):
    os.mkfifo(path)


def socket(path):
    os.mknod(path, stat.S_IFSOCK | 0o644)


def zeros(path):
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))


def sparse(path):
    with open(path, "wb") as file:
        file.truncate(1 << 30)


def link_to_itself(path):
    path.symlink_to(path.name)


def directory(path):
    path.mkdir()


def absolute_way_out(root, outside):
    keys = root / "home/alice/.ssh/authorized_keys"
    keys.unlink()
    keys.symlink_to(outside.file)


def relative_way_out(root, outside):
    keys = root / "home/alice/.ssh/authorized_keys"
    keys.unlink()
    keys.symlink_to("../" * 40 + str(outside.file)[1:])


def directory_way_out(root, outside):
    shutil.rmtree(root / "home/alice/.ssh")
    (root / "home/alice/.ssh").symlink_to(os.path.relpath(outside.file.parent, root / "home/alice"))


def config_way_out(root, outside):
    write(root, "etc/ssh/sshd_config", f"Include {'../' * 30}{outside.file}\nInclude {outside.file}\n"
                                       f"AuthorizedKeysFile {outside.file} /../..{outside.file}\n"
                                       f"TrustedUserCAKeys {outside.file}\nBanner {outside.file}\n")


def passwd_way_out(root, outside):
    write(root, "etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"
                              f"alice:x:1000:1000::/../../../..{outside.file.parent}/..:/bin/bash\n")
    write(root, "etc/ssh/sshd_config", "AuthorizedKeysFile outside/authorized_keys\n")


def own_include(root, _outside):
    write(root, "etc/ssh/sshd_config", "Include /etc/ssh/sshd_config\nUsePAM yes\n")


def circle_of_includes(root, _outside):
    for number in range(20):
        write(root, f"etc/ssh/{number}.conf", f"Include /etc/ssh/{(number + 1) % 20}.conf\n" * 3)
    write(root, "etc/ssh/sshd_config", "Include /etc/ssh/0.conf\n")


def deep_includes(root, _outside):
    for number in range(40):
        write(root, f"etc/ssh/{number}.conf", f"Include /etc/ssh/{number + 1}.conf\n")
    write(root, "etc/ssh/sshd_config", "Include /etc/ssh/0.conf\n")


def glob_of_doom(root, _outside):
    write(root, "etc/ssh/sshd_config", "Include /*/*/*/*/*/*/*/*\nInclude " + "*" * 5000 + "x\nInclude "
          + "/[a-" * 500 + "\n" + "AllowUsers " + "*a" * 2000 + "b\n")


def long_config(root, _outside):
    write(root, "etc/ssh/sshd_config", "".join(
        f"Match User user{number}\n  PermitTTY no\n" for number in range(50000)))


def one_long_line(root, _outside):
    write(root, "etc/ssh/sshd_config", "AllowUsers " + "x" * 5_000_000 + "\n")


def pam_circle(root, _outside):
    write(root, "etc/pam.d/sshd", "@include sshd\naccount include sshd\nauth substack sshd\n")


def many_keys(root, _outside):
    write(root, "home/alice/.ssh/authorized_keys", (KEY[:-30] + "\n") * 50000 + KEY + "\n", 0o600)


def spoiled_names(root, _outside):
    ugly = b"\x1b[2J\x1b]0;owned\x07\xff\xfe\xc0\xaf\xe2\x80\xae\r\x00"
    write(root, "etc/os-release", b'ID=debian\nPRETTY_NAME="' + ugly + b'"\n')
    write(root, "etc/passwd", b"root:x:0:0::/root:/bin/bash\nalice:x:1000:1000:" + ugly + b":/home/alice:/bin/"
          + ugly.replace(b"\0", b"") + b"\n" + ugly + b":x:1001:1001::/home/" + ugly + b":/bin/bash\n")
    write(root, "etc/ssh/sshd_config", b"Banner " + ugly + b"\nPermitRootLogin " + ugly + b"\n" + ugly + b" yes\n"
          b"AllowUsers " + ugly + b"\nMatch User " + ugly + b"\n")
    write(root, "home/alice/.ssh/authorized_keys", ugly * 20 + b"\n" + ugly + KEY.encode() + b"\n", 0o600)
    write(root, "etc/hosts.deny", b"sshd: " + ugly + b"\n")
    write(root, "etc/pam.d/sshd", b"account " + ugly + b"\n" + ugly + b"\n")


def random_bytes(root, _outside):
    noise = bytes((number * 7919 + 13 * (number >> 3)) & 0xff for number in range(65536))
    for path in ("etc/passwd", "etc/shadow", "etc/group", "etc/nsswitch.conf", "etc/ssh/sshd_config",
                 "etc/pam.d/sshd", "etc/hosts.deny", "home/alice/.ssh/authorized_keys", "usr/sbin/sshd",
                 "etc/os-release"):
        write(root, path, noise)


def closed_to_us(root, _outside):
    for path in ("etc/ssh", "home/alice", "etc/pam.d"):
        (root / path).chmod(0)
    (root / "etc/passwd").chmod(0)


def no_etc(root, _outside):
    shutil.rmtree(root / "etc")


def empty(root, _outside):
    for path in root.iterdir():
        shutil.rmtree(path)


def nothing_there(root, _outside):
    shutil.rmtree(root)


def file_instead(root, _outside):
    shutil.rmtree(root)
    root.write_text("no directory\n")


def link_chain(root, _outside):
    ssh = root / "home/alice/.ssh"
    (ssh / "authorized_keys").unlink()
    for number in range(200):
        (ssh / f"link{number}").symlink_to(f"link{number + 1}")
    (ssh / "authorized_keys").symlink_to("link0")


JUDGED = {0, 1, 3}
REFUSED = {1, 3}
UNREADABLE = {3}
READ_FILES = {"etc/ssh/sshd_config": "service/config", "etc/passwd": "auth/user",
              "home/alice/.ssh/authorized_keys": "auth/publickey", "etc/pam.d/sshd": "account/",
              "etc/hosts.deny": "banner/hosts-access", "etc/shadow": None, "etc/group": None,
              "usr/sbin/sshd": "service/binary", "etc/nsswitch.conf": None}
KINDS = {"a FIFO": fifo, "1 GB of nothing": sparse, "a link to itself": link_to_itself, "a directory": directory}
if AS_ROOT:
    KINDS.update({"a socket": socket, "/dev/zero": zeros})

# name, what is done, exit statuses that are right, a gate (or its beginning) that must not pass
CASES = [(f"{path} is {kind}", replaced(path, make), JUDGED if gate is None else REFUSED, gate)
         for path, gate in READ_FILES.items() for kind, make in KINDS.items()
         # sshd reads a directory as an empty file and starts with its defaults.
         if (path, kind) not in (("etc/pam.d/sshd", "1 GB of nothing"), ("etc/ssh/sshd_config", "a directory"))]
CASES += [("sshd_config is a directory", replaced("etc/ssh/sshd_config", directory), JUDGED, None)]
CASES += [
    ("authorized_keys leads out, absolute", absolute_way_out, REFUSED, "auth/publickey"),
    ("authorized_keys leads out by ..", relative_way_out, REFUSED, "auth/publickey"),
    (".ssh leads out", directory_way_out, REFUSED, "auth/publickey"),
    ("sshd_config names files outside", config_way_out, REFUSED, "auth/publickey"),
    ("a home outside", passwd_way_out, REFUSED, "auth/publickey"),
    ("sshd_config includes itself", own_include, REFUSED, "service/config"),
    ("a circle of includes", circle_of_includes, REFUSED, "service/config"),
    ("includes 40 deep", deep_includes, REFUSED, "service/config"),
    ("patterns that explode", glob_of_doom, JUDGED, None),
    ("100,000 lines of sshd_config", long_config, JUDGED, None),
    ("one line of 5 MB", one_long_line, JUDGED, None),
    ("PAM includes itself", pam_circle, REFUSED, "account/"),
    ("50,000 keys", many_keys, JUDGED, None),
    ("control characters and no UTF-8", spoiled_names, REFUSED, None),
    ("random bytes everywhere", random_bytes, REFUSED, None),
    ("a chain of 200 links", link_chain, REFUSED, "auth/publickey"),
    ("no /etc", no_etc, UNREADABLE, None),
    ("an empty directory", empty, UNREADABLE, None),
    ("no such directory", nothing_there, UNREADABLE, None),
    ("a file instead of a directory", file_instead, UNREADABLE, None),
]


class Run:
    def __init__(self, program, words, limit, user=None):
        command = [program, *words]
        if user:
            command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
        self.hung = False
        try:
            ran = subprocess.run(command, capture_output=True, timeout=limit, check=False,
                                 env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                                 stdin=subprocess.DEVNULL)
            self.status, self.out, self.err = ran.returncode, ran.stdout, ran.stderr
        except subprocess.TimeoutExpired:
            self.hung, self.status, self.out, self.err = True, None, b"", b""

    def faults(self, right):
        if self.hung:
            return ["hung"]
        faults = []
        if self.status not in right:
            faults.append(f"status {self.status}, right would be {sorted(right)}: {self.err[-300:]!r}")
        for name, said in (("stdout", self.out), ("stderr", self.err)):
            try:
                text = said.decode("utf-8")
            except UnicodeDecodeError as error:
                faults.append(f"{name} is not UTF-8: {error}")
                continue
            bad = {sign for sign in text if (ord(sign) < 32 and sign != "\n") or 0x7f <= ord(sign) < 0xa0
                   or sign in "\u202e\u202d\u2066\u2067\u2028"}
            if bad:
                faults.append(f"{name} has control characters: {sorted(map(ascii, bad))}")
            if SECRET in text:
                faults.append(f"{name} shows what stands outside the root")
        if self.status in (2, 3) and not self.out and (
                self.err.count(b"\n") != 1 or not self.err.startswith(b"reentry: ")):
            faults.append(f"stderr is not one line `reentry: WHAT: WHY`: {self.err[:300]!r}")
        return faults


def gates_that_pass(report, gate):
    return [found["gate"] for login in report.get("logins", []) for found in login["gates"]
            if gate and found["gate"].startswith(gate) and found["result"] == "pass"]


def faults_of_json(run, gate):
    if not run.out:
        return [] if run.status in (2, 3) else ["no report"]
    try:
        report = json.loads(run.out)
    except ValueError as error:
        return [f"no JSON: {error}"]
    passing = gates_that_pass(report, gate)
    if gate and gate.endswith("/"):
        # A stage: one of its gates must refuse or be unknown.
        every = [found for login in report.get("logins", []) for found in login["gates"]
                 if found["gate"].startswith(gate)]
        return [f"all gates of {gate} pass"] if every and len(passing) == len(every) else []
    return [f"{one} passes" for one in passing]


def try_case(program, limit, case, folder, user=None):
    _name, spoil, right, gate = case
    root = folder / "root"
    root.mkdir()
    make_root(root)
    key = write(folder, "key.pub", KEY + "\n")
    outside = Outside(folder / "outside")
    spoil(root, outside)
    words = ["check", "--root", str(root), "--user", "alice", "--key", str(key), "--from", "203.0.113.5"]
    faults = []
    as_json = Run(program, [*words, "--json"], limit, user)
    faults += as_json.faults(right)
    if not as_json.hung:
        faults += faults_of_json(as_json, gate)
        faults += Run(program, [*words, "--color", "never", "--verbose"], limit, user).faults(right)
        faults += Run(program, ["check", "--root", str(root), "--color", "never", "--lang", "ja"], limit,
                      user).faults(right | ({0} if gate else set()))
    if outside.seen():
        faults.append("a file outside the root was opened")
    os.close(outside.watch)
    return faults


def key_cases(program, limit, folder):
    """--key FILE where FILE is no key file."""
    root = folder / "root"
    root.mkdir()
    make_root(root)
    pipe, huge, noise = folder / "pipe", folder / "huge", folder / "noise"
    os.mkfifo(pipe)
    sparse(huge)
    noise.write_bytes(b"\x1b]0;x\x07\xff" * 100)
    faults = []
    for file in (pipe, huge, noise, folder, folder / "none", pathlib.Path("/dev/zero"), pathlib.Path("/dev/null")):
        ran = Run(program, ["check", "--root", str(root), "--user", "alice", "--key", str(file)], limit)
        faults += [f"--key {file.name}: {fault}" for fault in ran.faults({2})]
    return faults


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    failed = 0

    def told(name, faults):
        for fault in faults:
            print(f"{name}: {fault}")
        return 1 if faults else 0

    for case in CASES:
        with tempfile.TemporaryDirectory(prefix="reentry-hostile-") as folder:
            failed += told(case[0], try_case(program, limit, case, pathlib.Path(folder)))
    ran = len(CASES) + 1
    with tempfile.TemporaryDirectory(prefix="reentry-hostile-") as folder:
        failed += told("--key", key_cases(program, limit, pathlib.Path(folder)))
    with tempfile.TemporaryDirectory(prefix="reentry-hostile-") as folder:
        os.chmod(folder, 0o755)
        program_for_all = shutil.copy2(program, pathlib.Path(folder) / "reentry")
        os.chmod(program_for_all, 0o755)
        case = ("closed directories, not as root", closed_to_us, REFUSED, "service/config")
        failed += told(case[0], try_case(str(program_for_all), limit, case, pathlib.Path(folder),
                                         "65534" if AS_ROOT else None))
        if not AS_ROOT:
            for path in ("etc/ssh", "home/alice", "etc/pam.d"):
                (pathlib.Path(folder) / "root" / path).chmod(0o755)
        ran += 1
    print(f"hostile roots: {ran} cases, {failed} wrong")
    sys.exit(1 if failed else 0)


main()
