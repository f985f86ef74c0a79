"""Items: read, changed, created and deleted, each write only on what was shown, each with its record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.accounts.policy import Refused
from dashboard.core.errors import AwsError, InputError, Kind
from dashboard.core.keys import encode_key
from dashboard.core.wire import Item
from dashboard.history.models import Change
from dashboard.tables.models import TableFacts
from dashboard.tables.operations import items
from dashboard.tables.operations.catalogue import facts
from dashboard.tables.operations.items import Conflict, Exists, Saved
from tests.stub.server import StubAws
from tests.tables.tables import PARCELS

KEY: Item = {"pk": {"S": "a/b %2F .."}, "sk": {"S": "<img src=x onerror=alert(1)>"}}
ITEM: Item = {
    **KEY,
    "state": {"S": "sorted"},
    "weight": {"N": "2.5"},
    "raw": {"B": "AAH/"},
    "tags": {"SS": ["a", "b"]},
}
DRAFT: Item = {
    **KEY,
    "state": {"S": "lost"},
    "weight": {"N": "2.5"},
    "raw": {"B": "AAH/"},
    "<b>": {"NULL": True},
}
TEXT = encode_key(KEY, ("pk", "sk"))
CONDITION = ("ConditionalCheckFailedException", "The conditional request failed")


@pytest.fixture
def warm(tables: StubAws, place: Place) -> StubAws:
    """The tables are known already, so every call counted is one of the operation itself."""
    facts(place, "parcels")
    facts(place, "counters")
    tables.requests.clear()
    return tables


def save(actor: Actor, place: Place, original: Item = ITEM, draft: Item = DRAFT) -> Saved | Conflict:
    return items.save_item(actor, place, "parcels", TEXT, original, draft, "a reason")


def create(actor: Actor, place: Place, item: Item = ITEM) -> Saved | Exists:
    return items.create_item(actor, place, "parcels", item, "a reason")


def delete(actor: Actor, place: Place, original: Item = ITEM) -> Saved | Conflict:
    return items.delete_item(actor, place, "parcels", TEXT, original, "a reason")


def standing(item: Item | None) -> dict[str, Any]:
    """What AWS adds to a failed condition: the item that stands there, nothing when there is none."""
    return {} if item is None else {"Item": item}


def only_change() -> Change:
    return Change.objects.select_related("outcome").get()


def names_and_values(body: dict) -> tuple[set[str], list]:
    return set(body["ExpressionAttributeNames"].values()), list(body["ExpressionAttributeValues"].values())


def test_it_works(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("GetItem", {"Item": ITEM})
    shown = items.get_item(actor, place, "parcels", TEXT)
    assert (shown.item, shown.key, shown.key_text, shown.table) == (ITEM, KEY, TEXT, PARCELS)
    assert shown.size == 2 + 10 + 2 + 28 + 5 + 6 + 6 + 2 + 3 + 3 + 4 + 2
    assert warm.count() == 1
    assert warm.of("GetItem")[0]["ConsistentRead"] is True


def test_no_item_is_an_answer_too(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("GetItem", {})
    shown = items.get_item(actor, place, "parcels", TEXT)
    assert shown.item is None and shown.size == 0


@pytest.mark.parametrize("text", ["", "sa", "sa.sb.sc", "na.sb", "sa%2Fb.sb", "../.."])
def test_a_link_that_holds_no_key_costs_no_call(warm: StubAws, place: Place, actor: Actor, text: str) -> None:
    with pytest.raises(InputError) as refused:
        items.get_item(actor, place, "parcels", text)
    assert refused.value.field == "key"
    assert warm.count() == 0


def test_a_save_is_one_update_of_what_changed_if_it_is_as_shown(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    warm.reply("UpdateItem", {"Attributes": {**ITEM, "else": {"S": "somebody else's"}}})
    saved = save(actor, place)
    assert isinstance(saved, Saved)
    assert [(change.name, change.kind) for change in saved.changes] == [
        ("state", "changed"),
        ("tags", "removed"),
        ("<b>", "added"),
    ]
    assert warm.count() == 1
    (body,) = warm.of("UpdateItem")
    names, values = names_and_values(body)
    assert body["Key"] == KEY
    assert names == {"pk", "state", "tags", "<b>"}
    assert {str(value) for value in values} == {
        "{'S': 'lost'}",
        "{'NULL': True}",
        "{'S': 'sorted'}",
        "{'SS': ['a', 'b']}",
    }
    assert body["UpdateExpression"].count("SET") == body["UpdateExpression"].count("REMOVE") == 1
    assert body["ConditionExpression"].startswith("attribute_exists")
    assert body["ConditionExpression"].count(" AND ") == 3
    assert (body["ReturnValues"], body["ReturnValuesOnConditionCheckFailure"]) == ("ALL_OLD", "ALL_OLD")
    change = only_change()
    assert (change.action, change.resource, change.subject, change.reason) == (
        "item.update",
        "table:parcels",
        TEXT,
        "a reason",
    )
    assert change.label == "a/b %2F .. / <img src=x onerror=alert(1)>"
    assert (change.connection, change.region, change.user_name, change.request_id) == (
        "main",
        "eu-central-1",
        "editor",
        "request-1",
    )
    assert change.outcome.result == "done" and change.outcome.aws_request_id.startswith("STUB")
    assert change.outcome.before == {**ITEM, "else": {"S": "somebody else's"}}
    assert change.outcome.after == {**DRAFT, "else": {"S": "somebody else's"}}
    assert f"gatehouse-change/{change.pk}" in warm.requests[0].headers["user-agent"]
    assert str(change.pk) == saved.change_id


def test_a_conflict_shows_theirs_and_writes_nothing(warm: StubAws, place: Place, actor: Actor) -> None:
    theirs = {**ITEM, "state": {"S": "delivered"}, "weight": {"N": "3"}}
    warm.fail("UpdateItem", *CONDITION, Item=theirs)
    conflict = save(actor, place)
    assert isinstance(conflict, Conflict)
    assert conflict.theirs == theirs
    assert conflict.merge.conflicts == ("state",)
    assert conflict.merge.merged == {
        **KEY,
        "state": {"S": "lost"},
        "weight": {"N": "3"},
        "raw": {"B": "AAH/"},
        "<b>": {"NULL": True},
    }
    assert warm.count() == 1
    outcome = only_change().outcome
    assert (outcome.result, outcome.before, outcome.after) == ("refused", theirs, None)
    assert outcome.code == CONDITION[0] and outcome.aws_request_id


def test_a_save_after_a_delete_does_not_bring_the_item_back(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    warm.fail("UpdateItem", *CONDITION)
    conflict = save(actor, place)
    assert isinstance(conflict, Conflict)
    assert conflict.theirs is None and conflict.merge.gone and conflict.merge.merged == DRAFT
    assert only_change().outcome.result == "refused"


REFUSED_DRAFTS: list[tuple[Item, str]] = [
    (ITEM, "Nothing was changed"),
    ({**DRAFT, "pk": {"S": "other"}}, "The key of an item cannot be changed"),
    ({**DRAFT, "weight": {"S": "x"}}, "key of the index by-depot"),
    ({**DRAFT, "x": {"S": "x" * 409_600}}, "at most 409,600"),
    ({**DRAFT, **{f"a{n}": {"S": "x"} for n in range(150)}}, "Save in parts"),
]


@pytest.mark.parametrize(("draft", "says"), REFUSED_DRAFTS, ids=[says for _, says in REFUSED_DRAFTS])
def test_what_is_not_even_sent(warm: StubAws, place: Place, actor: Actor, draft: Item, says: str) -> None:
    with pytest.raises(InputError, match=says):
        save(actor, place, draft=draft)
    assert warm.count() == 0 and not Change.objects.exists()


def test_the_preview_says_what_a_save_would_come_to() -> None:
    for draft, says in REFUSED_DRAFTS:
        preview = items.preview(PARCELS, ITEM, draft)
        if says == "Save in parts":
            assert (preview.problems, preview.parts, preview.moves) == ((), 2, False)
        elif says.startswith("The key"):
            assert (preview.problems, preview.parts, preview.moves) == ((), 1, True)
        else:
            assert says in preview.problems[0]


def test_names_too_long_for_the_expression_do_not_matter_but_paths_do(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    long = "x" * 5000
    warm.reply("UpdateItem", {"Attributes": ITEM})
    save(actor, place, ITEM, {**ITEM, long: {"S": "y"}})
    assert len(warm.of("UpdateItem")[0]["ConditionExpression"]) < 100


def test_the_item_shown_must_be_the_one_of_the_page(warm: StubAws, place: Place, actor: Actor) -> None:
    other = {**ITEM, "pk": {"S": "other"}}
    with pytest.raises(InputError, match="another key than this page"):
        save(actor, place, other, {**other, "state": {"S": "x"}})
    for original in (other, {}):
        with pytest.raises(InputError, match="another key than this page"):
            delete(actor, place, original)
    assert warm.count() == 0 and not Change.objects.exists()


def test_a_preview_is_pure(warm: StubAws) -> None:
    preview = items.preview(PARCELS, ITEM, DRAFT)
    assert [change.name for change in preview.changes] == ["state", "tags", "<b>"]
    assert preview.problems == () and preview.size > 0
    new = items.preview(PARCELS, None, ITEM)
    assert {change.kind for change in new.changes} == {"added"} and new.problems == ()
    assert "it is the table's partition key" in items.preview(PARCELS, None, {}).problems[0]
    assert warm.count() == 0


def test_a_create_is_one_put_that_replaces_nothing(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("PutItem", {})
    saved = create(actor, place)
    assert isinstance(saved, Saved) and saved.key_text == TEXT
    (body,) = warm.of("PutItem")
    assert body["Item"] == ITEM
    assert body["ConditionExpression"] == "attribute_not_exists (#0)" and body[
        "ExpressionAttributeNames"
    ] == {"#0": "pk"}
    assert warm.count() == 1
    change = only_change()
    assert (change.action, change.outcome.result, change.outcome.before, change.outcome.after) == (
        "item.create",
        "done",
        None,
        ITEM,
    )


def test_a_number_key_has_the_link_of_its_stored_spelling(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("PutItem", {})
    saved = items.create_item(actor, place, "counters", {"id": {"N": "1.50E1"}}, "")
    assert saved.key_text == "n15"


def test_creating_what_exists_shows_it(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.fail("PutItem", *CONDITION, Item=DRAFT)
    exists = create(actor, place)
    assert isinstance(exists, Exists) and exists.item == DRAFT and exists.key_text == TEXT
    assert only_change().outcome.result == "refused"


def test_a_delete_is_one_call_on_every_attribute_shown(warm: StubAws, place: Place, actor: Actor) -> None:
    warm.reply("DeleteItem", {"Attributes": {**ITEM, "added": {"S": "meanwhile"}}})
    saved = delete(actor, place)
    assert isinstance(saved, Saved)
    assert [change.name for change in saved.changes] == [*ITEM, "added"]
    (body,) = warm.of("DeleteItem")
    assert body["Key"] == KEY and body["ConditionExpression"].count(" AND ") == 4
    names, values = names_and_values(body)
    assert names == {"pk", "state", "weight", "raw", "tags"}
    assert len(values) == 4
    outcome = only_change().outcome
    assert (outcome.result, outcome.before, outcome.after) == (
        "done",
        {**ITEM, "added": {"S": "meanwhile"}},
        None,
    )


@pytest.mark.parametrize("theirs", [{**ITEM, "state": {"S": "delivered"}}, None])
def test_a_delete_of_what_changed_is_refused(
    warm: StubAws, place: Place, actor: Actor, theirs: Item | None
) -> None:
    warm.fail("DeleteItem", *CONDITION, **standing(theirs))
    conflict = delete(actor, place)
    assert isinstance(conflict, Conflict) and conflict.theirs == theirs
    assert only_change().outcome.result == "refused"


def test_a_wide_item_is_never_deleted_without_its_condition(
    warm: StubAws, place: Place, actor: Actor
) -> None:
    with pytest.raises(InputError, match="Delete page offers a delete that checks"):
        delete(actor, place, {**ITEM, **{f"a{n}": {"S": "x"} for n in range(200)}})
    assert warm.count() == 0 and not Change.objects.exists()


def test_a_large_item_is_deleted_on_its_condition(warm: StubAws, place: Place, actor: Actor) -> None:
    large = {**ITEM, "doc": {"S": "x" * 390_000}}
    warm.reply("DeleteItem", {"Attributes": large})
    assert isinstance(delete(actor, place, large), Saved)
    assert {"S": "x" * 390_000} in warm.of("DeleteItem")[0]["ExpressionAttributeValues"].values()


@pytest.mark.parametrize("act", [save, create, delete])
def test_a_reader_is_refused(
    warm: StubAws, place: Place, acting: Callable, reader: User, act: Callable
) -> None:
    with pytest.raises(Refused) as refused:
        act(acting(reader), place)
    assert refused.value.seen
    assert warm.count() == 0 and not Change.objects.exists()


@pytest.mark.parametrize("act", [save, create, delete])
def test_a_stranger_is_refused(
    warm: StubAws, place: Place, acting: Callable, stranger: User, act: Callable
) -> None:
    with pytest.raises(Refused) as refused:
        act(acting(stranger), place)
    assert not refused.value.seen
    with pytest.raises(Refused):
        items.get_item(acting(stranger), place, "parcels", TEXT)
    assert warm.count() == 0 and not Change.objects.exists()


@pytest.mark.parametrize("act", [save, create, delete])
def test_a_read_only_connection_is_not_written_to_even_by_a_superuser(
    warm: StubAws, place: Place, acting: Callable, superuser: User, act: Callable
) -> None:
    place.connection.read_only = True
    place.connection.save()
    with pytest.raises(Refused, match="read-only"):
        act(acting(superuser), place)
    assert warm.count() == 0 and not Change.objects.exists()


@pytest.mark.parametrize(
    ("act", "operation"), [(save, "UpdateItem"), (create, "PutItem"), (delete, "DeleteItem")]
)
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ProvisionedThroughputExceededException", Kind.THROTTLED),
        ("AccessDeniedException", Kind.DENIED),
        ("ExpiredTokenException", Kind.EXPIRED),
        ("ValidationException", Kind.VALIDATION),
        ("TransactionConflictException", Kind.CONFLICT),
    ],
)
def test_aws_refuses(
    warm: StubAws, place: Place, actor: Actor, act: Callable, operation: str, code: str, kind: Kind
) -> None:
    warm.fail(operation, code, "AWS's own words")
    with pytest.raises(AwsError) as failed:
        act(actor, place)
    assert failed.value.kind is kind and failed.value.request_id
    outcome = only_change().outcome
    assert (outcome.result, outcome.code, outcome.message) == ("failed", code, "AWS's own words")
    assert outcome.aws_request_id == failed.value.request_id


@pytest.mark.parametrize(
    ("act", "operation"), [(save, "UpdateItem"), (create, "PutItem"), (delete, "DeleteItem")]
)
def test_a_table_deleted_meanwhile(
    warm: StubAws, place: Place, actor: Actor, act: Callable, operation: str
) -> None:
    warm.fail(operation, "ResourceNotFoundException", "Requested resource not found")
    with pytest.raises(AwsError) as gone:
        act(actor, place)
    assert gone.value.kind is Kind.NOT_FOUND
    assert only_change().outcome.result == "failed"
    assert not TableFacts.objects.filter(name="parcels").exists()
