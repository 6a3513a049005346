"""The table of tests/bench/inetd: medians of its lines, a row a server.

usage: inetd_table.py TITLE BASE... <LINES

A line is NAME CLIENTS RATE CPU FAULTS P99 MAX ERRORS.  The last columns are
the page faults of a connection, and the medians of the ratios of CPU time to
that of each BASE in the same round.
"""
import statistics
import sys
from collections import defaultdict

LEVELS = (1, 8, 64, 256)


def ratio(rows, name, base):
    """The median over all levels and rounds, or nothing."""
    ratios = [a[1] / b[1] for c in LEVELS
              for a, b in zip(rows[name, c], rows.get((base, c), [])) if b[1]]
    return "%17.2f" % statistics.median(ratios) if ratios else "%17s" % "-"


def main():
    title, *bases = sys.argv[1:]
    rows = defaultdict(list)
    for line in sys.stdin:
        name, clients, *numbers = line.split()
        rows[name, int(clients)].append([float(n) for n in numbers])
    print(title + "; medians")
    print("%-12s" % "" + "".join("%26s" % ("%d clients" % c) for c in LEVELS) +
          "%8s" % "faults" + "".join("%17s" % ("CPU/" + b) for b in bases))
    for name in dict.fromkeys(name for name, _ in rows):
        cells, faults = [], []
        for c in LEVELS:
            rate, cpu, fault, _, _, _ = (
                statistics.median(column) for column in zip(*rows[name, c]))
            worst = max(row[4] for row in rows[name, c])
            errors = sum(row[5] for row in rows[name, c])
            cells.append("%8.0f %7.1f %8.1f%s" % (
                rate, cpu, worst, "!" if errors else " "))
            faults.append(fault)
        print("%-12s" % name + " ".join(cells) +
              "%8.1f" % statistics.median(faults) +
              "".join(ratio(rows, name, base) for base in bases))


main()
