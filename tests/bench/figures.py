"""What was measured: kept in var/bench.json and printed as a table."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "var" / "bench.json"


@dataclass(frozen=True)
class Figure:
    """One measured number. ``against`` says what it is held against and how it came about; ``limit`` is the most it may be."""

    name: str
    value: float
    unit: str
    against: str
    limit: float | None = None

    @property
    def entry(self) -> dict[str, float | str]:
        """As it stands in the file."""
        bound = "" if self.limit is None else f"at most {self.limit:g}: "
        return {"value": self.value, "unit": self.unit, "against": f"{bound}{self.against}"}

    @property
    def line(self) -> str:
        """As it is printed."""
        verdict = "" if self.limit is None else ("ok" if self.value <= self.limit else "OVER")
        bound = "" if self.limit is None else f"<= {self.limit:g}"
        return f"{self.name:<32}{self.value:>10.2f} {self.unit:<8}{bound:<9}{verdict:<6}{self.against}"


def median(values: Sequence[float]) -> float:
    """The median, to two digits after the point."""
    return round(statistics.median(values), 2)


def keep(figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Merge the figures into the file; those of other groups stay. The file is replaced whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(path.read_text()) if path.exists() else {}
    kept |= {figure.name: figure.entry for figure in figures}
    new = path.with_suffix(".new")
    new.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    new.replace(path)
