"""Every URL × every role × GET and POST, against what the URL itself declares. A URL that declares nothing fails the test.

A new URL joins by itself. It needs a line in ``sample`` only when it has a parameter of a new name.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from dashboard.accounts.models import Connection, Grant, User
from dashboard.accounts.operations.permissions import Route, _walk, overlap, routes, table
from dashboard.accounts.policy import may
from dashboard.console.screen import Access
from dashboard.core.keys import encode_key
from dashboard.core.resources import Resource
from tests.apiconfig.screens.region_world import ACME, GOLD, Region
from tests.apiconfig.screens.world import REST, World
from tests.conftest import REGION, make_user

if TYPE_CHECKING:
    from tests.stub.server import StubAws

PARAMETERS = {
    "connection": "main",
    "region": REGION,
    "table": "parcels",
    "index": "by-name",
    "section": "protection",
    "slug": "main",
    "uidb36": "a",
    "url": "x",
}
BACKUP = "01700000000000-abcdef01"
_BACKUP = {
    "TableName": "parcels",
    "BackupArn": f"arn:aws:dynamodb:{REGION}:123456789012:table/parcels/backup/{BACKUP}",
    "BackupName": "nightly",
    "BackupStatus": "AVAILABLE",
    "BackupType": "USER",
    "BackupCreationDateTime": 1_700_000_000,
    "BackupSizeBytes": 10,
}
ADMITTED = {200, 302, 400, 409}
"""What somebody who may gets: the page, a redirect, or a form that wants more than an empty POST."""

ASKS_MORE = {
    "history:undo": "the permission of the change's kind",
    "jobs:cancel": "the job's owner or its permission",
    "jobs:retry": "the job's owner or its permission",
}
"""Screens that ask a second question that depends on the row."""
OWN = frozenset({"tables:saved-query", "tables:saved-edit", "tables:saved-delete"})
"""Screens of a row that belongs to somebody: it is not there for others, whatever they may read."""


@pytest.fixture
def world(connection: Connection, stub: StubAws, admin: User) -> dict[str, dict[str, Any]]:
    """A row for every parameter: what is not in PARAMETERS, by the beginning of the URL's name."""
    from dashboard.accounts.actor import Actor
    from dashboard.accounts.operations.areas import CONNECTIONS
    from dashboard.history.record import recording
    from dashboard.jobs.models import Job

    _answers(stub)
    World(stub)
    Region(stub)
    target = make_user("somebody", "reader")
    with recording(Actor(admin, "r"), CONNECTIONS, "connection.update", subject="main") as change:
        change.done(before={"name": "a"}, after={"name": "b"})
    job = Job.objects.create(kind="tables.refresh", owner=admin, owner_name="admin", resource="console:jobs")
    group = target.groups.get()
    return {
        "accounts:user": {"pk": target.pk},
        "accounts:group": {"pk": group.pk},
        "accounts:grant-new": {"pk": group.pk},
        "accounts:grant": {"pk": Grant.objects.filter(group=group).get().pk},
        "history:": {"change_id": uuid.UUID(change.id)},
        "jobs:": {"job_id": job.pk},
        "tables:": {
            "key": encode_key({"pk": {"S": "a"}}, ["pk"]),
            "backup": BACKUP,
            "procedure": _procedure(),
            "panel": "clusters",
            "query_id": _query(admin, connection),
        },
        "apis:": {"api": REST, "stage": "prod", "deployment": "dep001", "plan": GOLD, "key": ACME},
        "account_": {"key": "x"},
        "admin:": {"object_id": target.pk, "content_type_id": 1, "app_label": "accounts"},
    }


def _query(owner: User, connection: Connection) -> uuid.UUID:
    """A saved query that everybody in the default groups may run."""
    from dashboard.tables.models import SavedQuery

    row = SavedQuery.objects.create(
        owner=owner,
        connection=connection,
        region=REGION,
        table="parcels",
        name="All",
        query=[],
        parameters=[],
    )
    return row.pk


def _procedure() -> uuid.UUID:
    from dashboard.tables.models import Procedure

    moment = timezone.now()
    row = Procedure.objects.create(
        connection="main",
        region=REGION,
        table="parcels",
        key="sa",
        label="a",
        moment=moment,
        cleaned=moment,
        state="failed",
    )
    return row.pk


def _answers(stub: StubAws) -> None:
    described = {
        "TableName": "parcels",
        "TableStatus": "ACTIVE",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-name",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "IndexStatus": "ACTIVE",
            }
        ],
        "ItemCount": 1,
        "TableSizeBytes": 10,
        "TableArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/parcels",
    }
    item = {"pk": {"S": "a"}, "n": {"N": "1"}}
    stub.reply("ListTables", {"TableNames": ["parcels"]})
    stub.reply("DescribeTable", {"Table": described})
    stub.reply("ListTagsOfResource", {"Tags": []})
    stub.reply("DescribeLimits", {"TableMaxReadCapacityUnits": 40_000})
    stub.reply("DescribeScalableTargets", {"ScalableTargets": []})
    stub.reply("DescribeTimeToLive", {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    stub.reply("Scan", {"Items": [item], "Count": 1, "ScannedCount": 1})
    stub.reply("Query", {"Items": [item], "Count": 1, "ScannedCount": 1})
    stub.reply("GetItem", {"Item": item})
    stub.reply(
        "DescribeContinuousBackups", {"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED"}}
    )
    stub.reply("ListBackups", {"BackupSummaries": [_BACKUP]})
    stub.fail("GetResourcePolicy", "PolicyNotFoundException")
    stub.reply("DescribeClusters", {"Clusters": []})
    stub.reply("DescribeContributorInsights", {"ContributorInsightsStatus": "DISABLED"})
    stub.reply("DescribeKinesisStreamingDestination", {"KinesisDataStreamDestinations": []})


def sample(route: Route, world: dict[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """A URL of this route and its parameters; a KeyError names the parameter that needs a sample."""
    fitting = [start for start in world if route.name.startswith(start)]
    known = PARAMETERS | (world[max(fitting, key=len)] if fitting else {})
    chosen = {name: known[name] for name in route.parameters}
    if route.name.endswith(":"):  # the admin's redirect of an old kind of address has no name
        return re.sub(r"<\w+:(\w+)>", lambda found: str(chosen[found[1]]), route.pattern), chosen
    return reverse(route.name, kwargs=chosen), chosen


def expected(user: User | None, route: Route, method: str, parameters: dict[str, Any]) -> set[int]:
    """The statuses that the declaration allows for this visitor."""
    access = route.access
    assert access is not None
    if access.public or (access.personal and user is not None):
        return ADMITTED | {404, 405, 429}  # closed pages answer 404
    if user is None:
        return {302}
    if route.library:  # console/site.py: shown to whoever may administer, changed by nobody
        return ADMITTED | {403, 404, 405} if may(user, access.action, Resource(access.resource)) else {404}
    if method not in access.methods:
        return {405}
    resource = Resource(access.resource.format_map(parameters))
    if route.in_place:
        resource = replace(resource, connection=parameters["connection"], region=parameters["region"])
    wanted = [access.action, *([access.post] if method == "POST" and access.post else [])]
    if all(may(user, action, resource) for action in wanted):
        return (
            ADMITTED | ({403} if route.name in ASKS_MORE else set()) | ({404} if route.name in OWN else set())
        )
    return {403} if may(user, "read", resource) else {404}


ROLES: dict[str, Callable[[], User | None]] = {
    "anonymous": lambda: None,
    "stranger": lambda: make_user("nobody"),
    "reader": lambda: make_user("rita", "reader"),
    "editor": lambda: make_user("edith", "editor"),
    "admin": lambda: make_user("adam", "admin"),
    "superuser": lambda: make_user("root", superuser=True),
}


@pytest.mark.parametrize("role", ROLES)
def test_every_url(role: str, world: dict[str, dict[str, Any]]) -> None:
    user = ROLES[role]()
    wrong = []
    for route in routes():
        url, parameters = sample(route, world)
        for method in ("GET", "POST"):
            client = Client(raise_request_exception=True)
            if user is not None:
                client.force_login(user)
            response = client.generic(method, url)
            if response.streaming:
                response.getvalue()  # a download is taken to its end, and with it its record closes
            fine = expected(user, route, method, parameters)
            if response.status_code not in fine:
                wrong.append(f"{method} {url} ({route.name}): {response.status_code}, not {sorted(fine)}")
            if user is None and fine == {302}:
                entrance = "admin:login" if route.library else "account_login"
                assert response["Location"].startswith(reverse(entrance)), url
    assert not wrong, "\n".join(wrong)


def test_every_url_declares_what_it_asks_for() -> None:
    undeclared = [route.pattern for route in routes() if route.access is None]
    assert undeclared == []
    strangers = {route.name for route in routes() if route.library and not route.name.startswith("admin:")}
    assert strangers == set(), "only the admin's views are a library's own"


def test_an_undeclared_url_is_found() -> None:
    patterns = [path("open/", lambda request: None, name="open")]  # type: ignore[arg-type,return-value]
    (route,) = _walk(patterns, "/", "")  # type: ignore[arg-type]
    assert route.access is None


def test_a_wrong_declaration_is_found(world: dict[str, dict[str, Any]]) -> None:
    """The walk compares: had the page of users been declared for everybody to read, a reader's 403 would be wrong."""
    rita = make_user("rita", "reader")
    route = next(route for route in routes() if route.name == "accounts:user-new")
    assert expected(rita, route, "GET", {}) == {403}
    assert expected(rita, replace(route, access=Access("read", "console:users")), "GET", {}) == ADMITTED


def test_the_command_prints_the_table(db: None) -> None:
    out = StringIO()
    call_command("permissions", stdout=out)
    (line,) = [
        line
        for line in out.getvalue().splitlines()
        if line.startswith("POST") and "/connections/new/" in line
    ]
    assert line.split() == ["POST", "/connections/new/", "administer", "console:connections", "admin"]


def test_the_command_prints_json(db: None) -> None:
    out = StringIO()
    call_command("permissions", "--json", stdout=out)
    rows = json.loads(out.getvalue())
    assert len(rows) == len(table())
    edit = next(row for row in rows if row["name"] == "tables:edit" and row["method"] == "POST")
    assert (edit["action"], edit["resource"], edit["groups"]) == (
        "write",
        "table:{table}",
        ["admin", "editor"],
    )


def test_the_table_tells_whole_from_part(db: None) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="orders")
    Grant.objects.create(group=group, connection="main", resource="table:orders-*", actions=["read", "write"])
    rows = {(row.name, row.method): row for row in table()}
    assert "orders" in rows["tables:edit", "POST"].partly
    assert "orders" not in rows["tables:edit", "POST"].groups
    assert "orders" not in rows["tables:delete", "POST"].partly
    assert "orders" not in (*rows["accounts:users", "GET"].groups, *rows["accounts:users", "GET"].partly)
    assert "orders" in rows["home", "GET"].groups


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("table:*", "*", True),
        ("table:a*", "table:*b", True),
        ("api:*", "table:*", False),
        ("", "*", True),
        ("", "a", False),
        ("a*c", "ab*", True),
        ("a*c", "b*", False),
    ],
)
def test_patterns_that_meet(one: str, other: str, meet: bool) -> None:
    assert overlap(one, other) is meet
    assert overlap(other, one) is meet
