"""The canned account, known already, and people who look at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from tests.apiconfig.screens.region_world import Region
from tests.apiconfig.screens.world import World
from tests.stub.server import StubAws


@pytest.fixture
def world(stub: StubAws, place: Place) -> World:
    """The account with its lists read, so that what follows is warm; the requests counted from here."""
    from apiconfig.operations import catalogue

    found = World(stub)
    catalogue.refresh(place)
    stub.requests.clear()
    return found


@pytest.fixture
def web(world: World, client_for: Callable[[User], Client], admin: User) -> Client:
    """A browser in which somebody is signed in who may deploy and write."""
    return client_for(admin)


@pytest.fixture
def looking(world: World, client_for: Callable[[User], Client], reader: User) -> Client:
    """A browser in which somebody is signed in who may read."""
    return client_for(reader)


@pytest.fixture
def region(world: World) -> Region:
    """The same account with usage plans, keys, usage and figures, none of them read yet."""
    return Region(world.stub)
