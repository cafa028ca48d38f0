#!/usr/bin/python3
"""Medians and the paired ratios of what spawn printed. Usage: summary.py TITLE NAME_OF_A NAME_OF_B [BAR] < LINES

BAR is what A is held against: `0.25x` of B's time, or `200ms` for itself."""
import statistics
import sys


def bar_line(bar, ratio, wall):
    """The bar with what it is held against."""
    if bar.endswith("x"):
        return f"  bar: at most {bar[:-1]} of the other, is {ratio:.2f}"
    return f"  bar: at most {bar[:-2]} ms, is {wall:.2f} ms"


def main():
    title, name_a, name_b, *bars = sys.argv[1:]
    runs = {"A": [], "B": []}
    for line in sys.stdin:
        name, *numbers = line.split()
        runs[name].append([int(number) for number in numbers])
    if not runs["A"]:
        sys.exit(f"{title}: nothing was run")
    print(f"{title} ({len(runs['A'])} pairs)")
    width = max(len(name_a), len(name_b))
    for name, key in ((name_a, "A"), (name_b, "B")):
        wall, processor, resident, status = zip(*runs[key])
        print(f"  {name:<{width}}  wall {statistics.median(wall) / 1000:7.2f} ms"
              f"  cpu {statistics.median(processor) / 1000:7.2f} ms (least {min(processor) / 1000:.2f})"
              f"  peak {max(resident) / 1024:6.1f} MiB  status {sorted(set(status))}")
    pairs = [(a, b) for a, b in zip(runs["A"], runs["B"]) if b[0] and b[1]]
    wall, processor = (statistics.median(a[i] / b[i] for a, b in pairs) for i in (0, 1))
    print(f"  {name_a} / {name_b}, pair by pair: {wall:.2f} wall, {processor:.2f} cpu")
    for bar in bars:
        print(bar_line(bar, processor, statistics.median(run[0] for run in runs["A"]) / 1000))


main()
