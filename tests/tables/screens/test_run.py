"""Running a search: the probe, the budget that asks, runs in steps, another page or order, parts of a page that cannot be."""

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
from tests.tables.screens.conftest import TABLE, description, page
from tests.tables.screens.test_browse import PARCEL, URL, words

APPROVE = f"{URL}approve/"
HTMX = {"HX-Request": "true"}
LAST = {"pk": PARCEL["pk"], "sk": PARCEL["sk"]}


def large(size: int = 50_000_000) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A table too large to be read without being asked."""
    return lambda body: description(body["TableName"], ItemCount=100_000, TableSizeBytes=size)


@pytest.fixture
def huge(aws: StubAws, place: Any) -> StubAws:
    """The table as it is when it has grown."""
    from dashboard.tables.operations import catalogue

    aws.reply("DescribeTable", large())
    catalogue.facts(place, TABLE, fresh=True)
    aws.requests.clear()
    return aws


def hidden(text: str) -> dict[str, list[str]]:
    """The fields of the question."""
    form = text[text.index('id="ask"') : text.index("</form>", text.index('id="ask"'))]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form):
        found.setdefault(name, []).append(unescape(value))
    return found


def test_it_works(huge: StubAws, web: Client) -> None:
    """Above the budget it asks first; approved, it runs."""
    huge.reply("Scan", page(PARCEL, scanned=9))
    asked = web.get(URL, {"where": "city = 'Oslo'", "limit": "30", "col": "city"})
    assert asked.status_code == 200
    assert "your budget is 100" in words(asked.text)
    assert huge.count() == 0
    approved = web.post(APPROVE, hidden(asked.text))
    assert approved.status_code == 302
    query = parse_qs(urlsplit(approved["Location"]).query)
    assert (query["where"], query["limit"], query["col"]) == (["city = 'Oslo'"], ["30"], ["city"])
    assert huge.count() == 0
    found = web.get(approved["Location"])
    assert [request.operation for request in huge.requests] == ["Scan"]
    assert "1 of 9 items read matches" in words(found.text)
    plain = web.get(approved["Location"].replace("&col=city", ""))
    (link,) = re.findall(r'href="([^"]*)">Link with these columns', plain.text)
    assert "city" in link and "approved" not in link, "it may be passed on"


def test_a_probe_is_one_call_and_refines(huge: StubAws, web: Client) -> None:
    huge.reply("Scan", page(scanned=2000, LastEvaluatedKey=LAST, ConsumedCapacity={"CapacityUnits": 128}))
    where = {"where": "city = 'Oslo'"}
    asked = words(web.get(URL, where).text)
    assert huge.count() == 0
    probed = web.get(URL, where | {"step": "probe"}, headers=HTMX | {"HX-Target": "plan"})
    assert huge.count() == 1
    assert probed.text.strip().startswith('<div class="plan"')
    assert "One page read 2,000 items, 0 matched" in words(probed.text)
    assert words(probed.text).split(" Money")[0] != asked.split(" Money")[0]
    assert "One page read" in words(web.get(URL, where | {"step": "probe"}).text)


@pytest.mark.parametrize("change", ["person", "search", "letter"])
def test_an_approval_is_good_for_one_person_and_one_search(
    huge: StubAws, web: Client, client_for: Callable[[User], Client], reader: User, change: str
) -> None:
    address = web.post(APPROVE, {"where": "city = 'Oslo'", "units": "20000"})["Location"]
    client = client_for(reader) if change == "person" else web
    address = {
        "person": address,
        "search": address.replace("Oslo", "Bergen"),
        "letter": address[:-3] + ("aaa" if not address.endswith("aaa") else "bbb"),
    }[change]
    asked = client.get(address)
    assert asked.status_code == 200
    assert "your budget is 100" in words(asked.text)
    assert huge.count() == 0


@pytest.mark.parametrize("units", ["", "many", "0", "-5", "nan", "inf"])
def test_units_that_nobody_can_approve(aws: StubAws, web: Client, units: str) -> None:
    refused = web.post(APPROVE, {"where": "city = 'Oslo'", "units": units})
    assert refused.status_code == 400
    assert "Approve a number" in refused.text
    assert web.get(APPROVE)["Location"] == URL


def _run(aws: StubAws, web: Client) -> str:
    """The first step of an approved run that finds one item in four pages and has more to read; its text."""
    aws.reply("Scan", page(scanned=500, LastEvaluatedKey=LAST, ConsumedCapacity={"CapacityUnits": 1}))
    address = web.post(APPROVE, {"where": "city = 'Lübeck'", "units": "20000"})["Location"]
    return web.get(address).text


def _more(text: str) -> str:
    found = re.search(r'id="run" hx-get="([^"]*)"', text)
    assert found
    return URL + unescape(found[1])


def test_a_run_goes_on_in_steps(huge: StubAws, web: Client) -> None:
    text = _run(huge, web)
    calls = huge.count()
    assert calls == 4
    assert "0 of 2,000 items read match" in words(text)
    assert "data-stop" in text
    assert '<progress id="run-progress"' in text
    assert "None of the items" not in text
    assert ">Continue reading</a>" in text, "without script the step is a link"
    step = HTMX | {"HX-Target": "run"}
    huge.reply("Scan", page(PARCEL, scanned=500, LastEvaluatedKey=LAST))
    first = web.get(_more(text), headers=step)
    assert "HX-Retarget" not in first
    assert first.text.count("<table") == 1, "the grid comes whole with the first item"
    assert 'hx-swap-oob="true"' in first.text
    assert "<title>" not in first.text
    second = web.get(_more(first.text), headers=step)
    assert '<template><tbody hx-swap-oob="beforeend:#found tbody"><tr' in second.text
    assert "<table" not in second.text
    assert "8 of 6,000 items read match" in words(second.text)
    huge.reply("Scan", page(scanned=3))
    last = web.get(_more(second.text), headers=step)
    assert last["HX-Retarget"] == "#run-bar"
    assert "That is all of it." in last.text
    plain = web.get(_more(second.text))
    assert "<title>" in plain.text, "without script the same address is a page"


def test_a_scan_that_finds_nothing_speaks_of_the_whole_condition(huge: StubAws, web: Client) -> None:
    huge.reply("Scan", page(scanned=2))
    address = web.post(APPROVE, {"where": "city = 'Oslo'", "units": "20000"})["Location"]
    assert "2 items were read and none matches the condition." in words(web.get(address).text)


@pytest.mark.parametrize("later", [False, True])
def test_a_run_that_ends_on_its_first_page_leads_to_no_first_page(
    huge: StubAws, web: Client, later: bool
) -> None:
    """Reading it all again is not what the end of a run offers; behind a later page there is a first one."""
    text = _run(huge, web)
    huge.reply("Scan", page(PARCEL, scanned=3))
    at = f"http://testserver{URL}?where=x{'&cursor=abc' if later else ''}"
    last = web.get(_more(text), headers=HTMX | {"HX-Target": "run", "HX-Current-URL": at})
    assert "That is all of it." in last.text
    assert ("First page" in last.text) is later


@pytest.mark.parametrize("part", ["", "results", "run"])
def test_a_page_link_that_is_not_ours_leads_to_the_first_page(aws: StubAws, web: Client, part: str) -> None:
    headers = HTMX | {"HX-Target": part} if part else {}
    refused = web.get(
        URL,
        {"where": "pk = 'x'", "cursor": "abc", "col": "city", "shown": "pk"},
        headers=headers,
    )
    assert refused.status_code == 400
    assert refused.get("HX-Retarget") == {"results": "#results"}.get(part), "a run keeps what it found"
    assert ("What was found stays." in refused.text) is (part == "run")
    (href,) = re.findall(r'<a href="([^"]*)">To the first page</a>', refused.text)
    assert parse_qs(urlsplit(unescape(href)).query) == {"where": ["pk = 'x'"], "col": ["city"]}
    assert aws.count() == 0
    aws.reply("Query", page(PARCEL))
    assert web.get(URL + unescape(href)).status_code == 200


def test_aws_refusing_in_the_middle_keeps_the_place(huge: StubAws, web: Client) -> None:
    text = _run(huge, web)
    huge.fail("Scan", "ProvisionedThroughputExceededException", "The words of AWS")
    address = _more(text)
    refused = web.get(address, headers=HTMX | {"HX-Target": "run"})
    assert refused.status_code == 503
    assert "The words of AWS" in refused.text
    assert "Go on from here" in refused.text
    assert 'hx-trigger="go"' in refused.text, "it does not go on by itself"
    assert _more(refused.text).partition("?")[2] == address.partition("?")[2]
    assert 'id="run-words"' not in refused.text, "what was found stays"
    assert web.get(address).status_code == 503


def test_a_run_stops_when_its_units_are_spent_and_asks_again(huge: StubAws, web: Client) -> None:
    huge.reply(
        "Scan", page(PARCEL, scanned=500, LastEvaluatedKey=LAST, ConsumedCapacity={"CapacityUnits": 60})
    )
    address = web.post(APPROVE, {"where": "city = 'Lübeck'", "units": "150"})["Location"]
    text = web.get(address).text
    assert "120 units are spent" in words(text)
    assert huge.count() == 2
    assert text.count('name="key"') == 2
    again = web.post(APPROVE, hidden(text), headers=HTMX)
    assert again.status_code == 200
    assert again.text.strip().startswith('<div id="run-bar"')
    assert huge.count() == 2
    huge.reply("Scan", page(PARCEL, scanned=1))
    step = web.get(_more(again.text), headers=HTMX | {"HX-Target": "run"})
    assert "3 of 1,001 items read match" in words(step.text)
    plain = web.post(APPROVE, hidden(text))
    assert "cursor=" in plain["Location"]


def test_a_later_page_loaded_without_its_approval_says_that_it_was_not_read(
    huge: StubAws, web: Client
) -> None:
    huge.reply(
        "Scan",
        page(PARCEL, PARCEL, scanned=500, LastEvaluatedKey=LAST, ConsumedCapacity={"CapacityUnits": 200}),
    )
    address = web.post(APPROVE, {"where": "city = 'Lübeck'", "units": "20000", "limit": "2"})["Location"]
    found = re.search(r'id="next-page" href="([^"]*)"', web.get(address).text)
    assert found
    later = unescape(found[1])
    calls = huge.count()
    asked = words(web.get(URL + re.sub("&approved=[^&]*", "", later)).text)
    assert huge.count() == calls
    assert "200 units are spent" in asked
    assert "2 of 500 items read match so far. This page was not read yet." in asked
    assert "What was found stays" not in asked


def test_a_turned_page_is_the_results_alone_and_one_call(aws: StubAws, web: Client) -> None:
    aws.reply("Query", page(PARCEL, LastEvaluatedKey=LAST))
    shown = web.get(URL, {"where": "pk = 'PARCEL#1'"}).text
    (turn,) = re.findall(r'<a href="([^"]*)" hx-get="[^"]*" data-order>', shown)
    aws.requests.clear()
    turned = web.get(URL + unescape(turn), headers=HTMX | {"HX-Target": "results"})
    assert turned.text.strip().startswith('<div id="results"')
    assert "<title>" not in turned.text
    assert 'aria-sort="descending"' in turned.text
    assert '<option value="desc" selected>' in turned.text, "the form's order follows"
    assert aws.of("Query")[0]["ScanIndexForward"] is False
    assert aws.count() == 1
    (following,) = re.findall(r'hx-get="([^"]*cursor=[^"]*)"', shown)
    aws.requests.clear()
    assert web.get(URL + unescape(following), headers=HTMX | {"HX-Target": "results"}).status_code == 200
    assert aws.of("Query")[0]["ExclusiveStartKey"] == LAST
    assert aws.count() == 1


def test_a_way_that_the_table_does_not_have(aws: StubAws, web: Client) -> None:
    refused = web.get(URL, {"where": "pk = 'x'", "via": "index:none"})
    assert refused.status_code == 400
    assert "no index of that name" in refused.text
    assert '<option value="index:none" selected>' in refused.text
    assert aws.count("Query") == 0


@pytest.mark.parametrize("target", ["results", "run", "plan"])
def test_a_part_that_cannot_be_is_a_sentence(aws: StubAws, web: Client, target: str) -> None:
    refused = web.get(URL, {"where": "pk = ", "cursor": "x"}, headers=HTMX | {"HX-Target": target})
    assert "Column" in refused.text
    assert "<title>" not in refused.text
    assert refused.status_code == (200 if target == "plan" else 400)
