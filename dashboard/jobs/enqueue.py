"""Starting a job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from dashboard.accounts.actor import Actor
from dashboard.accounts.policy import require
from dashboard.core.resources import Resource
from dashboard.jobs.core.states import UNFINISHED
from dashboard.jobs.delivery import deliver
from dashboard.jobs.kinds import kind_of
from dashboard.jobs.models import Job

TRIES = 5
SECRET_NAMES = ("password", "secret", "token", "credential", "private_key", "access_key")


def enqueue(
    actor: Actor, kind: str, arguments: dict[str, Any], *, resource: Resource, unique: str | None = None
) -> Job:
    """Write the job and hand it to the queue once the transaction around the caller is committed.

    ``arguments`` is plain JSON without secrets. ``unique`` names the work: an unfinished job of that name is returned instead of
    a second. Raises Refused when the actor has not the kind's permission on ``resource``; ValueError for a programming error.
    """
    known = kind_of(kind)
    if known is None:
        raise ValueError(f"there is no kind of job named {kind}")
    if actor.user is not None:
        require(actor.user, known.permission, resource)
    _no_secrets(arguments)
    fields = _fields(actor, kind, json.loads(json.dumps(arguments)), resource, unique or "")
    for _attempt in range(TRIES):
        existing = Job.objects.filter(unique=unique, state__in=UNFINISHED).first() if unique else None
        if existing is not None:
            return existing
        try:
            with transaction.atomic():
                job = Job.objects.create(**fields)
        except IntegrityError:
            continue  # somebody else was faster, and that job may be finished by now
        transaction.on_commit(partial(deliver, job.pk))
        return job
    raise RuntimeError(f"other jobs named {unique} came and went {TRIES} times")


def _fields(
    actor: Actor, kind: str, arguments: dict[str, Any], resource: Resource, unique: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "arguments": arguments,
        "owner": actor.user,
        "owner_name": actor.name,
        "request_id": actor.request_id,
        "connection": resource.connection,
        "region": resource.region,
        "resource": resource.name,
        "unique": unique,
    }


def _no_secrets(value: Any) -> None:
    """ValueError for an argument that is named like a secret: rows and messages are no place for one."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if any(word in str(name).lower() for word in SECRET_NAMES):
                raise ValueError(f"the argument {name} is named like a secret; a job's arguments are stored")
            _no_secrets(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _no_secrets(inner)
