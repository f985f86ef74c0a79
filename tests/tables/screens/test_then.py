"""An item as it was: what the record says, what a restored table said, and bringing it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item, compact
from dashboard.history.models import Change
from dashboard.history.record import recording
from dashboard.jobs.models import Job
from dashboard.tables.models import Procedure
from tests.accounts.pages import inputs_of, last_change, text_of
from tests.stub.server import StubAws
from tests.tables.screens.conftest import TABLE, description
from tests.tables.screens.recovering import ARN, INSIDE, OUTSIDE, PAGE, operations, recovery, says

KEY: Item = {"pk": {"S": "a/b"}, "sk": {"S": "<1>"}}
TEXT = encode_key(KEY, ["pk", "sk"])
THEN = KEY | {
    "v": {"S": "<img src=x onerror=alert(1)>"},
    "n": {"N": "12345678901234567890123456789012345678"},
}
NOW = KEY | {"v": {"S": "now"}, "extra": {"BOOL": True}}
URL = f"{PAGE}item/{TEXT}/then/"


@pytest.fixture
def aws_now(aws: StubAws) -> StubAws:
    """The item is NOW, recovery is on."""
    aws.reply("GetItem", {"Item": NOW})
    aws.reply("DescribeContinuousBackups", recovery())
    return aws


def record(place: Place, before: Item | None, after: Item | None, action: str = "item.update") -> Change:
    with recording(
        Actor(None, "r"), place.resource(f"table:{TABLE}"), action, subject=TEXT, shown=before, intended=after
    ) as change:
        change.done(before=before, after=after)
    return Change.objects.select_related("outcome").get(pk=change.id)


def shown_at(client: Client, change: Change) -> Any:
    return client.get(URL, {"at": f"{change.outcome.time:%Y-%m-%d %H:%M:%S.%f}"})


def bring_back(client: Client, page: Any, **fields: str) -> Any:
    hidden = {name: values[0] for name, values in inputs_of(page).items() if name != "csrfmiddlewaretoken"}
    return client.post(URL, {**hidden, "original": compact(NOW), "reason": "because", **fields})


def test_it_works(web: Client, aws_now: StubAws, place: Place) -> None:
    change = record(place, None, THEN, "item.create")
    record(place, THEN, NOW)
    page = shown_at(web, change)
    assert page.status_code == 200
    assert says(
        page,
        "Confirmed",
        "What the change before this moment left behind is what the next one found",
        "Bring this one back",
        "12345678901234567890123456789012345678",
    )
    assert "<img src=x" not in page.content.decode()
    assert operations(aws_now) == ["GetItem", "DescribeContinuousBackups"]
    aws_now.reply("UpdateItem", {"Attributes": NOW})
    response = bring_back(web, page)
    assert response.status_code == 302 and response["Location"] == f"{PAGE}item/{TEXT}/"
    change = last_change()
    assert (change.action, change.reason, change.state) == ("item.update", "because", "done")
    assert change.outcome.before == NOW and change.outcome.after == THEN
    assert aws_now.requests[-1].body["ConditionExpression"]


def test_a_deleted_item_is_put_back_if_there_is_none_still(
    web: Client, aws_now: StubAws, place: Place
) -> None:
    change = record(place, None, THEN, "item.create")
    record(place, THEN, None, "item.delete")
    aws_now.reply("GetItem", {})
    missing = web.get(f"{PAGE}item/{TEXT}/")
    assert missing.status_code == 404 and URL in missing.content.decode(), "its page leads here"
    page = shown_at(web, change)
    assert says(page, "There is no item now; bringing it back creates it as it was.")
    aws_now.reply("PutItem", {})
    assert bring_back(web, page, original="").status_code == 302
    sent = aws_now.requests[-1].body
    assert sent["Item"] == THEN and "attribute_not_exists" in sent["ConditionExpression"]


def test_the_item_changed_since_it_was_looked_at(web: Client, aws_now: StubAws, place: Place) -> None:
    change = record(place, None, THEN, "item.create")
    page = shown_at(web, change)
    aws_now.fail("UpdateItem", "ConditionalCheckFailedException", "no", Item=NOW | {"v": {"S": "third"}})
    response = bring_back(web, page)
    assert response.status_code == 409 and says(
        response, "the item was changed since you looked", "Bring this one back"
    )


def test_an_item_whose_key_was_changed_since_leads_to_where_it_is(
    web: Client, aws_now: StubAws, place: Place
) -> None:
    new = {"pk": {"S": "a/b"}, "sk": {"S": "<2>"}}
    moved = encode_key(new, ["pk", "sk"])
    change = record(place, None, THEN, "item.create")
    subject = f"{TEXT} {moved}"
    with recording(
        Actor(None, "r"), place.resource(f"table:{TABLE}"), "item.move", subject=subject,
        shown=THEN, intended=THEN | new,
    ) as move:  # fmt: skip
        move.done(before=THEN, after=THEN | new)
    aws_now.reply("GetItem", {})
    page = shown_at(web, change)
    assert says(page, "The key of this item was changed here", "makes a second item")
    assert f'href="{PAGE}item/{moved}/"' in page.text and "&lt;2&gt;" in page.text
    aws_now.reply("GetItem", {"Item": NOW})
    assert "makes a second item" not in text_of(shown_at(web, change)), "another item stands here"
    there = web.get(f"{PAGE}item/{moved}/then/")
    assert "makes a second item" not in text_of(there)


def test_what_others_changed_is_shown_with_both_states(web: Client, aws_now: StubAws, place: Place) -> None:
    other = KEY | {"v": {"S": "elsewhere"}}
    change = record(place, None, THEN, "item.create")
    record(place, other, NOW)
    page = shown_at(web, change)
    assert says(
        page,
        "Doubtful",
        "Something outside Gatehouse changed the item",
        "As the change before the moment left it",
        "As the next change found it",
        "something outside of this record changed the item in between",
    )
    assert page.content.decode().count("Bring this one back</button>") == 2


def test_a_moment_before_the_record(web: Client, aws_now: StubAws, place: Place) -> None:
    record(place, THEN, NOW)
    assert says(
        web.get(URL, {"at": INSIDE}),
        "Not known",
        "The record of this item begins after this moment",
        "This answers for certain",
    )


def test_without_any_change(web: Client, aws_now: StubAws) -> None:
    page = web.get(URL, {"at": INSIDE})
    assert says(page, "The record knows no change of this item", "Nothing was done to this item here")
    assert "Bring this one back" not in text_of(page)


def test_a_moment_outside_of_the_window(web: Client, aws_now: StubAws) -> None:
    assert says(web.get(URL, {"at": OUTSIDE}), "this one is outside")


def test_recovery_that_is_off(web: Client, aws_now: StubAws) -> None:
    aws_now.reply("DescribeContinuousBackups", recovery(False))
    assert says(
        web.get(URL, {"at": INSIDE}), "Point-in-time recovery is off for this table, so AWS cannot tell."
    )


@pytest.mark.parametrize("operation", ["GetItem", "DescribeContinuousBackups"])
def test_a_denied_call_harms_its_own_panel(
    web: Client, aws_now: StubAws, place: Place, operation: str
) -> None:
    record(place, None, THEN, "item.create")
    record(place, THEN, NOW)
    aws_now.fail(operation, "AccessDeniedException", "not yours")
    page = web.get(URL, {"at": f"{timezone.now():%H:%M:%S}"})
    assert page.status_code == 200 and says(page, "not yours", "Changes of this item made here")


@pytest.mark.parametrize("at", ["yesterday", "25:00", "2999-01-01 00:00", "\0", "<b>"])
def test_a_moment_that_cannot_be(web: Client, aws_now: StubAws, at: str) -> None:
    page = web.get(URL, {"at": at})
    assert page.status_code == 400 and "<b>" not in page.content.decode()


def test_a_key_that_cannot_be(web: Client, aws_now: StubAws) -> None:
    assert web.get(f"{PAGE}item/sonly/then/").status_code == 404
    assert web.post(f"{PAGE}item/sonly/then/").status_code == 404


def test_without_a_reason(web: Client, aws_now: StubAws, place: Place) -> None:
    page = shown_at(web, record(place, None, THEN, "item.create"))
    response = bring_back(web, page, reason=" ")
    assert response.status_code == 400 and says(response, "Say in the field Reason")
    assert "UpdateItem" not in operations(aws_now)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"digest": "0" * 20}, "Look again, then decide"),
        ({"source": "not-a-uuid"}, "does not say which state"),
        ({"source": str(uuid.UUID(int=7))}, "not kept any more"),
        ({"at": "x"}, "Enter the moment in UTC"),
        ({"at": "2020-01-01 00:00"}, "nothing to bring back"),
        ({"original": "{"}, "did not bring back the item"),
    ],
)
def test_a_form_that_was_altered(
    web: Client, aws_now: StubAws, place: Place, fields: dict[str, str], words: str
) -> None:
    page = shown_at(web, record(place, None, THEN, "item.create"))
    response = bring_back(web, page, **fields)
    assert response.status_code == 400 and says(response, words)
    assert "UpdateItem" not in operations(aws_now)


def test_who_may_only_read_sees_it_and_brings_nothing_back(
    aws_now: StubAws, place: Place, client_for: Callable[[User], Client], reader: User
) -> None:
    client = client_for(reader)
    page = shown_at(client, record(place, None, THEN, "item.create"))
    assert says(page, "As the change before the moment left it")
    assert "Bring this one back" not in text_of(page)
    assert client.post(URL).status_code == 403


class TestProcedure:
    """By way of a restored table."""

    @pytest.fixture
    def chief(self, aws_now: StubAws, client_for: Callable[[User], Client], admin: User) -> Client:
        """An administrator."""
        made = description("gatehouse-tm-x", TableStatus="CREATING", TableId="T1")["Table"]
        aws_now.reply("RestoreTableToPointInTime", {"TableDescription": made})
        return client_for(admin)

    def row(self, **more: Any) -> Procedure:
        moment = timezone.now() - timedelta(hours=1)
        return Procedure.objects.create(
            **{
                "connection": "main",
                "region": "eu-central-1",
                "table": TABLE,
                "key": TEXT,
                "label": "a/b / <1>",
                "moment": moment,
                "owner_name": "somebody",
                "temporary": "gatehouse-tm-0123456789",
                "source_arn": ARN,
                "state": "done",
                "read": moment,
                "cleaned": moment,
                "item": THEN,
            }
            | more
        )

    def test_it_works(self, chief: Client, aws_now: StubAws) -> None:
        assert says(
            chief.get(f"{URL}recover/", {"at": INSIDE}),
            "less than $0.01",
            "the whole of parcels is restored",
            "The temporary table is deleted",
        )
        response = chief.post(f"{URL}recover/", {"at": INSIDE, "reason": "because"})
        row = Procedure.objects.get()
        assert response.status_code == 302 and response["Location"] == f"{PAGE}time-machine/{row.pk}/"
        sent = aws_now.requests[-1].body
        assert sent["TargetTableName"] == row.temporary and sent["BillingModeOverride"] == "PAY_PER_REQUEST"
        assert row.temporary_id == "T1" and row.job == Job.objects.get().pk
        page = chief.get(response["Location"])
        assert says(page, "AWS restores the table to a temporary one", "Delete the temporary table now")
        assert 'hx-trigger="every 2s"' in page.content.decode()
        assert says(chief.get(f"{PAGE}backups/"), row.temporary, "Delete now")
        assert says(chief.get("/c/main/eu-central-1/tables/~backups/"), row.temporary, "Delete now")

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"at": OUTSIDE}, "to a moment from 2023-11-14"),
            ({"at": "x"}, "Enter the moment in UTC"),
            ({"reason": ""}, "Say in the field Reason"),
        ],
    )
    def test_what_is_refused(
        self, chief: Client, aws_now: StubAws, fields: dict[str, str], words: str
    ) -> None:
        response = chief.post(f"{URL}recover/", {"at": INSIDE, "reason": "because"} | fields)
        assert response.status_code == 400 and says(response, words)
        assert not Procedure.objects.exists() and "RestoreTableToPointInTime" not in operations(aws_now)

    def test_aws_refusing_stands_on_the_form(self, chief: Client, aws_now: StubAws) -> None:
        aws_now.fail("RestoreTableToPointInTime", "AccessDeniedException", "no restoring")
        response = chief.post(f"{URL}recover/", {"at": INSIDE, "reason": "because"})
        assert response.status_code == 502 and says(response, "no restoring")
        assert Procedure.objects.get().cleaned is not None

    def test_what_was_found_is_brought_back(self, web: Client, aws_now: StubAws) -> None:
        row = self.row()
        page = web.get(f"{PAGE}time-machine/{row.pk}/")
        assert says(page, "gone since", "Bring this one back")
        assert (
            "<img src=x" not in page.content.decode()
            and "hx-trigger" not in page.content.decode().split("procedure-part")[1]
        )
        aws_now.reply("UpdateItem", {"Attributes": NOW})
        assert bring_back(web, page).status_code == 302
        assert last_change().outcome.after == THEN

    def test_there_was_no_item(self, web: Client, aws_now: StubAws) -> None:
        page = web.get(f"{PAGE}time-machine/{self.row(item=None).pk}/")
        assert says(page, "There was no item with this key")

    def test_one_that_failed_says_why(self, web: Client, aws_now: StubAws) -> None:
        row = self.row(state="failed", read=None, item=None, error="AWS never made the temporary table.")
        page = web.get(f"{PAGE}time-machine/{row.pk}/")
        assert says(page, "AWS never made the temporary table.") and "Bring this one back" not in text_of(
            page
        )

    def test_the_part_ends_by_loading_the_page_anew(self, web: Client, aws_now: StubAws) -> None:
        row = self.row(state="cleaning", cleaned=None)
        response = web.get(f"{PAGE}time-machine/{row.pk}/", headers={"HX-Request": "true"})
        assert "HX-Refresh" not in response.headers and "<html" not in response.content.decode()
        Procedure.objects.update(state="done", cleaned=timezone.now())
        assert (
            web.get(f"{PAGE}time-machine/{row.pk}/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
        )

    def test_who_may_only_write_sees_it_without_the_button(self, web: Client, aws_now: StubAws) -> None:
        row = self.row(state="restoring", cleaned=None, read=None, item=None)
        page = web.get("/c/main/eu-central-1/tables/~backups/")
        assert says(page, row.temporary) and "Delete now" not in text_of(page)

    def test_delete_now(self, chief: Client, web: Client, aws_now: StubAws) -> None:
        row = self.row(state="restoring", cleaned=None, read=None, item=None)
        url = f"{PAGE}time-machine/{row.pk}/delete/"
        summary = {"SourceTableArn": ARN, "RestoreInProgress": False}
        aws_now.reply("DescribeTable", description(row.temporary, RestoreSummary=summary, TableId="T1"))
        aws_now.reply("DeleteTable", {})
        assert web.post(url).status_code == 403
        assert chief.get(url).status_code == 302 and operations(aws_now) == []
        assert chief.post(url).status_code == 302
        assert operations(aws_now) == ["DescribeTable", "DeleteTable"]
        assert last_change().action == "timemachine.clean"

    def test_one_of_another_table_is_not_found(self, web: Client, aws_now: StubAws) -> None:
        row = self.row(table="another")
        assert web.get(f"{PAGE}time-machine/{row.pk}/").status_code == 404
        assert web.get(f"{PAGE}time-machine/{uuid.uuid4()}/").status_code == 404
