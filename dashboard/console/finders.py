"""Front-end files of pip packages, a short list and nothing else: neither package is copied, nor served whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

_ACE = "static/django_ace/ace"
_ACE_IMAGES = (
    *(f"main-{number}.png" for number in (1, 2, 3, 4, *range(13, 25), 26)),
    *(f"main-{number}.svg" for number in (*range(5, 13), 25)),
)
FILES: dict[str, tuple[str, str]] = {
    "vendor/htmx.min.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
    "vendor/ace/ace.js": ("django_ace", f"{_ACE}/ace.js"),
    "vendor/ace/mode-json.js": ("django_ace", f"{_ACE}/mode-json.js"),
    "vendor/ace/mode-partiql.js": ("django_ace", f"{_ACE}/mode-partiql.js"),
    "vendor/ace/ext-searchbox.js": ("django_ace", f"{_ACE}/ext-searchbox.js"),
    "vendor/ace/css/ace.css": ("django_ace", f"{_ACE}/css/ace.css"),
    **{f"vendor/ace/css/{name}": ("django_ace", f"{_ACE}/css/{name}") for name in _ACE_IMAGES},
}
"""Path under STATIC_URL to (package, path inside it). The images are those that ace.css names; the theme is our own CSS."""


class PackageStorage(FileSystemStorage):
    """The listed files under their public names."""

    def path(self, name: str) -> str:
        """Where the file lies; FileNotFoundError for a name that is not on the list."""
        if name not in FILES:
            raise FileNotFoundError(name)
        package, inside = FILES[name]
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise FileNotFoundError(f"{name}: the package {package} is not installed")
        return str(Path(spec.submodule_search_locations[0]) / inside)


class PackageFinder(BaseFinder):
    """Finds exactly FILES."""

    storage = PackageStorage()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place, ``[]`` for none."""
        if kwargs:
            find_all = self._check_deprecated_find_param(find_all=find_all, **kwargs)  # type: ignore[attr-defined]
        if path not in FILES:
            return []
        place = self.storage.path(path)
        return [place] if find_all else place

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every listed file, for collectstatic."""
        for path in FILES:
            yield path, self.storage
