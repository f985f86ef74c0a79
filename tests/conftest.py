"""Fixtures every room's tests share: people, places, a canned AWS and the embedded one."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from django.test import Client

    from dashboard.accounts.models import Connection, User
    from dashboard.accounts.place import Place
    from tests.stub.server import StubAws

pytest_plugins = ["tests.postgres"] if (Path(__file__).parent / "postgres.py").exists() else []

# A busy machine is no finding. What hypothesis tries is random here and, by its own profile, the same each time in CI.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") == "true" else "tests")

# Nothing in a test may reach an account or another machine, whatever the developer's shell holds.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)
REGION = "eu-central-1"
REGIONS = [REGION, "us-east-1"]
LONG = (
    "browser/test_every_page",
    "browser/",
    "jobs/",
    "production/",
    "setup/",
    "conformance/",
    "bench/",
    "localaws/",
)
"""Folders and files whose tests drive a browser, start processes or wait for them, by what one file takes."""
CACHE_EMPTIED = "DELETE FROM gatehouse_cache"
RESET_TOKEN = "token-of-the-tests"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Workers take files (or classes) in this order; the long ones come first, that none is left alone with one at the end.

    It needs ``--no-loadscope-reorder``: by the number of tests, as xdist would have it, those of the browser come last.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    root = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(root).as_posix()
        return next((number for number, start in enumerate(LONG) if path.startswith(start)), len(LONG))

    items.sort(key=place)


def pytest_runtest_setup() -> None:
    """Sockets to this machine only."""
    from pytest_socket import socket_allow_hosts

    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def _flush_passes_the_record() -> Iterator[None]:
    """Tests that commit are cleaned up by a flush, which the record's triggers refuse: they stand aside for it.

    It takes the default groups of the migration too, so they are made again for the next test; the cache's table is no
    model's and would keep a test's attempts to sign in, and what was read of AWS, for the tests after it.
    """
    from importlib import import_module

    from django.apps import apps
    from django.db import connections
    from django.db.backends.base.operations import BaseDatabaseOperations

    triggers = import_module("dashboard.history.migrations.0002_append_only")
    groups = import_module("dashboard.accounts.migrations.0002_default_groups")
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: Any) -> None:
        connection = connections[self.connection.alias]
        with connection.schema_editor() as editor:
            triggers.drop_triggers(None, editor)
        try:
            original(self, [*sql_list, CACHE_EMPTIED])
        finally:
            with connection.schema_editor() as editor:
                triggers.add_triggers(None, editor)
        with connection.schema_editor() as editor:
            groups.create(apps, editor)

    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _full_budget() -> None:
    """Each test has the whole rate of API Gateway's control plane."""
    from dashboard.aws import budget

    budget.forget()


@pytest.fixture
def stub() -> Iterator[StubAws]:
    """A canned AWS whose answers and faults the test chooses."""
    from tests.stub.server import StubAws

    with StubAws() as server:
        yield server


@pytest.fixture(scope="session")
def _embedded() -> Iterator[str]:
    """The endpoint of the embedded AWS of this test process; what keeping needs is tested with ones of its own."""
    from dashboard.localaws.server import running

    with running(reset_token=RESET_TOKEN) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def localaws(_embedded: str) -> str:
    """The endpoint of an embedded AWS, empty when a file's tests begin: which files ran before is another matter each time."""
    from dashboard.localaws.layer import RESET, TOKEN_HEADER

    request = urllib.request.Request(_embedded + RESET, b"", {TOKEN_HEADER: RESET_TOKEN}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
    return _embedded


def _connection(slug: str, endpoint: str) -> Connection:
    from dashboard.accounts.models import Connection

    return Connection.objects.create(
        slug=slug, name=slug.title(), regions=REGIONS, endpoint=endpoint, environment="development"
    )


@pytest.fixture
def connection(db: None, stub: StubAws) -> Connection:
    """A connection to the canned AWS."""
    return _connection("main", stub.endpoint)


@pytest.fixture
def place(connection: Connection) -> Place:
    """The canned AWS's first region."""
    from dashboard.accounts.place import Place

    return Place(connection, REGION)


@pytest.fixture
def live_connection(db: None, localaws: str) -> Connection:
    """A connection to the embedded AWS."""
    return _connection("live", localaws)


@pytest.fixture
def live_place(live_connection: Connection) -> Place:
    """The embedded AWS's first region."""
    from dashboard.accounts.place import Place

    return Place(live_connection, REGION)


def make_user(name: str, group: str = "", *, superuser: bool = False) -> User:
    """A person in one of the default groups, or in none; the password is ``<name>-password-1``."""
    from django.contrib.auth.models import Group

    from dashboard.accounts.models import User

    user = User.objects.create_user(
        name, password=f"{name}-password-1", is_staff=group == "admin" or superuser
    )
    if superuser:
        user.is_superuser = True
        user.save(update_fields=["is_superuser"])
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def reader(db: None) -> User:
    """May read everything."""
    return make_user("reader", "reader")


@pytest.fixture
def editor(db: None) -> User:
    """May read, write and delete."""
    return make_user("editor", "editor")


@pytest.fixture
def admin(db: None) -> User:
    """May do everything grants can allow; not a superuser."""
    return make_user("admin", "admin")


@pytest.fixture
def superuser(db: None) -> User:
    """A superuser."""
    return make_user("root", superuser=True)


@pytest.fixture
def stranger(db: None) -> User:
    """Signed in, in no group."""
    return make_user("stranger")


@pytest.fixture
def client_for(db: None) -> Callable[[User], Client]:
    """A browser in which that person is signed in."""
    from django.test import Client

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of samples; where it is missing the test is skipped, in CI it fails."""
    folder = Path(os.environ.get("SAMPLES_DIR", Path(__file__).parent.parent.parent / "shared" / "samples"))
    if not folder.is_dir():
        message = f"no samples in {folder}: set SAMPLES_DIR"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
