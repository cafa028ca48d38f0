"""What the tests of the house share: the repository's files, and how a test says what it found."""
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("src", "lab")
CODE_SUFFIXES = (".cpp", ".hpp")


def code_files():
    """Every C++ file of the program and the lab, tests included, in a fixed order."""
    for folder in CODE_FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob("*")):
            if path.suffix in CODE_SUFFIXES:
                yield path


def repository_files():
    """Every file that belongs to the repository: by git where it knows, else all but what is built."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(REPOSITORY), "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        capture_output=True, check=False)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode("utf-8", "surrogateescape").split("\0") if name]
        paths = [REPOSITORY / name for name in sorted(names)]
    else:
        paths = [path for path in sorted(REPOSITORY.rglob("*"))
                 if path.relative_to(REPOSITORY).parts[0] not in ("build", ".git")]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def name_of(path):
    return str(path.relative_to(REPOSITORY))


def finish(title, looked_at, faults):
    """Prints the faults and ends: 0 without any, 1 with. Nothing looked at is a fault of its own."""
    if not looked_at:
        faults = ["nothing was looked at: the test would pass whatever stood there"]
    for fault in faults:
        print(fault)
    print(f"{title}: {looked_at} looked at, {len(faults)} wrong")
    sys.exit(1 if faults else 0)
