"""Whether the collected static files are those of this version: a page must not fail after an upgrade for want of a stylesheet."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable
from pathlib import Path

MANIFEST = "staticfiles.json"


def complaint(root: Path, sources: Iterable[Path]) -> str:
    """What is wrong with the files collected in ``root``, as the end of a sentence; empty when nothing is.

    ``sources`` are our own folders of static files; each file of theirs must be in ``root``, unchanged.
    """
    if not (root / MANIFEST).is_file():
        return "holds no collected static files; run manage.py collectstatic"
    for source in sources:
        for path in source.rglob("*"):
            collected = root / path.relative_to(source)
            if path.is_file() and not (collected.is_file() and filecmp.cmp(path, collected, shallow=False)):
                return f"holds the static files of another version ({path.relative_to(source)} differs); run manage.py collectstatic"
    return ""
