"""The operations on the embedded AWS, on the demo's own APIs: what its exports, stages, figures and counters say is understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apiconfig.core.apis import Api
from apiconfig.core.throttle import Limits
from apiconfig.core.views import Deployed, Throttled
from apiconfig.operations import catalogue, deploy, health, plans, throttle, usage
from dashboard.accounts.actor import Actor
from dashboard.accounts.place import Place
from dashboard.history.models import Change
from dashboard.history.operations import undo as history
from dashboard.localaws.world.apis import FilledApis, fill_apis

pytestmark = pytest.mark.localaws
FIVE = Limits(Decimal(5), 5)


@pytest.fixture(scope="module")
def world(localaws: str) -> FilledApis:
    """The carrier's APIs; nothing is behind their integrations, which no test here calls."""
    return fill_apis(localaws, "http://127.0.0.1:9")


@pytest.fixture
def carrier(world: FilledApis, live_place: Place) -> dict[str, Api]:
    """The world's APIs by kind, once the list was read."""
    ids = {world.rest, world.http, world.websocket}
    return {row.api.kind: row.api for row in catalogue.apis(live_place).rows if row.api.id in ids}


def test_it_works(carrier: dict[str, Api], live_place: Place) -> None:
    assert set(carrier) == {"REST", "HTTP", "WEBSOCKET"}
    for api in carrier.values():
        view = catalogue.api(live_place, api.id)
        assert view.failures == {} and view.stages and view.deployments
        assert view.definition is not None and view.definition.unknown == ()
        assert all(route.integration for route in view.definition.routes)


def test_an_undeployed_change_is_deployed_and_taken_back(
    carrier: dict[str, Api], live_place: Place, actor: Actor
) -> None:
    api = carrier["REST"]
    before = deploy.preview(live_place, api.id, "prod")
    assert before.diff.comparable and before.diff.count > 0 and before.refusals == ()
    done = deploy.deploy(actor, live_place, api.id, "prod", "the new route", before.fingerprint)
    assert isinstance(done, Deployed) and done.verified is True
    after = deploy.preview(live_place, api.id, "prod")
    assert after.diff.same and after.stage.deployment == done.deployment != before.stage.deployment
    undone = history.undo(actor, Change.objects.get(pk=done.change_id), "not yet")
    assert undone.done, undone.message
    again = deploy.preview(live_place, api.id, "prod")
    assert again.stage.deployment == before.stage.deployment
    assert [route.key for route in again.diff.added] == [route.key for route in before.diff.added]


def test_an_http_api_is_deployed(carrier: dict[str, Api], live_place: Place, actor: Actor) -> None:
    api = carrier["HTTP"]
    stages = catalogue.api(live_place, api.id).stages
    automatic = next(stage for stage in stages if stage.auto_deploy)
    assert "auto-deploy" in deploy.preview(live_place, api.id, automatic.name).refusals[0]
    manual = next(stage for stage in stages if not stage.auto_deploy)
    preview = deploy.preview(live_place, api.id, manual.name)
    assert preview.diff.comparable and preview.diff.added
    done = deploy.deploy(actor, live_place, api.id, manual.name, "photos", preview.fingerprint)
    assert isinstance(done, Deployed) and done.verified is True
    assert history.undo(actor, Change.objects.get(pk=done.change_id), "not yet").done


def test_a_websocket_api_is_deployed(carrier: dict[str, Api], live_place: Place, actor: Actor) -> None:
    api = carrier["WEBSOCKET"]
    stage = catalogue.api(live_place, api.id).stages[0].name
    preview = deploy.preview(live_place, api.id, stage)
    assert not preview.diff.comparable
    done = deploy.deploy(actor, live_place, api.id, stage, "again", preview.fingerprint)
    assert isinstance(done, Deployed) and done.verified is None
    assert deploy.preview(live_place, api.id, stage).diff.same
    assert history.undo(actor, Change.objects.get(pk=done.change_id), "not yet").done


@pytest.mark.parametrize("kind", ["REST", "HTTP", "WEBSOCKET"])
def test_limits_are_set_and_undone(
    carrier: dict[str, Api], live_place: Place, actor: Actor, kind: str
) -> None:
    api = carrier[kind]
    view = catalogue.api(live_place, api.id)
    stage = view.stages[0].name
    assert view.definition is not None
    standing = throttle.limits(live_place, api.id, stage)
    free = next(route.key for route in view.definition.routes if route.key not in standing.limits)
    wanted = {"*/*": FIVE, free: Limits(Decimal("0.5"), 1)}
    preview = throttle.preview_throttle(live_place, api.id, stage, wanted)
    done = throttle.set_throttle(actor, live_place, api.id, stage, wanted, "too much", preview.fingerprint)
    assert isinstance(done, Throttled) and done.verified is True, done.words
    assert throttle.limits(live_place, api.id, stage).limits[free] == wanted[free]
    undone = history.undo(actor, Change.objects.get(pk=done.change_id), "enough")
    assert undone.done, undone.message
    assert throttle.limits(live_place, api.id, stage).limits == standing.limits


def test_figures_of_all_three_kinds(carrier: dict[str, Api], live_place: Place) -> None:
    found = health.health(live_place, "7d")
    by_id = {row.api.id: row for row in found.rows}
    for api in carrier.values():
        row = by_id[api.id]
        assert row.total > 1000 and row.worst_p95 and 0 < row.client_error_total < row.total
    for api in carrier.values():
        assert all(row.stage for row in health.health(live_place, "24h", api.id).rows)


def test_what_the_keys_used(carrier: dict[str, Api], live_place: Place) -> None:
    end = datetime.now(UTC).date()
    found = {plan.name: plan for plan in plans.plans(live_place).plans}
    gold = usage.usage(live_place, found["gold"].id, end - timedelta(days=29), end)
    assert len(gold.rows) == 3 and all(row.total > 1000 for row in gold.rows)
    assert all(row.left is not None and not row.gone and row.name for row in gold.rows)
    view = plans.plan(live_place, found["trial"].id)
    assert view.keys is not None and len(view.keys) == 5
    assert view.plan.stages[0].api_name == carrier["REST"].name
