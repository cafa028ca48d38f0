#!/usr/bin/python3
"""What must not stand in the repository: paths of one machine, marks of unfinished work, half a translation.

Every say(en, ja, ...) has a Japanese sentence that uses as many arguments as the English one; every scenario
has a title in both languages.
"""
import re

import house

# Put together from pieces so that this file does not find itself.
MACHINE_PATHS = re.compile("|".join(
    ["/wo" + "rk/", "/tmp/w" + "t/", "/tmp/cc" + "ache", "/ho" + "me/runner", "bash_" + "jobs"]))
# Not the X's of a file's name, as in glibc's files-*.c.
UNFINISHED = re.compile(r"(?<![-\w])(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b|not implem" + "ented")
SPEAKERS = re.compile("|".join([r"\bsub" + "agent", r"\bAI ag" + "ent", r"language mo" + "del"]), re.I)
TEXT_SUFFIXES = {".cpp", ".hpp", ".md", ".py", ".txt", ".cmake", ".json", ".def", ".sh", ".scenario", ".yml", ""}
# The mark is the field's own: RFC 4716 and ssh -v transcripts write keys and users so.
UNFINISHED_ALLOWED = ("fuzz/corpus/", "tests/samples/")

LITERAL = re.compile(r'\s*"((?:[^"\\]|\\.)*)"')
JAPANESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
WORDS = re.compile(r"\b[A-Za-z][a-z]{2,}\b")
NEEDS_NO_TRANSLATION = {"sshd", "yes"}


def string_at(text, position):
    """The adjacent string literals from `position` on and where they end; None where none stands there."""
    whole = None
    while found := LITERAL.match(text, position):
        whole = (whole or "") + found.group(1)
        position = found.end()
    return whole, position


def placeholders(text):
    """How many arguments the sentence uses; one that is used twice by its number counts once."""
    found = re.findall(r"\{(\d*)[^}]*\}", text.replace("{{", "").replace("}}", ""))
    return len([one for one in found if not one]) + len({one for one in found if one})


def faults_of_sentences(name, text):
    faults = []
    seen = 0
    for call in re.finditer(r"\bsay\(", text):
        english, position = string_at(text, call.end())
        comma = re.compile(r"\s*,").match(text, position)
        if english is None or not comma:
            continue
        japanese, _ = string_at(text, comma.end())
        if japanese is None:
            continue
        seen += 1
        line = text.count("\n", 0, call.start()) + 1
        prose = re.sub(r"`[^`]*`|\{[^}]*\}|\\n", " ", english)
        if set(WORDS.findall(prose)) - NEEDS_NO_TRANSLATION and not JAPANESE.search(japanese):
            faults.append(f"{name}:{line}: no Japanese: {english[:60]}")
        if placeholders(english) != placeholders(japanese):
            faults.append(f"{name}:{line}: {placeholders(english)} arguments in English, "
                          f"{placeholders(japanese)} in Japanese")
    return seen, faults


def faults_of_scenario(name, text):
    titles = dict(re.findall(r"^(title|title-ja):\s*(\S.*)$", text, re.M))
    if not JAPANESE.search(titles.get("title-ja", "")):
        return [f"{name}: no title-ja"]
    return [] if "title" in titles else [f"{name}: no title"]


def main():
    faults = []
    looked_at = sentences = 0
    for path in house.repository_files():
        name = house.name_of(path)
        if path.suffix not in TEXT_SUFFIXES or name.startswith(UNFINISHED_ALLOWED):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            faults.append(f"{name}: not UTF-8")
            continue
        looked_at += 1
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in ((MACHINE_PATHS, "a path of one machine"), (UNFINISHED, "unfinished"),
                                  (SPEAKERS, "a word that has no place here")):
                if pattern.search(line):
                    faults.append(f"{name}:{number}: {what}: {line.strip()[:80]}")
        if path.suffix in house.CODE_SUFFIXES and not path.stem.endswith("_test"):
            seen, wrong = faults_of_sentences(name, text)
            sentences += seen
            faults += wrong
        if path.suffix == ".scenario":
            faults += faults_of_scenario(name, text)
    if not sentences:
        faults.append("no say(en, ja) was found: the test reads them wrongly")
    house.finish("words", looked_at, faults)


main()
