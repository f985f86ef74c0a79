"""As whom a connection acts: AWS's own answer, kept for a while, with its age."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from dashboard.accounts.models import Connection
from dashboard.accounts.operations.connections import values
from dashboard.accounts.place import Place
from dashboard.aws import sts

KEPT = timedelta(minutes=10)


@dataclass(frozen=True)
class Known:
    """GetCallerIdentity's answer. ``warning`` says when it is not the account that the connection names."""

    account: str
    arn: str
    user_id: str
    fetched: datetime
    warning: str = ""


def identity(row: Connection, *, fresh: bool = False) -> Known:
    """0 AWS calls when the answer is younger than ten minutes, else 1 (GetCallerIdentity). Raises AwsError; failures are not kept."""
    key = _key(row)
    kept = None if fresh else cache.get(key)
    if kept is None:
        answer = sts.caller_identity(Place(row, row.regions[0]).target)
        kept = {
            "account": answer.account,
            "arn": answer.arn,
            "user_id": answer.user_id,
            "fetched": timezone.now().isoformat(),
        }
        cache.set(key, kept, timeout=KEPT.total_seconds())
    fetched = datetime.fromisoformat(kept["fetched"])
    return Known(kept["account"], kept["arn"], kept["user_id"], fetched, _warning(row, kept["account"]))


def _warning(row: Connection, account: str) -> str:
    if not row.account_id or row.account_id == account:
        return ""
    return (
        f"These credentials lead to account {account}, but this connection is meant for {row.account_id}. "
        "Whatever is done here happens in the account that AWS names. Mend the credentials or the account before going on."
    )


def _key(row: Connection) -> str:
    """Changes with anything that changes the answer."""
    text = json.dumps(values(row), sort_keys=True)
    return f"gatehouse.identity.{row.pk}.{hashlib.sha256(text.encode()).hexdigest()[:16]}"
