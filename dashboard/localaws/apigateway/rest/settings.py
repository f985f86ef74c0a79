"""Method settings of a stage: whole records by ``path/VERB``, frozen when a method is first named."""

from __future__ import annotations

from dashboard.localaws.apigateway.rest.patching import unescape
from dashboard.localaws.apigateway.store import Json

ALL = "*/*"
ACCOUNT_RATE = 10_000.0
ACCOUNT_BURST = 5_000
_DEFAULT: Json = {
    "metricsEnabled": False,
    "dataTraceEnabled": False,
    "throttlingBurstLimit": ACCOUNT_BURST,
    "throttlingRateLimit": ACCOUNT_RATE,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}


def plain(key: str) -> str:
    """A key without escapes and leading slash: ``~1pets~1{id}/GET`` is ``pets/{id}/GET``; the root is ``/GET``."""
    path, _, verb = key.rpartition("/")
    return f"{unescape(path).lstrip('/')}/{verb}"


def key_in(stage: Json, key: str) -> str | None:
    """The key under which the stage keeps the settings of the same method, however it was written."""
    wanted = plain(key)
    return next((each for each in stage["methodSettings"] if plain(each) == wanted), None)


def frozen(stage: Json, key: str) -> Json:
    """The record of a method, made when it is first named: a copy of what held for all methods at that time.

    That is what AWS does (recorded 2024-03-05): a later change of ``*/*`` does not reach it.
    """
    settings: Json = stage["methodSettings"]
    known = key_in(stage, key)
    if known is None:
        known = key
        settings[key] = dict(settings.get(ALL, _DEFAULT))
    found: Json = settings[known]
    return found


def effective(stage: Json, path: str, verb: str) -> Json | None:
    """The record that decides for a method, by the resource's path (``/pets/{id}``) and its verb; None when there is none.

    A method that is not named follows ``*/*``.
    """
    for key in (f"{path.lstrip('/')}/{verb}", ALL):
        known = key_in(stage, key)
        if known is not None:
            found: Json = stage["methodSettings"][known]
            return found
    return None
