"""The measuring tools: what they keep, what they count, what they add."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import __main__ as command
from tests.bench import filters, turns
from tests.bench.canned import ANSWERS
from tests.bench.figures import Figure, keep
from tests.bench.http import Kept, multipart
from tests.bench.reference import beside
from tests.bench.site import helper, memory


@pytest.fixture(scope="module")
def canned() -> Iterator[str]:
    with helper("tests.bench.canned") as address:
        yield address


def scan(kept: Kept) -> object:
    headers = {"X-Amz-Target": "DynamoDB_20120810.Scan"}
    return json.loads(kept.send("POST", "/", b'{"TableName":"orders"}', headers)[1])


def test_it_works(tmp_path: Path) -> None:
    """A group's figures replace their own and leave the others."""
    path = tmp_path / "var" / "bench.json"
    keep([Figure("a", 1, "ms", "x"), Figure("b", 2, "ms", "y", 30)], path)
    keep([Figure("b", 3.5, "ms", "y", 30)], path)
    assert json.loads(path.read_text()) == {
        "a": {"value": 1, "unit": "ms", "against": "x"},
        "b": {"value": 3.5, "unit": "ms", "against": "at most 30: y"},
    }
    assert [one.name for one in path.parent.iterdir()] == ["bench.json"]


def test_over_the_limit_is_said() -> None:
    assert " OVER " in Figure("a", 31, "ms", "x", 30).line
    assert " ok " in Figure("a", 30, "ms", "x", 30).line


def test_an_unknown_group_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONLY", "tabels")
    monkeypatch.setattr(command, "GROUPS", {"tables": lambda: pytest.fail("it was measured")})
    assert command.main() == 2
    assert "tabels names no group; there are: tables." in capsys.readouterr().err


def test_the_canned_aws_counts(canned: str) -> None:
    kept = Kept(canned, {})
    kept.send("GET", "/calls")
    assert scan(kept) == ANSWERS["Scan"]
    assert scan(kept) == ANSWERS["Scan"]
    assert json.loads(kept.send("GET", "/calls")[1]) == ["Scan", "Scan"]
    assert json.loads(kept.send("GET", "/calls")[1]) == []
    kept.close()


def test_the_canned_aws_lists_as_many_tables_as_wanted() -> None:
    with helper("tests.bench.canned", "250") as address:
        kept, names, start = Kept(address, {"X-Amz-Target": "DynamoDB_20120810.ListTables"}), [], ""
        for _ in range(3):
            body = {"ExclusiveStartTableName": start} if start else {}
            page = json.loads(kept.send("POST", "/", json.dumps(body).encode())[1])
            names += page["TableNames"]
            start = page.get("LastEvaluatedTableName", "")
        kept.close()
    assert start == ""
    assert len(set(names)) == len(names) == 250


def test_the_items_that_are_filtered_have_the_size_they_are_said_to_have() -> None:
    from dashboard.tables.core.size import item_size

    assert {item_size(filters._item(number)) for number in (0, 9, 10_000, filters.MANY - 1)} == {
        filters.BYTES
    }


def test_the_other_tool_stands_beside_our_figures() -> None:
    ours, other = beside([Figure("tables.filter_ratio", 1.1, "x", "ours"), Figure("a", 1, "ms", "ours")])
    assert ours.against == "ours (dynamodb-admin: 17)"
    assert other.against == "ours"


def test_the_links_of_a_page_are_found() -> None:
    page = (
        '<th data-name="x"><a href="?order=desc&amp;a=1" hx-get="?" data-order>sk</a></th>'
        '<a class="button" id="n" href="?a=1&amp;cursor=x" hx-get="?" rel="next">'
    )
    assert turns.following("/t/?a=1", page) == "/t/?a=1&cursor=x"
    assert turns.turned("/t/", page) == "/t/?order=desc&a=1"
    with pytest.raises(RuntimeError, match="no link"):
        turns.following("/t/", "<html>")


def test_the_delay_is_added_once(canned: str) -> None:
    with helper("tests.bench.delay", canned, "60") as slow:
        kept = Kept(slow, {})
        scan(kept)
        times = []
        for _ in range(3):
            assert scan(kept) == ANSWERS["Scan"]  # http.client sends head and body as two pieces
            times.append(kept.ms)
        kept.close()
    assert min(times) >= 60
    assert min(times) < 120


def test_a_form_is_what_django_reads() -> None:
    from django.test import RequestFactory

    body, headers = multipart({"draft": '{"a": "é\r\n"}', "step": "save"})
    request = RequestFactory().post("/", body, content_type=headers["Content-Type"])
    assert request.POST.dict() == {"draft": '{"a": "é\r\n"}', "step": "save"}


def test_memory_is_read() -> None:
    import os

    resident, shared, count = memory(os.getpid())
    assert resident >= shared > 1
    assert count >= 1
