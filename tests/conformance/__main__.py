"""``python -m tests.conformance [word …]``: play, print, write ``var/conformance.json``; 1 when a difference is not listed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from tests.conformance.known import places, reasons
from tests.conformance.runner import Report, play, samples

OUTPUT = Path("var/conformance.json")
MOST = 6
"""Differences that are shown of one step."""


def main(words: list[str]) -> int:
    """The exit status."""
    folder = samples()
    if not (folder / "recorded").is_dir():
        print(f"There are no recordings in {folder}: set SAMPLES_DIR.", file=sys.stderr)
        return 2
    report = Report(play(folder, words), reasons(), places())
    _write(report)
    _table(report)
    for name, count in Counter(step.scenario for step in report.unlisted if step.unwritten).items():
        print(f"\n{name}: there is no scenario for its {count} steps")
    for step in (step for step in report.unlisted if not step.unwritten):
        print(f"\n{step.scenario} {step.name} ({step.operation})")
        for line in step.differences[:MOST]:
            print(f"    {line}")
        if len(step.differences) > MOST:
            print(f"    … and {len(step.differences) - MOST} more")
    for line in report.struck:
        print(f"\nListed as a known difference, and there is none: {line}")
    listed = len(report.failed) - len(report.unlisted)
    print(f"\n{listed} known differences (tests/conformance/known.py), {len(report.unlisted)} others")
    print(f"{len(report.steps) - len(report.failed)} passed, {len(report.failed)} failed")
    return 1 if report.unlisted or report.struck else 0


def _counts(report: Report) -> dict[str, tuple[int, int]]:
    """Operation → passed, failed."""
    whole = Counter(step.operation for step in report.steps)
    failed = Counter(step.operation for step in report.failed)
    return {name: (whole[name] - failed[name], failed[name]) for name in sorted(whole)}


def _table(report: Report) -> None:
    print(f"{'operation':<36}{'passed':>8}{'failed':>8}")
    for name, (passed, failed) in _counts(report).items():
        print(f"{name:<36}{passed:>8}{failed:>8}")


def _write(report: Report) -> None:
    OUTPUT.parent.mkdir(exist_ok=True)
    steps = [
        {
            "scenario": step.scenario,
            "step": step.name,
            "operation": step.operation,
            "passed": step.passed,
            "differences": list(step.differences),
            "known": report.known.get((step.scenario, step.name)),
        }
        for step in report.steps
    ]
    value = {
        "passed": len(report.steps) - len(report.failed),
        "failed": len(report.failed),
        "known": len(report.failed) - len(report.unlisted),
        "operations": {
            name: {"passed": passed, "failed": failed} for name, (passed, failed) in _counts(report).items()
        },
        "steps": steps,
    }
    OUTPUT.write_text(json.dumps(value, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
