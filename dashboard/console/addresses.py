"""The addresses of pages by their names in the URL configuration."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=4096)
def address(url_name: str, *parts: str) -> str:
    """What Django's ``reverse`` finds, kept: a page asks for some thirty, nearly all the same ones as the page before."""
    return reverse(url_name, args=parts)
