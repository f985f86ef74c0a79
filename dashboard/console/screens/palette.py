"""What the palette finds, as JSON: only what the viewer may read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from dashboard.accounts.policy import may
from dashboard.console.registry import Entry, registry
from dashboard.console.screen import screen

LIMIT = 20
LONGEST = 200


@screen("read", "console:home")
def palette(request: HttpRequest) -> HttpResponse:
    """``{"entries": [{"title", "kind", "url", "detail"}], "more": bool}``, best first. No AWS call."""
    text = request.GET.get("q", "").strip()[:LONGEST].casefold()
    found: dict[str, tuple[int, Entry]] = {}
    for source in registry.palette:
        for entry in source(request, text):
            rank = rank_of(entry, text)
            if rank is not None and entry.url not in found and may(request.user, "read", entry.resource):
                found[entry.url] = (rank, entry)
    best = sorted(found.values(), key=lambda pair: (pair[0], pair[1].title.casefold()))
    entries = [
        {"title": entry.title, "kind": entry.kind, "url": entry.url, "detail": entry.detail}
        for _, entry in best[:LIMIT]
    ]
    return JsonResponse({"entries": entries, "more": len(best) > LIMIT})


def rank_of(entry: Entry, text: str) -> int | None:
    """0 for the very title, 1 where it begins so, 2 where it holds all words, 3 where the detail does; None for no match."""
    title = entry.title.casefold()
    if not text or title.startswith(text):
        return 0 if title == text else 1
    words = text.split()
    if all(word in title for word in words):
        return 2
    everything = f"{title} {entry.kind} {entry.detail}".casefold()
    return 3 if all(word in everything for word in words) else None
