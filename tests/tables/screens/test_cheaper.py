"""A scan beside a far cheaper way that may miss items: the reader is told, and decides."""

from __future__ import annotations

from django.test import Client

from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, page
from tests.tables.screens.test_browse import words


def test_it_works(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page())
    answer = web.get(f"{BASE}{TABLE}/", {"where": "status = 'open'"})
    shown = words(answer.text)
    assert "Scan of the table" in shown
    assert "Cheaper: Query of the index by-status" in shown
    assert "via=index%3Aby-status" in answer.text


def test_a_query_needs_no_such_advice(aws: StubAws, web: Client) -> None:
    aws.reply("Query", page())
    assert "Cheaper:" not in words(web.get(f"{BASE}{TABLE}/", {"where": "pk = 'a'"}).text)


def test_nothing_is_cheaper_without_a_condition(aws: StubAws, web: Client) -> None:
    aws.reply("Scan", page())
    assert "Cheaper:" not in words(web.get(f"{BASE}{TABLE}/").text)
