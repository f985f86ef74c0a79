"""For load balancers and monitors: is the process alive, is it ready for visitors."""

from __future__ import annotations

import logging
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from dashboard.console.screen import public
from dashboard.jobs import heartbeat

log = logging.getLogger("gatehouse.health")
NO_STORE = {"Cache-Control": "no-store"}


@public
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; it asks nothing else, so a database that is down does not restart the web server."""
    return JsonResponse({"status": "ok"}, headers=NO_STORE)


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and has every migration, else 503; a silent job worker is a warning in a 200.

    Body: ``{"status": "ready"|"not ready", "database": "ok"|..., "migrations": ..., "worker": ..., "warnings": [sentence]}``.
    """
    answer: dict[str, object] = {"status": "not ready", "database": "ok", "migrations": "ok", "warnings": []}
    try:
        missing = expected_migrations() - set(MigrationRecorder(connection).applied_migrations())
        if missing:
            answer["migrations"] = f"{len(missing)} not applied; run manage.py migrate"
            return JsonResponse(answer, status=503, headers=NO_STORE)
        warning = heartbeat.warning()
    except Error as error:
        log.warning("The database does not answer: %s", error)
        answer |= {"database": f"does not answer ({type(error).__name__})", "migrations": "unknown"}
        return JsonResponse(answer, status=503, headers=NO_STORE)
    answer |= {
        "status": "ready",
        "worker": "silent" if warning else "ok",
        "warnings": [warning] if warning else [],
    }
    return JsonResponse(answer, headers=NO_STORE)


@cache
def expected_migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this version, (app, name); read from disk once for each process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
