#!/usr/bin/python3
"""Holds the #includes of every file under src/ against the table of rooms in ARCHITECTURE.md.

A room may include itself and the rooms that the table names. report/ may include of repair/ only the values.
"""
import re

import house

MAY_USE = {
    "base": set(),
    "facts": {"base"},
    "host": {"base", "facts"},
    "collect": {"base", "facts", "host"},
    "probe": {"base", "facts"},
    "login": {"base", "facts"},
    "diagnosis": {"base", "facts", "login"},
    "checks": {"base", "facts", "login", "diagnosis"},
    "repair": {"base", "facts", "diagnosis", "host"},
    "report": {"base", "facts", "diagnosis"},
}
ALSO_MAY_INCLUDE = {"report": {"repair/plan.hpp", "repair/receipt.hpp"}}
EVERYTHING = {"cli"}
# Beside src/, for the tests that stand in the rooms.
TEST_FOLDERS = {"support"}

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def may_include(room, target, is_test):
    target_room = target.split("/")[0]
    if room in EVERYTHING or target_room == room:
        return True
    if is_test and target_room in TEST_FOLDERS:
        return True
    return target_room in MAY_USE[room] or target in ALSO_MAY_INCLUDE.get(room, set())


def faults_of(path):
    name = house.name_of(path)
    room = path.relative_to(house.REPOSITORY / "src").parts[0]
    if room not in MAY_USE and room not in EVERYTHING:
        return [f"{name}: {room}/ is not in the table of rooms"]
    faults = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        target = found.group(1)
        if "/" not in target or not (house.REPOSITORY / "src" / target).exists() and not (
                house.REPOSITORY / target).exists() and not (house.REPOSITORY / "tests" / target).exists():
            faults.append(f'{name}:{number}: "{target}" is no file of a room')
        elif not may_include(room, target, path.stem.endswith("_test")):
            faults.append(f"{name}:{number}: {room}/ may not use {target}")
    return faults


def faults_of_cmake():
    """The libraries must be linked by the same table."""
    text = (house.REPOSITORY / "src/CMakeLists.txt").read_text(encoding="utf-8")
    linked = {}
    for room, rest in re.findall(r"^reentry_room\((\w+)([^)]*)\)", text, re.M):
        used = re.search(r"MAY_USE((?:\s+[a-z_]+)*)", rest)
        linked[room] = set(used.group(1).split()) if used else set()
    return [f"src/CMakeLists.txt: {room}/ links {sorted(linked.get(room, {'nothing'}))}, "
            f"the table says {sorted(uses)}"
            for room, uses in MAY_USE.items() if linked.get(room) != uses]


def faults_of_page():
    """ARCHITECTURE.md shows the same table: | `room/` | ... | base, facts |"""
    page = house.REPOSITORY / "ARCHITECTURE.md"
    if not page.exists():
        return ["ARCHITECTURE.md is missing"]
    shown = {}
    for room, uses in re.findall(r"^\| `(\w+)/` \|.*\| ([^|]*) \|$", page.read_text(encoding="utf-8"), re.M):
        shown[room] = {word.strip() for word in uses.split("(")[0].split(",")} - {"–", "-", ""}
    return [f"ARCHITECTURE.md: {room}/ uses {sorted(shown.get(room, set()))}, the test says {sorted(uses)}"
            for room, uses in MAY_USE.items() if shown.get(room) != uses]


def main():
    files = [path for path in house.code_files() if house.name_of(path).startswith("src/")]
    faults = [fault for path in files for fault in faults_of(path)]
    house.finish("rooms", len(files), faults + faults_of_cmake() + faults_of_page())


main()
