"""The pages of PartiQL: what runs from an address, what is only posted, what is shown before it is written, every refusal kept in place."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.history.models import Change
from dashboard.tables.models import QueryRun
from dashboard.tables.operations import catalogue
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, description

PAGE = f"{BASE}{TABLE}/partiql/"
PLACE = "/c/main/eu-central-1/tables/~partiql/"
ITEM: dict[str, Any] = {"pk": {"S": "a"}, "sk": {"S": "b"}, "status": {"S": "open"}, "weight": {"N": "2.50"}}
KEY = "WHERE pk = 'a' AND sk = 'b'"
HOSTILE = "<script>alert(1)</script>"


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


def results(stub: StubAws, *items: dict[str, Any], units: float = 0.5, **more: Any) -> None:
    consumed = {"TableName": TABLE, "CapacityUnits": units}
    stub.reply("ExecuteStatement", {"Items": list(items), "ConsumedCapacity": consumed, **more})


def stands(stub: StubAws, *items: dict[str, Any]) -> None:
    stub.reply("BatchGetItem", {"Responses": {TABLE: list(items)}})


def address(statement: str, *parameters: str, page: str = PAGE, **more: str) -> str:
    return (
        f"{page}?{urlencode([('statement', statement), *(('p', one) for one in parameters), *more.items()])}"
    )


def post(web: Client, statement: str, step: str = "run", *, page: str = PAGE, **more: Any) -> Any:
    return web.post(page, {"statement": statement, "step": step, **more})


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None
    return html.unescape(found[1])


def test_it_works(web: Client, aws: StubAws) -> None:
    """A statement with a parameter runs from its address in one call; its items are in the grid, its cost is on the page."""
    results(aws, ITEM, units=1.5, NextToken="T")
    response = web.get(address("SELECT * FROM parcels WHERE pk = ?", '"a"', limit="10"))
    page = text_of(response)
    assert response.status_code == 200
    assert [(request.operation, request.body["Statement"]) for request in aws.requests] == [
        ("ExecuteStatement", 'SELECT * FROM "parcels" WHERE "pk" = ?')
    ]
    assert aws.requests[0].body["Parameters"] == [{"S": "a"}]
    assert '<a href="/c/main/eu-central-1/tables/parcels/item/sa.sb/">a</a>' in page
    assert "2.50" in page and "1.5 read units" in page
    assert "pk is given, so one partition of the table is read." in page
    next_page = re.search(r'href="([^"]+)" rel="next"', page)
    assert next_page is not None
    results(aws, {**ITEM, "sk": {"S": "c"}})
    second = text_of(web.get(PAGE + next_page[1].removeprefix(PAGE)))
    assert aws.requests[1].body["NextToken"] == "T"
    assert "on page 2" in second and "That is all of it." in second
    assert QueryRun.objects.get().page == "partiql"


def test_the_empty_page_reads_nothing(web: Client, aws: StubAws) -> None:
    page = text_of(web.get(PAGE))
    assert 'SELECT * FROM "parcels"' in page
    assert 'SELECT * FROM "parcels"."by-status" WHERE "status" = ?' in page
    assert not aws.requests


def test_the_names_to_complete_come_from_what_is_known(web: Client, aws: StubAws) -> None:
    results(aws, {**ITEM, HOSTILE: {"S": "x"}})
    for url in (PAGE, address("SELECT * FROM parcels WHERE pk = 'a'"), PLACE):
        found = re.search(r'data-names="([^"]*)"', web.get(url).content.decode())
        assert found is not None
        names = json.loads(html.unescape(found[1]))
        assert names["tables"]["parcels"]["indexes"] == ["by-status", "by-raw"]
        held = names["tables"]["parcels"]["attributes"]
        assert held[:6] == ["pk", "sk", "status", "weight", "city", "raw"]
        assert (HOSTILE in held) is ("statement" in url)
    assert aws.count() == 1


def test_names_of_tables_one_may_not_read_are_not_told(
    aws: StubAws, place: Place, client_for: Callable[[User], Client], stranger: User
) -> None:
    assert client_for(stranger).get(PAGE).status_code == 404
    assert client_for(stranger).get(PLACE).status_code == 404


def test_a_posted_select_goes_into_the_address(web: Client, aws: StubAws) -> None:
    response = post(web, "SELECT * FROM parcels WHERE pk = ?", p='"a"', limit="5")
    assert response.status_code == 302
    assert response["Location"] == address("SELECT * FROM parcels WHERE pk = ?", '"a"', limit="5")
    assert not aws.requests


def test_a_long_select_is_run_from_the_form_and_paged_by_it(web: Client, aws: StubAws) -> None:
    results(aws, ITEM, NextToken="T")
    statement = f"SELECT * FROM parcels WHERE pk = 'a' AND status = '{'x' * 6500}'"
    response = post(web, statement)
    assert response.status_code == 200 and aws.count() == 1
    again = post(web, statement, "page", cursor=hidden(response, "cursor"))
    assert again.status_code == 200
    assert aws.requests[1].body["NextToken"] == "T"


@pytest.mark.parametrize(
    ("statement", "more", "sentence"),
    [
        (
            "SELECT * FROM parcels WHERE pk = 'a' LIMIT 5",
            {},
            "Line 1, column 38: DynamoDB's PartiQL has no LIMIT",
        ),
        ("SELECT * FROM parcels; SELEKT", {}, "Line 1, column 24: A statement begins with"),
        ("DROP TABLE parcels", {}, "A statement begins with SELECT"),
        (f"SELECT * FROM parcels WHERE pk = {HOSTILE}", {}, "Line 1, column"),
        ("", {}, "Enter a statement"),
        ("SELECT * FROM parcels WHERE pk = ?", {}, "has 1 parameter (?) and 0 values were given"),
        ("SELECT * FROM parcels WHERE pk = ?", {"p": "open"}, "Parameter 1: This is not valid JSON"),
        (
            "SELECT * FROM parcels WHERE pk = 5",
            {},
            "pk is a key of type string and is compared with a number",
        ),
        ('SELECT * FROM "parcels"."none"', {}, "has no index none; it has: by-raw, by-status"),
        ("SELECT * FROM parcels", {"limit": "many"}, "1 to 1,000"),
        ("SELECT * FROM parcels", {"cursor": "nonsense"}, "This page link was altered or cut off."),
        ('SELECT * FROM "parcels"."by-status"', {"consistent": "1"}, "cannot be read strongly consistently"),
    ],
)
def test_what_cannot_be_run_is_said_at_its_place(
    web: Client, aws: StubAws, statement: str, more: dict[str, str], sentence: str
) -> None:
    response = web.get(address(statement, **more))
    page = text_of(response)
    assert response.status_code == 400
    assert sentence in page
    assert f"\n{statement}</textarea>" in page
    assert [request.operation for request in aws.requests if request.operation != "DescribeTable"] == []


def test_hostile_text_stays_text(web: Client, aws: StubAws) -> None:
    results(aws, {**ITEM, HOSTILE: {"S": HOSTILE}})
    raw = web.get(address(f"SELECT * FROM parcels WHERE pk = '{HOSTILE}'")).content.decode()
    assert HOSTILE not in raw and html.escape(HOSTILE) in raw


def test_aws_refusing_harms_its_own_place(web: Client, aws: StubAws) -> None:
    aws.fail("ExecuteStatement", "AccessDeniedException", "not authorized to perform dynamodb:PartiQLSelect")
    response = web.get(address("SELECT * FROM parcels WHERE pk = 'a'"))
    page = text_of(response)
    assert response.status_code == 502
    assert "dynamodb:PartiQLSelect" in page and "AWS request id" in page
    assert "SELECT * FROM parcels WHERE pk = 'a'</textarea>" in page


def test_nothing_found(web: Client, aws: StubAws) -> None:
    results(aws)
    assert "Nothing matches" in text_of(web.get(address("SELECT * FROM parcels WHERE pk = 'x'")))
    results(aws, NextToken="T")
    assert "None on this page, but there is more" in text_of(
        web.get(address("SELECT * FROM parcels WHERE pk = 'x' AND status = 'y'"))
    )


def test_what_was_projected_is_shown_without_links_to_items_that_have_no_key(
    web: Client, aws: StubAws
) -> None:
    results(aws, {"status": {"S": "open"}})
    page = text_of(web.get(address("SELECT status FROM parcels WHERE pk = 'a'")))
    assert "Select pk and sk too, and each row leads to its item." in page
    assert "hold only a part" not in page  # no row can be opened
    assert "/item/" not in page and 'id="grid-data"' in page


@pytest.fixture
def large(aws: StubAws, place: Place) -> StubAws:
    """The table holds 4 GB."""
    whole = description(ItemCount=1_000_000, TableSizeBytes=4_000_000_000)
    aws.reply("DescribeTable", whole)
    catalogue.facts(place, TABLE, fresh=True)
    aws.requests.clear()
    return aws


def test_a_full_scan_above_the_budget_is_refused_until_it_is_allowed(web: Client, large: StubAws) -> None:
    results(large, ITEM, units=128.0, NextToken="T")
    statement = "SELECT * FROM parcels WHERE city = 'Kiel'"
    asked = web.get(address(statement))
    page = text_of(asked)
    assert "Not run: it would cost about" in page and "your budget is 100" in page
    assert "Full scan" in page
    assert not large.requests
    found = re.search(r'name="approved" value="([^"]+)"', page)
    assert found is not None
    allowed = post(web, statement, "run", approved=found[1])
    assert "1 item" in re.sub(r"<[^>]+>", "", text_of(allowed))
    assert large.count("ExecuteStatement") == 1
    assert post(web, f"{statement} AND pk > 'a'", "run", approved=found[1]).status_code == 400


def test_what_it_would_cost_is_said_while_one_writes_it(web: Client, aws: StubAws) -> None:
    part = {"HX-Request": "true"}
    seen = web.post(PAGE, {"statement": "SELECT * FROM parcels", "step": "check"}, headers=part)
    assert "Full scan" in text_of(seen) and "read units to the end" in text_of(seen)
    assert "<html" not in text_of(seen)
    unfinished = web.post(PAGE, {"statement": "SELECT * FROM parc", "step": "check"}, headers=part)
    assert unfinished.status_code == 200
    assert "No table parc is known here." in text_of(unfinished)
    assert text_of(
        web.post(PAGE, {"statement": f"DELETE FROM parcels {KEY}", "step": "check"}, headers=part)
    ).count("DELETE")
    assert not aws.requests


def test_a_write_in_an_address_is_not_run(web: Client, aws: StubAws) -> None:
    page = text_of(web.get(address(f"DELETE FROM parcels {KEY}")))
    assert "This came in a link and was not run." in page
    assert not aws.requests


def test_a_write_is_shown_then_done_and_can_be_undone(web: Client, aws: StubAws) -> None:
    stands(aws, ITEM)
    statement = f"UPDATE parcels SET status = ? REMOVE weight {KEY}"
    shown = post(web, statement, p='"shut"')
    page = text_of(shown)
    assert [request.operation for request in aws.requests] == ["BatchGetItem"]
    assert "Changes" in page and "shut" in page and "removed" in page
    assert 'AND "status" = ? AND "weight" = ?' in page
    results(aws, ITEM, units=1.0)
    done = post(web, statement, "write", p='"shut"', shown=hidden(shown, "shown"), reason="season")
    assert "Done: 1 statement" in text_of(done)
    sent = aws.requests[1].body
    assert sent["Statement"].endswith('AND "status" = ? AND "weight" = ? RETURNING ALL OLD *')
    assert sent["Parameters"] == [{"S": "shut"}, {"S": "open"}, {"N": "2.50"}]
    change = Change.objects.get()
    assert (change.action, change.reason) == ("item.update", "season")
    assert f"/changes/{change.pk}/undo/" in text_of(done)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "Say in the field Reason why"),
        ({"reason": "x" * 1001}, "at most 1,000 characters"),
        ({"reason": "why"}, "Type a into this field"),
        ({"reason": "why", "name": "A"}, "Type a into this field"),
        ({"reason": "why", "name": "a", "shown": "nonsense"}, "This preview was altered or cut off."),
    ],
)
def test_nothing_is_deleted_without_reason_name_and_preview(
    web: Client, aws: StubAws, more: dict[str, str], sentence: str
) -> None:
    stands(aws, ITEM)
    shown = post(web, f"DELETE FROM parcels {KEY}")
    response = post(web, f"DELETE FROM parcels {KEY}", "write", **({"shown": hidden(shown, "shown")} | more))
    assert response.status_code == 400
    assert sentence in text_of(response)
    assert aws.count("ExecuteStatement") == 0
    assert not Change.objects.exists()


def test_what_changed_meanwhile_is_a_conflict(web: Client, aws: StubAws) -> None:
    stands(aws, ITEM)
    shown = post(web, f"UPDATE parcels SET weight = 3 {KEY}")
    theirs = {**ITEM, "weight": {"N": "9"}}
    aws.fail("ExecuteStatement", "ConditionalCheckFailedException", "no", Item=theirs)
    response = post(
        web, f"UPDATE parcels SET weight = 3 {KEY}", "write", shown=hidden(shown, "shown"), reason="why"
    )
    assert response.status_code == 409
    assert "Nothing was changed" in text_of(response) and "Somebody has changed weight" in text_of(response)


def test_an_update_that_is_not_computed_says_so(web: Client, aws: StubAws) -> None:
    stands(aws, ITEM)
    page = text_of(post(web, f"UPDATE parcels SET x = gone + 1 {KEY}"))
    assert "cannot be computed here" in page and "open" in page


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (f"UPDATE parcels SET pk = 'x' {KEY}", "pk is part of the item's key"),
        (f"UPDATE parcels SET gone.a.b = 1 {KEY}", '"gone"."a"."b" cannot be set: "gone" is no map'),
        ("DELETE FROM parcels WHERE pk = 'a'", "WHERE has to give the item's whole key, pk and sk"),
        ("UPDATE parcels SET n = 1 WHERE pk = 'x' AND sk = 'y'", "no item with this key"),
        ("INSERT INTO parcels VALUE {'pk': 'a', 'sk': 'b'}", "There is an item with this key already"),
    ],
)
def test_writes_that_cannot_be(web: Client, aws: StubAws, statement: str, sentence: str) -> None:
    stands(aws, ITEM)
    response = post(web, statement)
    assert response.status_code == 400
    assert sentence in text_of(response)


def test_several_ask_how_they_shall_run(web: Client, aws: StubAws) -> None:
    stands(aws, ITEM, {**ITEM, "sk": {"S": "c"}})
    both = f"UPDATE parcels SET weight = 3 {KEY}; DELETE FROM parcels WHERE pk = 'a' AND sk = 'c'"
    asked = post(web, both)
    assert "2 statements. How shall they run?" in text_of(asked)
    assert not aws.requests
    for together, words in (("transaction", "All of it happens or none"), ("batch", "One after the other")):
        assert words in text_of(post(web, both, together=together))
    reads = f"SELECT * FROM parcels {KEY}; SELECT * FROM parcels WHERE pk = 'a' AND sk = 'x'"
    aws.reply("BatchExecuteStatement", {"Responses": [{"Item": ITEM}, {}]})
    assert "1 of 2 items found" in re.sub(r"<[^>]+>", "", text_of(post(web, reads, together="batch")))


def test_part_of_several_is_said_statement_by_statement(web: Client, aws: StubAws) -> None:
    stands(aws, ITEM)
    both = f"UPDATE parcels SET weight = 3 {KEY}; INSERT INTO parcels VALUE {{'pk': 'n', 'sk': 'n'}}"
    shown = post(web, both, together="batch")
    aws.reply("ExecuteStatement", {"Items": []})
    aws.fail(
        "ExecuteStatement",
        "ConditionalCheckFailedException",
        "no",
        times=1,
        Item={**ITEM, "weight": {"N": "9"}},
    )
    page = text_of(post(web, both, "write", together="batch", shown=hidden(shown, "shown"), reason="why"))
    assert "1 of 2 statements are done, the others are not" in page
    assert page.index("Not done") < page.index(">Done")


def test_a_reader_may_select_and_not_write(
    aws: StubAws, client_for: Callable[[User], Client], reader: User
) -> None:
    web = client_for(reader)
    results(aws, ITEM)
    assert web.get(address("SELECT * FROM parcels WHERE pk = 'a'")).status_code == 200
    aws.requests.clear()
    for statement in (
        f"UPDATE parcels SET n = 1 {KEY}",
        f"DELETE FROM parcels {KEY}",
        "INSERT INTO parcels VALUE {'pk': 'x', 'sk': 'y'}",
    ):
        for step in ("run", "write"):
            response = post(web, statement, step, reason="why", shown="x", name="a")
            assert response.status_code == 403
            assert "You may not" in text_of(response) and f"\n{statement}</textarea>" in text_of(response)
    assert not aws.requests


def test_another_table_than_the_pages_asks_for_its_own_permission(
    aws: StubAws, client_for: Callable[[User], Client]
) -> None:
    from tests.tables.operations.test_partiql import limited

    web = client_for(limited("lena", "read"))
    response = web.get(address("SELECT * FROM secrets"))
    assert response.status_code == 404
    assert "There is no table secrets that you may read in this place." in text_of(response)
    assert not aws.requests


def test_the_places_page(web: Client, aws: StubAws) -> None:
    assert web.get(PLACE).status_code == 200
    results(aws, ITEM)
    page = text_of(web.get(address("SELECT * FROM parcels WHERE pk = 'a'", page=PLACE)))
    assert "/tables/parcels/item/sa.sb/" in page
    assert "Save…" not in page
