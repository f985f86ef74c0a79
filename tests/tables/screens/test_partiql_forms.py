"""PartiQL: what looks like a write and is none, and values that pass a browser's form without a change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.stub.server import StubAws
from tests.tables.screens.test_partiql import (
    ITEM,
    KEY,
    PAGE,
    PLACE,
    address,
    hidden,
    post,
    results,
    stands,
    text_of,
)

EXISTS = f"EXISTS(SELECT * FROM parcels {KEY})"
READS = f"SELECT * FROM parcels {KEY}"


@pytest.mark.parametrize(
    ("statement", "together", "step"),
    [
        (READS, "", "write"),
        (f"{READS}; SELECT * FROM parcels WHERE pk = 'a' AND sk = 'c'", "batch", "write"),
        (EXISTS, "", "write"),
        (EXISTS, "transaction", "write"),
        (EXISTS, "", "run"),
    ],
)
def test_what_writes_nothing_is_not_shown_as_a_write(
    web: Client, aws: StubAws, statement: str, together: str, step: str
) -> None:
    """Somebody who posts the last step with a statement that reads gets a sentence; a lone EXISTS is refused before a reason is asked."""
    stands(aws, ITEM)
    response = post(web, statement, step, together=together)
    assert response.status_code == 400
    assert "nothing is written" in text_of(response) or "there is none here" in text_of(response)
    assert aws.count() == 0


def test_a_line_break_inside_a_string_is_the_one_that_was_typed(web: Client, aws: StubAws) -> None:
    """A browser sends every line break of a text area as CR LF; in the value it is LF, from the form and from its address alike."""
    stands(aws)
    typed = "INSERT INTO parcels VALUE {'pk': 'a', 'sk': 'b', 'note': 'one\r\ntwo'}"
    shown = post(web, typed)
    assert "'note': 'one\ntwo'" in text_of(shown)
    aws.reply("ExecuteStatement", {"Items": []})
    done = post(web, typed, "write", shown=hidden(shown, "shown"), reason="why")
    assert "Done: 1 statement" in text_of(done)
    assert "'one\ntwo'" in aws.requests[1].body["Statement"]
    found = post(web, "SELECT * FROM parcels\r\nWHERE pk = 'one\r\ntwo'")
    assert "%0D" not in found["Location"] and found["Location"].count("%0A") == 2


def test_a_parameter_is_named_once(web: Client, aws: StubAws) -> None:
    page = text_of(web.get(address("SELECT * FROM parcels WHERE pk = ?", "1E+500")))
    assert "Parameter 1: The number is outside DynamoDB's range" in page
    assert "parameter_1" not in page


def test_a_parameter_says_what_is_wrong_inside_of_it(web: Client, aws: StubAws) -> None:
    page = text_of(
        web.get(address("SELECT * FROM parcels WHERE pk = 'a' AND tags = ?", '{"$ss": ["a", "a"]}'))
    )
    assert "Parameter 1: [1]: A string set holds each value once" in page and "parameter_1" not in page


def test_more_than_a_browser_draws_at_ease_is_shown_in_part(web: Client, aws: StubAws, settings: Any) -> None:
    """All that was found is counted; the rest is read in pages on demand. A page as large as one may ask for is whole."""
    settings.READ_BUDGET_UNITS = 1_000_000
    found = [{"pk": {"S": "a"}, "sk": {"S": f"s{number}"}} for number in range(1001)]
    results(aws, *found, NextToken="T")
    page = text_of(web.get(address("SELECT * FROM parcels WHERE city = 'x'")))
    assert "<strong>1,001</strong> items" in page and ">s999</a>" in page and ">s1000</a>" not in page
    assert "The first 1,000 are shown here; the next page begins after all of them." in page
    smaller = re.search(r'href="([^"]+)">Read 1,000 in a page', page)
    assert smaller is not None
    results(aws, *found[:1000], NextToken="T")
    again = text_of(web.get(smaller[1]))
    assert aws.requests[-1].body["Limit"] == 1000
    assert ">s999</a>" in again and "are shown here" not in again


def test_rows_with_their_keys_say_that_they_are_parts(web: Client, aws: StubAws) -> None:
    results(aws, {"pk": {"S": "a"}, "sk": {"S": "b"}, "status": {"S": "open"}})
    page = text_of(web.get(address("SELECT pk, sk, status FROM parcels WHERE pk = 'a'")))
    assert "hold only a part" in page and "leads to its item" not in page


def test_items_without_what_was_selected_are_no_empty_table(web: Client, aws: StubAws) -> None:
    results(aws, {}, {})
    page = text_of(web.get(address("SELECT history[0].at FROM parcels WHERE pk = 'a'")))
    assert (
        "<strong>2</strong> items" in page and "none of them has an attribute or a place of that name" in page
    )
    assert "<table" not in page


def test_several_reads_lead_to_their_items(web: Client, aws: StubAws) -> None:
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    answer = {"Responses": [{"Item": item}, {}], "ConsumedCapacity": []}
    aws.reply("BatchExecuteStatement", answer)
    two = "SELECT * FROM parcels WHERE pk='a' AND sk='b'; SELECT * FROM parcels WHERE pk='c' AND sk='d'"
    page = text_of(post(web, two, together="batch"))
    assert (
        page.count('href="/c/main/eu-central-1/tables/parcels/item/sa.sb/"') == 3
    )  # the line's, and those of the row's keys
    assert "item/sc.sd/" not in page


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ('"parcels.by-status"', 'Did you mean "parcels"."by-status"?'),
        ("Parcels", 'Did you mean "parcels"?'),
        ("parcel", 'Did you mean "parcels"?'),
        ("entirely", ""),
    ],
)
def test_a_table_that_is_not_there_may_be_meant_otherwise(
    web: Client, aws: StubAws, name: str, meant: str
) -> None:
    web.get(PAGE)  # the table is known
    aws.fail("DescribeTable", "ResourceNotFoundException", "Requested resource not found")
    response = web.get(address(f"SELECT * FROM {name} WHERE pk = 'a'", page=PLACE))
    page = text_of(response)
    assert response.status_code == 404 and "ResourceNotFoundException" in page
    assert ("Did you mean" in page) is bool(meant) and meant in page


def test_a_table_that_is_not_there_is_questioned_while_it_is_typed(web: Client, aws: StubAws) -> None:
    web.get(PAGE)  # the table is known
    aws.reply("ListTables", {"TableNames": ["parcels"]})
    web.get("/c/main/eu-central-1/tables/")
    asked = {"statement": "SELECT * FROM Parcles", "step": "check"}
    said = text_of(web.post(PAGE, asked, headers={"HX-Request": "true"}))
    assert 'Line 1: No table Parcles is known here. Did you mean "parcels"?' in said


ONE = "SELECT * FROM parcels WHERE pk = 'a' AND sk = 'b'"
WRITE = "UPDATE parcels SET note = 'x' WHERE pk = 'a' AND sk = 'b'"


@pytest.mark.parametrize(
    ("statements", "rule"),
    [
        ((ONE, WRITE), "either only SELECT or only writes together"),
        ((ONE, "SELECT * FROM parcels"), "Line 2: WHERE has to give the item's whole key"),
        ((ONE, EXISTS), "EXISTS stands beside INSERT, UPDATE or DELETE"),
    ],
)
def test_what_cannot_run_together_at_all_is_said_before_anybody_is_asked_how(
    web: Client, aws: StubAws, statements: tuple[str, ...], rule: str
) -> None:
    response = post(web, ";\n".join(statements))
    page = text_of(response)
    assert response.status_code == 400 and rule in page
    assert "How shall they run?" not in page and aws.count() == 0


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        ((WRITE, EXISTS.replace("'b'", "'c'")), "EXISTS checks something for a transaction"),
        (tuple(ONE.replace("'b'", f"'b{n}'") for n in range(26)), "one after the other takes at most 25"),
    ],
)
def test_only_the_way_that_is_open_is_offered(
    web: Client, aws: StubAws, statements: tuple[str, ...], says: str
) -> None:
    page = text_of(post(web, ";\n".join(statements)))
    assert "How shall they run?" in page and says in page
    assert 'value="transaction"' in page and 'value="batch"' not in page


def test_reads_together_are_said_to_be_of_one_moment(web: Client, aws: StubAws) -> None:
    page = text_of(post(web, f"{ONE}; SELECT * FROM parcels WHERE pk = 'c' AND sk = 'd'"))
    assert "all items are of one moment" in page and "happen or none" not in page
    assert 'value="transaction"' in page and 'value="batch"' in page


@pytest.mark.parametrize("there", [True, False])
def test_a_deleted_item_is_not_offered_to_be_opened(web: Client, aws: StubAws, there: bool) -> None:
    """Where it was deleted, Undo is the way on; where something else stands there, the item is."""
    stands(aws, ITEM)
    statement = f"DELETE FROM parcels {KEY}"
    shown = hidden(post(web, statement), "shown")
    if there:
        aws.fail("ExecuteStatement", "ConditionalCheckFailedException", "The conditional request failed")
    else:
        aws.reply("ExecuteStatement", {"Items": [ITEM]})
    page = text_of(post(web, statement, "write", shown=shown, reason="why", name="a"))
    assert ("Open the item" in page) is there and ("Undo…" in page) is not there


@pytest.mark.parametrize(
    ("returning", "answer"),
    [
        ("", []),
        ("RETURNING ALL OLD *", ["pk", "a", "sk", "b", "status", "open", "weight", "2.50"]),
        ("RETURNING MODIFIED NEW *", ["status", "shut"]),
    ],
)
def test_what_returning_asks_for_is_shown(
    web: Client, aws: StubAws, returning: str, answer: list[str]
) -> None:
    stands(aws, ITEM)
    statement = f"UPDATE parcels SET status = 'shut' {KEY} {returning}"
    shown = post(web, statement)
    results(aws, ITEM, units=1.0)
    page = text_of(post(web, statement, "write", shown=hidden(shown, "shown"), reason="why"))
    assert (f"{returning} answered:" in page) is bool(returning)
    body = re.search(r"answered:.*?<tbody>(.*?)</tbody>", page, re.DOTALL)
    rows = body[1].split("</tr>")[:-1] if body else []
    cells = [
        re.sub(r"<[^>]+>", " ", cell).split()
        for row in rows
        for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
    ]
    assert [cell[0] for place, cell in enumerate(cells) if place % 4 in (0, 2)] == answer, "names and values"
