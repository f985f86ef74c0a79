"""Finding: rows become an address, text and rows are one condition, the plan before the run, the budget that asks, runs in steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from dashboard.accounts.models import User
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, page
from tests.tables.screens.test_browse import PARCEL, URL, words

FIND, APPROVE = f"{URL}find/", f"{URL}approve/"
HTMX = {"HX-Request": "true"}


def row(place: str, attribute: str, op: str, *values: str, **more: str) -> dict[str, Any]:
    """The fields of a row as the form sends them."""
    return {f"{place}.attr": attribute, f"{place}.op": op, f"{place}.v": list(values) or [""]} | {
        f"{place}.{name}": value for name, value in more.items()
    }


def where_of(address: str) -> str:
    """The condition in an address."""
    return parse_qs(urlsplit(address).query).get("where", [""])[0]


def test_it_works(aws: StubAws, web: Client) -> None:
    """The key typed into the row that is ready; Enter; one Query."""
    aws.reply("Query", page(PARCEL))
    aws.reply("Scan", page(PARCEL))
    first = web.get(URL).text
    assert re.search(r'id="c\.0\.attr"[^>]*value="pk"', first)
    assert re.search(r'id="c\.1\.attr"[^>]*value="sk"', first)
    aws.requests.clear()
    sent = web.post(FIND, row("c.0", "pk", "=", "PARCEL#1") | row("c.1", "sk", "=") | {"c.join": "all"})
    assert sent.status_code == 302
    assert sent["Location"] == f"{URL}?where=pk+%3D+%27PARCEL%231%27"
    assert aws.count() == 0
    shown = web.get(sent["Location"])
    assert [request.operation for request in aws.requests] == ["Query"]
    assert 'value="PARCEL#1"' in shown.text
    assert "1 item read" in words(shown.text)
    assert "Query of the table" in words(shown.text)
    assert re.search(r'id="c\.1\.attr"[^>]*value="sk"', shown.text), "the sort key is ready to narrow it"


def test_what_stands_under_more_is_told_without_unfolding_it(aws: StubAws, web: Client) -> None:
    """The items stay near the top of a small screen, and no setting is out of sight."""
    aws.reply("Query", page(PARCEL))
    said = {"via": "index:by-status", "limit": "7", "field": "city"}
    shown = web.get(URL, {"where": "status = 'open'"} | said).text
    assert '<details class="find-more">' in shown
    assert "More: index by-status, 7 a page, only city" in words(shown)
    assert "More way, order, page size" in words(web.get(URL, {"where": "pk = 'a'"}).text)
    wrong = web.get(URL, {"where": "pk = 'a'", "limit": "x"})
    assert wrong.status_code == 400 and '<details class="find-more" open>' in wrong.text


def test_an_empty_form_is_the_whole_table(aws: StubAws, web: Client) -> None:
    assert web.post(FIND, row("c.0", "pk", "=") | {"do": "find"})["Location"] == URL
    assert web.get(FIND)["Location"] == URL


def test_everything_of_the_form_goes_into_the_address(aws: StubAws, web: Client) -> None:
    fields = (
        row("c.0", "pk", "=", "x")
        | {"c.1.join": "none"}
        | row("c.1.0", "weight", ">", "3")
        | row("c.1.1", "a.b[0]", "size:between", "1", to="5")
        | row("c.1.2", "tags", "in", "a", "", "b")
        | row("c.1.3", "a", "=", "b.c", kind="path")
        | {
            "via": "table",
            "order": "desc",
            "limit": "25",
            "consistent": "1",
            "fields": 'pk, "x,y".z',
            "col": ["pk", "a"],
        }
    )
    address = web.post(FIND, fields)["Location"]
    query = parse_qs(urlsplit(address).query)
    assert query == {
        "where": [
            "pk = 'x' AND NOT (weight > 3 OR size(a.b[0]) BETWEEN 1 AND 5 OR tags IN ('a', 'b') OR a = b.c)"
        ],
        "via": ["table"],
        "order": ["desc"],
        "field": ["pk", '"x,y".z'],
        "limit": ["25"],
        "consistent": ["1"],
        "col": ["pk", "a"],
    }
    aws.reply("Query", page())
    shown = web.get(address).text
    for value in ('value="a.b[0]"', 'value="5"', 'value="b.c"', 'value="25"'):
        assert value in shown
    assert '<option value="none" selected>' in shown
    assert '<option value="path" selected>' in shown
    assert '<option value="size:between" selected>' in shown


@pytest.mark.parametrize(
    ("action", "attributes"),
    [
        ("add:c", ["pk", "a", ""]),
        ("remove:c.0", ["a"]),
        ("group:c", ["pk", "a", "", ""]),
        ("value:c.1", ["pk", "a"]),
        ("remove:c.9", ["pk", "a"]),
    ],
)
def test_a_button_redraws_the_rows_and_loses_nothing(
    aws: StubAws, web: Client, action: str, attributes: list[str]
) -> None:
    fields = row("c.0", "pk", "=", "<b>x") | row("c.1", "a", "in", "1", "2") | {"do": action, "limit": "7"}
    part = web.post(FIND, fields, headers=HTMX)
    whole = web.post(FIND, fields)
    assert part.status_code == whole.status_code == 200
    assert part.text.strip().startswith('<div class="builder"')
    assert "<title>" in whole.text
    assert 'value="7"' in whole.text
    for text in (part.text, whole.text):
        assert re.findall(r'id="c[\d.]*\.attr" name="[^"]*" value="([^"]*)"', text) == attributes
        assert "<b>x" not in text
    if action == "value:c.1":
        assert part.text.count('name="c.1.v"') == 3
    assert aws.count() == 0


def test_text_and_rows_are_one_condition(aws: StubAws, web: Client) -> None:
    fields = row("c.0", "pk", "=", "it's") | row("c.1", "n", "<>", "5")
    text = web.post(FIND, fields | {"do": "text"}, headers=HTMX).text
    assert unescape(text[text.index("<textarea") : text.index("</textarea>")]).endswith(
        "pk = 'it''s' AND n <> 5"
    )
    rows = web.post(FIND, {"where": "pk = 'it''s' AND n <> '5'", "do": "rows"}, headers=HTMX).text
    assert 'value="it&#x27;s"' in rows
    assert '<option value="S" selected>text</option>' in rows, "a text that looks like a number says so"
    address = web.post(FIND, {"where": "n <> 5\r\n AND pk = 'x'"})["Location"]
    assert where_of(address) == "n <> 5 AND pk = 'x'"
    assert "as=text" in address
    aws.reply("Query", page())
    assert '<textarea id="where"' in web.get(address).text


@pytest.mark.parametrize("send", ["find", "rows", "address"])
def test_a_wrong_text_is_400_with_the_column_and_stays(aws: StubAws, web: Client, send: str) -> None:
    wrong = "pk = 'x' AND <script>"
    answer = (
        web.get(URL, {"where": wrong})
        if send == "address"
        else web.post(FIND, {"where": wrong, "do": "rows" if send == "rows" else "find"})
    )
    assert answer.status_code == 400
    assert "Column 14" in answer.text
    assert "pk = &#x27;x&#x27; AND &lt;script&gt;</textarea>" in answer.text
    assert aws.count() == 0


@pytest.mark.parametrize(
    ("fields", "at", "said"),
    [
        (row("c.0", "", "=", "x"), "c.0.attr", "Name the attribute"),
        (row("c.0", "a b", "=", "x"), "c.0.attr", "end of the name"),
        (row("c.0", "pk", "between", "a"), "c.0.to", "both are needed"),
        (row("c.0", "weight", "=", "heavy"), "c.0.v", "not a number"),
        (row("c.0", "a", "=", "{", kind="json"), "c.0.v", "DynamoDB&#x27;s JSON"),
        (row("c.0", "a", "<", '{"SS": ["x"]}', kind="json"), "", "a"),
        (row("c.0", "a", "begins_with", "5", kind="N"), "", "begins_with"),
        (row("c.0", "pk", "=", "5", kind="N"), "", "pk"),
        ({"limit": "0"}, "limit", "from 1 to 1000"),
        ({"limit": "many"}, "limit", "from 1 to 1000"),
        ({"via": "<b>"}, "via", "Choose how to read"),
        ({"fields": "a..b"}, "fields", "name after the dot"),
        (row("c.0", "a", "=", "x" * 5990), "", "address"),
    ],
)
def test_a_wrong_entry_is_400_at_its_place_and_stays(
    aws: StubAws, web: Client, fields: dict[str, Any], at: str, said: str
) -> None:
    refused = web.post(FIND, row("c.5", "kept", "=", "kept value") | fields)
    assert refused.status_code == 400
    assert said in refused.text
    assert 'role="alert"' in refused.text
    assert 'value="kept value"' in refused.text
    if at.startswith("c."):
        assert re.search(rf'id="{re.escape(at)}"[^>]*aria-invalid="true"', refused.text)
    assert aws.count() == 0


def test_the_plan_of_a_draft_costs_no_call(aws: StubAws, web: Client) -> None:
    plan = web.post(
        FIND, row("c.0", "status", "=", "lost") | {"do": "plan", "via": "index:by-status"}, headers=HTMX
    )
    assert plan.status_code == 200
    assert "Query of the index by-status" in words(plan.text)
    assert "Partial projection" in plan.text
    half = web.post(FIND, row("c.0", "", "=", "lost") | {"do": "plan"}, headers=HTMX)
    assert half.status_code == 200
    assert "Name the attribute" in half.text
    assert aws.count() == 0


def test_the_plan_says_what_was_not_chosen_and_how_to_choose_it(aws: StubAws, web: Client) -> None:
    shown = web.get(URL, {"where": "pk = 'x' AND city = 'Oslo'", "step": "plan"})
    assert "Nothing was read yet" in shown.text
    assert aws.count() == 0
    said = words(shown.text)
    assert "pk is the table" in said
    assert "Query of the index by-status" in said
    assert "Scan of the table" in said
    assert re.search(r'href="[^"]*via=scan"', shown.text), "reads at once, or asks by itself"
    assert re.search(r"Read units [\d.]+ to", said)
    assert "up to six hours old" in said


@pytest.mark.parametrize(
    ("where", "answer", "said", "links"),
    [
        ("pk = 'x'", page(), "No item has this key", []),
        ("pk = 'x' AND begins_with(sk, 'a')", page(), "No item has this key", ["where=pk+%3D+%27x%27"]),
        ("pk = 'x' AND zip = 5", page(scanned=3), "3 items were read and none", ["zip+%3D+%275%27"]),
        ("pk = 'x' AND zip = '5'", page(scanned=1), "1 item was read and does not", ["zip+%3D+5"]),
        ("pk = 'x' AND a.b.c = 't'", page(scanned=1), "match the rest of the", ["%22a.b.c%22+%3D+%27t%27"]),
        (
            "pk = 'x' AND (a.b = 't' OR c = 1)",
            page(scanned=2),
            "none matches the rest of",
            ["%28%22a.b%22+%3D+%27t%27+OR+c+%3D+1%29"],
        ),
    ],
)
def test_nothing_found_says_why_and_what_to_try(
    aws: StubAws, web: Client, where: str, answer: dict[str, Any], said: str, links: list[str]
) -> None:
    aws.reply("Query", answer)
    aws.reply("Scan", answer)
    text = web.get(URL, {"where": where}).text
    assert said in text
    assert ("Take the dots" in text) is ("." in where)
    state = text[text.index(said) :]
    for link in links:
        assert re.search(rf'<a class="button" href="[^"]*{re.escape(link)}[&"]', state)


def test_a_condition_too_deep_for_rows_is_text(aws: StubAws, web: Client) -> None:
    deep = "a = 1"
    for _ in range(6):
        deep = f"(b = 2 OR NOT ({deep} AND c = 3))"
    where = f"pk = 'x' AND {deep}"
    aws.reply("Query", page())
    assert '<textarea id="where"' in web.get(URL, {"where": where}).text
    refused = web.post(FIND, {"where": where, "do": "rows"})
    assert refused.status_code == 400
    assert "too large or too deep" in refused.text


def test_what_was_found_is_kept_in_ones_history_and_can_be_saved(aws: StubAws, web: Client) -> None:
    from dashboard.tables.models import QueryRun

    aws.reply("Query", page(PARCEL))
    aws.reply("Scan", page(PARCEL))
    web.get(URL)
    assert QueryRun.objects.count() == 0
    text = web.get(URL, {"where": "pk = 'x'"}).text
    assert QueryRun.objects.get().query == [["where", "pk = 'x'"]]
    assert f'href="{URL}queries/new/?where=pk+%3D+%27x%27&amp;page=browse"' in text


def test_a_name_with_a_line_break_is_offered_and_found(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page(PARCEL | {"a\nb": {"S": "x"}, "<i>": {"S": "y"}}))
    text = web.get(URL).text
    assert '<option value="&quot;&lt;i&gt;&quot;">' in text
    assert "<i>" not in text
    aws.reply("Query", page())
    assert '<textarea id="where"' in web.get(URL, {"where": "pk = 'x' AND \"a\nb\" = 1"}).text


def test_a_stranger_gets_nothing(aws: StubAws, client_for: Callable[[User], Client], stranger: User) -> None:
    client = client_for(stranger)
    other = f"{BASE}drivers/"
    for address in (f"{other}find/", f"{other}approve/"):
        assert client.post(address, {"where": "a = 1", "units": "5"}).status_code in (404, 403)
    assert aws.count() == 0
