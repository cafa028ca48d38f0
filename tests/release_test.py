#!/usr/bin/python3
"""The release program is one file: static, no build path of ours in it, and it runs in an empty folder with
nothing of the repository beside it. Usage: release_test.py PROGRAM"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    faults = []
    data = program.read_bytes()
    # PT_INTERP of an ELF file names the dynamic linker.
    if b"/ld-linux" in data[:4096]:
        faults.append("asks for a dynamic linker")
    if str(REPOSITORY).encode() + b"/" in data:
        faults.append("has a path of the machine that built it inside")
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "reentry"
        shutil.copy2(program, copy)
        for words in (["--version"], ["--help"], ["explain", "--list"], ["lab", "list"]):
            ran = subprocess.run([str(copy), *words], cwd=folder, env={}, capture_output=True, timeout=20,
                                 check=False)
            if ran.returncode != 0 or not ran.stdout or ran.stderr:
                faults.append(f"{' '.join(words)}: status {ran.returncode}, {ran.stderr[:200]!r}")
    print("\n".join(faults) or f"{len(data)} bytes, static")
    sys.exit(1 if faults else 0)


main()
