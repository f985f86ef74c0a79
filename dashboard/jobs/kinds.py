"""Kinds of job, registered as callables by the modules; the only function the queue ever names is ``run_slice``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dashboard.jobs.models import Job
    from dashboard.jobs.slices import Slice


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    ``run`` does work until it is finished or ``slice.time_is_up()``; it keeps its place with ``slice.checkpoint(state, done, total)`` and
    reads it back from ``slice.state``. It returns True when finished, False to be called again, ``slice.later(seconds)`` to be called
    again then. ``permission`` is what its owner must (still) have on the job's resource; ``title`` names it to a person. ``link`` says
    where a job that is done leads to: the words and the address.
    """

    name: str
    title: str
    run: Callable[[Slice], bool]
    permission: str = "read"
    hidden: bool = False
    link: Callable[[Job], tuple[str, str]] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called from a module's ``AppConfig.ready``."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind | None:
    """The kind of that name; None when its module is gone."""
    return _kinds.get(name)


def all_kinds() -> dict[str, Any]:
    """Every registered kind by name."""
    return dict(_kinds)
