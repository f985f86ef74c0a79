"""What becomes of headers on their way through a REST API: dropped, kept for the gateway, or renamed (recorded from AWS). Pure."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from email.utils import formatdate

Pairs = tuple[tuple[str, str], ...]
TRACE = "x-amzn-trace-id"
_ENTERING = frozenset(
    {
        *("connection", "content-length", "content-md5", "expect", "keep-alive", "max-forwards"),
        *("proxy-authenticate", "server", "te", "trailer", "transfer-encoding", "upgrade"),
        "www-authenticate",
    }
)
"""Headers of a request that no integration and no template sees."""
_PASSING = frozenset({"content-encoding", "host", "via", TRACE})
"""Those that HTTP_PROXY does not pass on as they came."""
_HOPPING = frozenset({"connection", "expect", "proxy-authenticate", "te", "via"})
"""Headers that a mapping may set and that never leave."""
_FORBIDDEN = frozenset({"content-length", "transfer-encoding"})
_SIGNED = frozenset({"authorization", "connection", "expect", "proxy-authenticate", "te"})
_RENAMED = frozenset(
    {
        *("authorization", "connection", "content-length", "content-md5", "date", "expect", "host"),
        *("max-forwards", "proxy-authenticate", "server", "trailer", "upgrade", "user-agent"),
        *("www-authenticate", "x-amzn-requestid"),
    }
)


def entering(headers: Pairs, when: float) -> Pairs:
    """The headers of a request (names in lower case) that the API works with, a trace id among them."""
    kept = tuple(pair for pair in headers if pair[0] not in _ENTERING)
    return kept if any(name == TRACE for name, _ in kept) else (*kept, (TRACE, trace(None, when)))


def passed(headers: Pairs, mapped: Sequence[tuple[str, str]], source_ip: str) -> list[tuple[str, str]]:
    """What HTTP_PROXY sends: the request's headers, those of the way, and the mapped ones instead of their like."""
    through = [value for name, value in headers if name == "x-forwarded-for"]
    own = {
        "x-forwarded-for": ", ".join([*through, source_ip]),
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    kept = [pair for pair in headers if pair[0] not in _PASSING and pair[0] not in own]
    return over([*kept, *own.items()], mapped)


def over(headers: Iterable[tuple[str, str]], mapped: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """``headers`` with the mapped ones instead of their like, without those that never leave."""
    named = {name.lower() for name, _ in mapped}
    left = [pair for pair in headers if pair[0].lower() not in named]
    return [*left, *(pair for pair in mapped if pair[0].lower() not in _HOPPING)]


def refuses(names: Iterable[str], *, signed: bool) -> bool:
    """Whether a mapping sets a header that only the gateway may send; ``signed`` for calls of AWS."""
    forbidden = _FORBIDDEN | (_SIGNED if signed else frozenset())
    return any(name.lower() in forbidden for name in names)


def renamed(name: str) -> str | None:
    """The name of an answer's header in lower case, with the prefix of those that the gateway owns; None to drop it."""
    key = name.lower()
    if key == "transfer-encoding":
        return None
    return f"x-amzn-remapped-{key}" if key in _RENAMED else key


def remapped(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a target's answer as the API answers them."""
    return [(new, value) for name, value in headers if (new := renamed(name)) is not None]


def trace(given: str | None, when: float) -> str:
    """A request's trace id: the one that it brings, or a new root at ``when`` (epoch seconds)."""
    return given or f"Root=1-{int(when):08x}-{secrets.token_hex(12)}"


def sampled(given: str) -> str:
    """The trace id that a function's call has: with a parent and the decision whether it is sampled."""
    parts = dict(part.partition("=")[::2] for part in given.split(";") if "=" in part)
    parts.setdefault("Parent", secrets.token_hex(8))
    parts.setdefault("Sampled", "0")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def own(endpoint: str) -> Pairs:
    """What every answer of an API has; one that is optimized for the edge comes through CloudFront."""
    common = (("date", formatdate(usegmt=True)), ("connection", "keep-alive"))
    if endpoint != "EDGE":
        return common
    return (
        *common,
        ("x-cache", "Miss from cloudfront"),
        ("via", f"1.1 {secrets.token_hex(16)}.cloudfront.net (CloudFront)"),
        ("x-amz-cf-pop", "IAD89-C1"),
        ("x-amz-cf-id", f"{secrets.token_urlsafe(41)}=="),
    )
