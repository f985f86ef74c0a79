"""``python -m tests.bench``: measure every group, or the one that ONLY names, into var/bench.json."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from tests.bench import apis, localaws, tables
from tests.bench.figures import RESULTS, Figure, keep

GROUPS: dict[str, Callable[[], Sequence[Figure]]] = {
    "tables": tables.measure,
    "apis": apis.measure,
    "localaws": localaws.measure,
}


def main() -> int:
    """0 when everything was measured. A figure over its limit is printed as such; no measure makes this fail."""
    only = os.environ.get("ONLY", "")
    if only and only not in GROUPS:
        print(f"ONLY={only} names no group; there are: {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores / 2:
        print(f"This machine is busy (load {load:.1f} on {cores} cores): times will be longer than they are.")
    for name in [only] if only else GROUPS:
        print(f"Measuring {name} …", flush=True)
        figures = GROUPS[name]()
        keep(figures)
        print(*(figure.line for figure in figures), sep="\n")
    print(f"Kept in {RESULTS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
