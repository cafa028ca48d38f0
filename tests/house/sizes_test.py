#!/usr/bin/python3
"""Files of src/ and lab/ have at most 400 lines, functions at most 60.

An exception says why: a line `// house: long because ...` in the file's head comment (file) or just above or
inside the function.
"""
import re

import house

FILE_LIMIT = 400
FUNCTION_LIMIT = 60
EXCUSE = "// house: long because "
NOT_A_FUNCTION = re.compile(r"^(namespace|struct|class|union|enum|extern\b|using|template\s*<[^>]*>\s*(struct|class))")


def functions(lines):
    """(first line, last line, header) of everything with a body at the left margin, counted from 0.

    clang-format puts what stands in a namespace at the left margin, so a closing brace there ends it.
    """
    start = None
    number = 0
    while number < len(lines):
        line = lines[number]
        if start is None:
            if line and not line[0].isspace() and line[0] not in "#/}":
                start = number
            else:
                number += 1
                continue
        code = line.split("//")[0].rstrip()
        if code.endswith("{"):
            header = " ".join(part.strip() for part in lines[start:number + 1])
            if re.match(r"^(inline )?namespace", header):
                start = None
                number += 1
                continue
            end = number + 1
            while end < len(lines) and not lines[end].startswith("}"):
                end += 1
            yield start, min(end, len(lines) - 1), header
            start = None
            number = end + 1
            continue
        if code.endswith((";", "}")) or not code:
            start = None
        number += 1


def is_function(header):
    if NOT_A_FUNCTION.match(header):
        return False
    before_body = header.rsplit("{", 1)[0].rstrip()
    return "(" in before_body and not before_body.endswith("=") and "] =" not in before_body


def faults_of(path):
    name = house.name_of(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    faults = []
    if len(lines) > FILE_LIMIT and not any(line.startswith(EXCUSE) for line in lines):
        faults.append(f"{name}: {len(lines)} lines, the limit is {FILE_LIMIT}")
    for first, last, header in functions(lines):
        length = last - first + 1
        excused = any(EXCUSE in line for line in lines[max(0, first - 3):last])
        if is_function(header) and length > FUNCTION_LIMIT and not excused:
            faults.append(f"{name}:{first + 1}: a function of {length} lines, the limit is {FUNCTION_LIMIT}")
    return faults


def main():
    files = list(house.code_files())
    house.finish("sizes", len(files), [fault for path in files for fault in faults_of(path)])


main()
