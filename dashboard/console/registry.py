"""What modules hang into the frame, from their ``AppConfig.ready``: pages, menu, palette, panels of the home page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver

from dashboard.accounts.place import Place
from dashboard.core.resources import Resource


@dataclass(frozen=True)
class MenuItem:
    """A line of the menu, shown when the viewer ``may`` do ``action`` on ``resource``.

    ``url`` is built from the place for a module's pages (they are per connection and region) and ignores it otherwise.
    ``section`` is ``place`` (under the chosen connection and region) or ``console``.
    """

    title: str
    icon: str
    url: Callable[[Place | None], str]
    action: str = "read"
    resource: str = "console:home"
    section: str = "place"
    order: int = 50


@dataclass(frozen=True)
class Entry:
    """One thing the palette or the home page can open; ``resource`` is what the viewer must be able to read."""

    title: str
    kind: str
    url: str
    resource: Resource
    detail: str = ""


@dataclass(frozen=True)
class HomePanel:
    """A panel of the home page: ``context`` makes at most the calls its docstring states (0 when warm)."""

    title: str
    template: str
    context: Callable[[HttpRequest], dict[str, object]]
    order: int = 50


@dataclass
class Registry:
    """Everything registered. ``urls`` are mounted at the root; every one is a ``screen`` (see ``screen.py``)."""

    urls: list[URLPattern | URLResolver] = field(default_factory=list)
    menu: list[MenuItem] = field(default_factory=list)
    palette: list[Callable[[HttpRequest, str], Iterable[Entry]]] = field(default_factory=list)
    panels: list[HomePanel] = field(default_factory=list)


registry = Registry()
