"""Browsing a table: the query in the URL, a page of items, the way on."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from dashboard.accounts.models import Grant, User
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, description, page

URL = f"{BASE}{TABLE}/"
PARCEL = {"pk": {"S": "PARCEL#1"}, "sk": {"S": "EVENT#7"}, "city": {"S": "Lübeck"}, "weight": {"N": "2.50"}}


def words(text: str) -> str:
    """A page's text on one line, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def next_of(text: str) -> str:
    """The address of the next page."""
    found = re.search(r'href="(\?[^"]*cursor=[^"]*)"', text)
    assert found, "no next page"
    return URL + found[1].replace("&amp;", "&")


def test_it_works(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page(PARCEL, LastEvaluatedKey={"pk": PARCEL["pk"], "sk": PARCEL["sk"]}))
    shown = web.get(URL)
    assert shown.status_code == 200
    assert f'<td class="v"><a href="{URL}item/sPARCEL~231.sEVENT~237/">PARCEL#1</a></td>' in shown.text
    assert '<td class="vN">2.50</td>' in shown.text
    assert "1 item read" in words(shown.text)
    assert "12.5 read units" in words(shown.text)
    assert "Next 100" in shown.text
    assert "New item" in shown.text
    assert [request.operation for request in aws.requests] == ["Scan"]
    assert aws.requests[0].body["Limit"] == 100


def test_a_query_of_the_table(aws: StubAws, web: Client) -> None:
    aws.reply("Query", page(PARCEL))
    shown = web.get(
        URL,
        {
            "mode": "query",
            "partition": "PARCEL#1",
            "sort_op": "begins_with",
            "sort": "EVENT#",
            "order": "desc",
        },
    )
    assert shown.status_code == 200
    (body,) = aws.of("Query")
    assert body["ScanIndexForward"] is False
    assert sorted(value["S"] for value in body["ExpressionAttributeValues"].values()) == [
        "EVENT#",
        "PARCEL#1",
    ]
    assert 'value="PARCEL#1"' in shown.text
    assert '<option value="begins_with" selected>' in shown.text
    assert '<option value="desc" selected>' in shown.text
    assert "That is all of it." in shown.text
    assert aws.count() == 1


def test_a_query_of_an_index(aws: StubAws, web: Client) -> None:
    aws.reply("Query", page(PARCEL | {"status": {"S": "lost"}}))
    shown = web.get(
        URL,
        {
            "index": "by-status",
            "mode": "query",
            "partition": "lost",
            "sort_op": "between",
            "sort": "1",
            "sort_to": "2.5",
        },
    )
    (body,) = aws.of("Query")
    assert body["IndexName"] == "by-status"
    assert {"N": "2.5"} in body["ExpressionAttributeValues"].values()
    heads = re.findall(r'data-name="&quot;([^"]*)&quot;"', shown.text)
    assert heads[:4] == ["pk", "sk", "status", "weight"]
    assert "Partial projection" in shown.text
    assert "the keys and city only" in words(shown.text)
    assert f"{URL}item/sPARCEL~231.sEVENT~237/" in shown.text


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "query"},
        {"index": "by-status", "mode": "query"},
        {"index": "by-status", "mode": "query", "choose": "1", "partition": "x"},
    ],
)
def test_choosing_what_to_read_reads_nothing(aws: StubAws, web: Client, query: dict[str, str]) -> None:
    shown = web.get(URL, query)
    assert shown.status_code == 200
    assert "Nothing was read yet" in shown.text
    assert aws.count() == 0


def test_the_next_page_is_one_call_from_where_this_one_ended(aws: StubAws, web: Client) -> None:
    last = {"pk": PARCEL["pk"], "sk": PARCEL["sk"]}
    aws.reply("Query", page(PARCEL, LastEvaluatedKey=last))
    address = next_of(web.get(URL, {"mode": "query", "partition": "PARCEL#1"}).text)
    assert "PARCEL" not in address.split("cursor=")[1].split("&")[0]
    aws.requests.clear()
    aws.reply("Query", page())
    shown = web.get(address)
    assert aws.of("Query")[0]["ExclusiveStartKey"] == last
    assert aws.count() == 1
    assert "That was the end" in shown.text
    assert "First page" in shown.text


def test_a_later_page_tells_its_own_cost_and_that_of_all_pages(aws: StubAws, web: Client) -> None:
    """What this click cost is not hidden in a sum."""
    last = {"pk": PARCEL["pk"], "sk": PARCEL["sk"]}
    aws.reply("Query", page(PARCEL, LastEvaluatedKey=last))
    first = web.get(URL, {"where": "pk = 'PARCEL#1'"}).text
    assert "all pages" not in first
    aws.reply("Query", page(PARCEL))
    second = words(web.get(next_of(first)).text)
    assert "1 item read 12.5 read units; all pages so far 2 items, 25 units" in second
    aws.reply("Query", page(PARCEL, LastEvaluatedKey=last))
    filtered = web.get(URL, {"where": "pk = 'PARCEL#1' AND city <> 'x'", "limit": "1"}).text
    assert "1 of 1 item read matches 12.5 read units" in words(filtered)
    assert "all pages" not in filtered
    again = words(web.get(next_of(filtered)).text)
    assert "2 of 2 items read match 25 read units, all pages so far" in again


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        (
            {"where": "pk = '10001'"},
            {
                "Look for it as status (index by-status)": "where=status+%3D+%2710001%27&via=index%3Aby-status",
                "Keys that contain it, by reading every item": "where=contains%28pk%2C+%2710001%27%29&step=plan",
                "See what the keys look like": "?",
            },
        ),
        (
            {"where": "pk = 'a' AND city = 'oslo'"},
            {
                "Also texts that only contain it": "contains%28city%2C+%27oslo%27%29",
                "Also with other capitals": "city+%3D+%27OSLO%27",
            },
        ),
    ],
)
def test_after_nothing_found_there_is_a_next_step(
    aws: StubAws, web: Client, query: dict[str, str], offered: dict[str, str]
) -> None:
    """A support person who typed a customer's number as a key is not left with an empty page."""
    scanned = 3 if "city" in query["where"] else 0
    aws.reply("Query", page(scanned=scanned))
    shown = web.get(URL, query).text
    links = {
        text: unescape(href)
        for href, text in re.findall(r'<a class="button" href="([^"]+)">([^<]+)</a>', shown)
    }
    for text, part in offered.items():
        assert part in links[text]
    assert "That is all of it." not in shown


def test_an_empty_page_with_more_to_come_says_so(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page(scanned=100, LastEvaluatedKey={"pk": {"S": "a"}, "sk": {"S": "b"}}))
    shown = words(web.get(URL).text)
    assert "None on this page, but there is more" in shown
    assert "Next 100" in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "The table holds no items"),
        ({"mode": "scan", "index": "by-raw"}, "The index holds no items"),
        ({"mode": "query", "partition": "x"}, "No item has this key"),
    ],
)
def test_nothing_there(aws: StubAws, web: Client, query: dict[str, str], said: str) -> None:
    aws.reply("Scan", page())
    aws.reply("Query", page())
    assert said in web.get(URL, query).text


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ({"partition": ""}, "c.0.v", "pk needs a value"),
        ({"partition": "x" * 2049}, "c.0.v", "at most 2,048"),
        (
            {"partition": "x", "sort_op": "between", "sort": "b", "sort_to": "a"},
            "c.1.to",
            "must not be smaller",
        ),
        ({"partition": "x", "sort_op": "=", "sort": ""}, "c.1.v", "sk needs a value"),
        ({"partition": "x", "sort_op": "like", "sort": "a"}, "", "Compare the sort key with one of"),
        ({"partition": "x", "sort": "a"}, "", "Choose how to compare"),
        (
            {"index": "by-status", "partition": "x", "sort_op": "=", "sort": "heavy"},
            "c.1.v",
            "weight is a number",
        ),
        ({"index": "by-status", "partition": "x", "sort_op": "=", "sort": "1" * 39}, "c.1.v", "38"),
        (
            {"index": "by-status", "partition": "x", "sort_op": "begins_with", "sort": "1"},
            "",
            "begins_with is for strings",
        ),
        (
            {"index": "by-raw", "partition": "x", "sort_op": "=", "sort": "no base64"},
            "c.1.v",
            "raw is binary",
        ),
        ({"index": "<img src=x onerror=alert(1)>", "partition": "x"}, "", "no index of that name"),
        ({"partition": "x", "cursor": "rubbish"}, "", "altered or cut off"),
    ],
)
def test_a_wrong_entry_is_400_with_a_sentence_and_stays(
    aws: StubAws, web: Client, query: dict[str, str], field: str, said: str
) -> None:
    refused = web.get(URL, {"mode": "query", **query})
    assert refused.status_code == 400
    assert said in words(refused.text)
    if field:
        assert re.search(rf'id="{field}"[^>]* aria-invalid="true"', refused.text)
    assert f'value="{query["partition"]}"' in refused.text
    assert "<img src=x" not in refused.text
    assert aws.count("Query") == 0


def test_a_scan_with_a_key_value_is_refused(aws: StubAws, web: Client) -> None:
    refused = web.get(URL, {"mode": "scan", "partition": "x"})
    assert refused.status_code == 400
    assert "Choose Query to use it" in refused.text


@pytest.mark.parametrize("change", ["user", "table", "index", "query", "letter"])
def test_a_cursor_belongs_to_one_person_and_one_query(
    aws: StubAws, web: Client, client_for: Callable[[User], Client], reader: User, change: str
) -> None:
    aws.reply("Query", page(PARCEL, LastEvaluatedKey={"pk": PARCEL["pk"], "sk": PARCEL["sk"]}))
    address = next_of(web.get(URL, {"mode": "query", "partition": "PARCEL#1"}).text)
    client = client_for(reader) if change == "user" else web
    cursor = address.split("cursor=")[1]
    replaced = {
        "user": address,
        "table": address.replace(f"/{TABLE}/", "/drivers/"),
        "index": address + "&via=index:by-raw",
        "query": address.replace("PARCEL%231", "PARCEL%232"),
        "letter": address.replace(cursor, cursor[:9] + ("a" if cursor[9] != "a" else "b") + cursor[10:]),
    }[change]
    aws.requests.clear()
    refused = client.get(replaced)
    assert refused.status_code == 400
    assert "Start again at the first page" in refused.text
    assert aws.count("Query") == 0


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AccessDeniedException", 502, "permission is missing"),
        ("ExpiredTokenException", 502, "credentials have expired"),
        ("ProvisionedThroughputExceededException", 503, "slow down"),
        ("ResourceNotFoundException", 404, "AWS does not have this"),
    ],
)
def test_a_refusal_by_aws_stands_in_the_page_with_the_form(
    aws: StubAws, web: Client, code: str, status: int, said: str
) -> None:
    aws.fail("Query", code, "The words of AWS")
    refused = web.get(URL, {"mode": "query", "partition": "PARCEL#1"})
    assert refused.status_code == status
    assert said in refused.text
    assert "The words of AWS" in refused.text
    assert 'value="PARCEL#1"' in refused.text
    assert "Try again" in refused.text


def test_a_table_deleted_meanwhile_leaves_the_list(aws: StubAws, web: Client) -> None:
    aws.fail("Scan", "ResourceNotFoundException", "Requested resource not found")
    assert web.get(URL).status_code == 404
    assert f">{TABLE}</a>" not in web.get(BASE).text


def test_an_unknown_table(aws: StubAws, web: Client) -> None:
    aws.fail("DescribeTable", "ResourceNotFoundException", "Requested resource not found")
    assert web.get(f"{BASE}not-here/").status_code == 404


@pytest.mark.parametrize("name", ["a", "a%20b", "a%2Fb", "%3Cscript%3E", "x" * 256])
def test_a_name_no_table_can_have_is_not_asked_for(aws: StubAws, web: Client, name: str) -> None:
    assert web.get(f"{BASE}{name}/").status_code == 404
    assert aws.count() == 0


HOSTILE = [
    "a/b",
    "a?b",
    "a%b",
    "%2F",
    "a#b",
    "a,b",
    "..",
    "../..",
    "\"double\" 'single'",
    "line\nbreak\r\n\ttab",
    "emoji 📦 and \u202eright to left",
    "<img src=x onerror=alert(1)>",
    "back\\slash",
    " spaces ",
    "nul\0",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_any_key_is_shown_as_text_and_links_to_its_item(aws: StubAws, web: Client, value: str) -> None:
    item = {"pk": {"S": value}, "sk": {"S": value}, value: {"S": value}}
    aws.reply("Scan", page(item))
    aws.reply("GetItem", {"Item": item})
    shown = web.get(URL)
    assert "<img src=x" not in shown.text
    links = set(re.findall(rf'href="({re.escape(URL)}item/[^"]*)"', shown.text))
    assert len(links) == 1
    (address,) = links
    assert address == quote(address, safe="/~.-_")
    assert web.get(address).status_code == 200
    assert aws.of("GetItem")[0]["Key"] == {"pk": {"S": value}, "sk": {"S": value}}


def test_more_attributes_than_columns(aws: StubAws, web: Client) -> None:
    many = PARCEL | {f"attribute-{n:02d}": {"S": "x"} for n in range(30)}
    aws.reply("Scan", page(many))
    shown = web.get(URL)
    assert "18 more attributes" in words(shown.text)
    assert shown.text.count('<th scope="col"') == 18
    every = web.get(URL, {"columns": "all"})
    assert every.text.count('<th scope="col"') == 35
    assert "Fewer columns" in every.text


def test_a_page_stays_small(aws: StubAws, web: Client) -> None:
    item: dict[str, Any] = {"pk": {"S": "p"}} | {f"a{n}": {"N": str(n)} for n in range(12)}
    aws.reply("Scan", page(*(item | {"sk": {"S": str(n)}} for n in range(100))))
    text = web.get(URL).text
    assert len(re.findall(r"<[a-zA-Z]", text)) <= 3000
    assert text.count('<td class="vN">') == 1200


def test_a_reader_gets_no_button_that_writes(
    aws: StubAws, client_for: Callable[[User], Client], reader: User
) -> None:
    aws.reply("Scan", page(PARCEL))
    text = client_for(reader).get(URL).text
    assert "New item" not in text
    for word in ("data-all", 'name="key"', "selected-items", "select the row"):
        assert word not in text, "rows that nothing can be done with are not to be selected"
    step = client_for(reader).get(URL, headers={"HX-Request": "true", "HX-Target": "results"})
    assert 'name="key"' not in step.text


def test_a_stranger_to_the_table(aws: StubAws, client_for: Callable[[User], Client], stranger: User) -> None:
    from django.contrib.auth.models import Group

    group = Group.objects.create(name="others")
    Grant.objects.create(group=group, resource="table:other-*", actions=["read"])
    stranger.groups.add(group)
    assert client_for(stranger).get(URL).status_code == 404
    assert aws.count() == 0


def test_a_table_that_nobody_described_costs_one_call_more(aws: StubAws, web: Client) -> None:
    aws.reply("DescribeTable", description("drivers"))
    aws.reply("Scan", page())
    web.get(f"{BASE}drivers/")
    assert [request.operation for request in aws.requests] == ["DescribeTable", "Scan"]
