"""Where a request to a stage goes: ``/_aws/execute-api/<api>/<rest>`` on this machine's name, or
``<api>.execute-api.<region>.localhost`` with AWS's own paths. ``/_aws/domains/<domain name>/<path>`` goes by the mappings of a
custom domain name, whose own name no request here may have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "/_aws/execute-api/"
DOMAINS = "/_aws/domains/"
_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.localhost(?::\d+)?")
_HERE = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")


@dataclass(frozen=True)
class Address:
    """The API, the region when the host names it, and the path below the API (percent-encoded, begins with /)."""

    api_id: str
    region: str
    path: str
    domain: str = ""
    """The custom domain name by which the request came; the API is not known then."""

    def staged(self) -> tuple[str, str]:
        """The path's first part as a stage's name, and the rest, which begins with /."""
        stage, _, rest = self.path[1:].partition("/")
        return stage, f"/{rest}"


def address(host: str, raw_path: str) -> Address | None:
    """The API that a request is for, None when it is for something else.

    Other names of this machine are not taken, so that no name of a stranger's can point here.
    """
    if found := _HOST.fullmatch(host.lower()):
        return Address(found[1], found[2], raw_path or "/")
    if raw_path.startswith(PREFIX) and _HERE.fullmatch(host.lower()):
        api_id, _, rest = raw_path.removeprefix(PREFIX).partition("/")
        return Address(api_id, "", f"/{rest}") if api_id else None
    if raw_path.startswith(DOMAINS) and _HERE.fullmatch(host.lower()):
        domain, _, rest = raw_path.removeprefix(DOMAINS).partition("/")
        return Address("", "", f"/{rest}", domain.lower()) if domain else None
    return None
