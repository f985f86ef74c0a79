"""What the module is made of: each area brings its own addresses, its tab on a table's pages and its registrations.

An area is a file here with three names: ``urls()`` (patterns, imported late because screens need the registry), ``TAB`` (None for an
area without a page of its own on a table) and ``ready()`` (undo handlers, kinds of job, palette; called once by ``AppConfig.ready``).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

NAMES = ("items", "partiql", "several", "saved", "structure", "backups", "streams", "health")
"""In the order of their tabs."""


@dataclass(frozen=True)
class Tab:
    """A page of every table: its name, the URL's name (with connection, region and table as its arguments) and what it is called."""

    name: str
    url_name: str
    title: str


def areas() -> tuple[ModuleType, ...]:
    """Every area."""
    return tuple(import_module(f"dashboard.tables.areas.{name}") for name in NAMES)


def tabs() -> tuple[Tab, ...]:
    """The tabs of a table's pages, in order."""
    return tuple(area.TAB for area in areas() if area.TAB is not None)
