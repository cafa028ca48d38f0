#!/usr/bin/python3
"""Medians and the paired ratio of what spawn printed. Usage: summary.py TITLE NAME_OF_A NAME_OF_B < LINES"""
import statistics
import sys


def main():
    title, name_a, name_b = sys.argv[1:4]
    runs = {"A": [], "B": []}
    for line in sys.stdin:
        name, *numbers = line.split()
        runs[name].append([int(number) for number in numbers])
    print(f"{title} ({len(runs['A'])} pairs)")
    width = max(len(name_a), len(name_b))
    for name, key in ((name_a, "A"), (name_b, "B")):
        wall, processor, resident, status = zip(*runs[key])
        print(f"  {name:<{width}}  wall {statistics.median(wall) / 1000:7.2f} ms"
              f"  cpu {statistics.median(processor) / 1000:7.2f} ms"
              f"  peak {max(resident) / 1024:6.1f} MiB  status {sorted(set(status))}")
    ratios = [b[0] / a[0] for a, b in zip(runs["A"], runs["B"]) if a[0]]
    print(f"  {name_b} / {name_a}, pair by pair: {statistics.median(ratios):.2f}x wall")


main()
