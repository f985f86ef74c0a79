"""A scan beside a far cheaper way that may miss items: the reader is told, and decides."""

from __future__ import annotations

import re

from django.test import Client

from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, page
from tests.tables.screens.test_browse import words


def test_it_works(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page())
    answer = web.get(f"{BASE}{TABLE}/", {"where": "status = 'open'"})
    shown = words(answer.text)
    assert "Scan of the table" in shown
    assert "Cheaper, " in shown
    assert "via=index%3Aby-status" in answer.text


def test_a_query_needs_no_such_advice(aws: StubAws, web: Client) -> None:
    aws.reply("Query", page())
    assert "Cheaper" not in words(web.get(f"{BASE}{TABLE}/", {"where": "pk = 'a'"}).text)


def test_nothing_is_cheaper_without_a_condition(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page())
    assert "Cheaper" not in words(web.get(f"{BASE}{TABLE}/").text)


def test_it_says_under_what_condition_and_is_one_click(aws: StubAws, web: Client) -> None:
    """Nothing has to be understood about sparse indexes to decide; the link reads, it does not only plan."""
    aws.reply("Scan", page())
    answer = web.get(f"{BASE}{TABLE}/", {"where": "status = 'open'"})
    shown = words(answer.text)
    assert "Cheaper, if what you look for has weight: Query of the index by-status" in shown
    assert re.search(r"units instead of [0-9.]+( to [0-9.]+)? units\. Items without", shown)
    link = next(part for part in answer.text.split('href="') if "Read by this index" in part).split('"')[0]
    assert "via=index%3Aby-status" in link and "step=" not in link


def test_an_index_that_lacks_what_the_condition_names_is_no_advice(aws: StubAws, web: Client) -> None:
    """The filter would find nothing there: the note is not projected."""
    aws.reply("Scan", page())
    shown = words(web.get(f"{BASE}{TABLE}/", {"where": "status = 'open' AND note = 'x'"}).text)
    assert "Scan of the table" in shown and "It holds only items that have weight" in shown
    assert "Cheaper" not in shown
