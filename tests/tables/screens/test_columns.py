"""The columns somebody chooses: remembered, in the URL, refused; and an item's text to copy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from dashboard.accounts.models import Connection, User
from dashboard.core.keys import encode_key
from dashboard.tables.core.columns import MOST_COLUMNS, moved
from dashboard.tables.models import ColumnChoice
from dashboard.tables.screens.columns import LONGEST_URL, with_columns
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, page

URL = f"{BASE}{TABLE}/"
COLUMNS = f"{URL}columns/"
STRANGE = 'a,"b" <i>\n😀\0'
ITEM: dict[str, Any] = {
    "pk": {"S": "A"},
    "sk": {"S": "1"},
    "city": {"S": "Lübeck"},
    "weight": {"N": "2.50"},
    STRANGE: {"L": [{"N": "1"}, {"SS": ["x"]}]},
    "raw": {"B": "AP8="},
}
KEY = encode_key(ITEM, ("pk", "sk"))


@pytest.fixture
def items(aws: StubAws) -> StubAws:
    """A table of one item."""
    aws.reply("Scan", page(ITEM))
    aws.reply("Query", page(ITEM))
    aws.reply("GetItem", {"Item": ITEM})
    return aws


def heads(text: str) -> list[str]:
    """The columns of a page."""
    return [json.loads(unescape(found)) for found in re.findall(r'data-name="([^"]*)"', text)]


def choose(web: Client, *names: str, **more: str) -> Any:
    """The form, sent."""
    return web.post(COLUMNS, {"col": [json.dumps(name) for name in names], "back": URL, **more})


def test_it_works(items: StubAws, web: Client, editor: User, connection: Connection) -> None:
    """Kept for this person, table and place; the address says it too."""
    assert heads(web.get(URL).text)[:2] == ["pk", "sk"]
    answer = choose(web, "weight", STRANGE, "pk", save="1")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {"col": ["weight", STRANGE, "pk"]}
    row = ColumnChoice.objects.get()
    assert (row.user, row.connection, row.region, row.table) == (editor, connection, "eu-central-1", TABLE)
    assert heads(web.get(answer["Location"]).text) == ["weight", STRANGE, "pk"]
    assert heads(web.get(URL).text) == ["weight", STRANGE, "pk"]
    assert items.count() == 3  # a page each, nothing for the choice
    assert "yours" in web.get(URL).text


def test_the_url_wins_over_what_is_remembered(items: StubAws, web: Client) -> None:
    choose(web, "weight", save="1")
    shown = web.get(URL, {"col": ["city", "nowhere", "city"]})
    assert heads(shown.text) == ["city", "nowhere"]
    assert "from the link" in shown.text


def test_another_person_has_other_columns(
    items: StubAws, web: Client, client_for: Callable[[User], Client], reader: User
) -> None:
    choose(web, "weight", save="1")
    assert "city" in heads(client_for(reader).get(URL).text)


def test_a_reader_may_choose(items: StubAws, client_for: Callable[[User], Client], reader: User) -> None:
    """It changes nothing of AWS's."""
    assert choose(client_for(reader), "city", save="1").status_code == 302
    assert heads(client_for(reader).get(URL).text) == ["city"]


def test_a_stranger_may_not(items: StubAws, client_for: Callable[[User], Client], stranger: User) -> None:
    assert choose(client_for(stranger), "city", save="1").status_code == 404
    assert not ColumnChoice.objects.exists()


def test_an_arrow_moves_a_column_and_leaves_the_form_open(items: StubAws, web: Client) -> None:
    answer = choose(web, "pk", "sk", "city", up=json.dumps("city"))
    assert answer["Location"].endswith("#columns")
    shown = web.get(answer["Location"])
    assert heads(shown.text) == ["pk", "city", "sk"]
    assert 'id="columns" open' in shown.text
    answer = choose(web, "pk", "city", "sk", down=json.dumps("pk"))
    assert heads(web.get(answer["Location"]).text) == ["city", "pk", "sk"]


@pytest.mark.parametrize(
    ("name", "step", "order"),
    [("a", -1, "abc"), ("a", 1, "bac"), ("c", 1, "abc"), ("c", -1, "acb"), ("b", 5, "acb"), ("x", 1, "abc")],
)
def test_moved(name: str, step: int, order: str) -> None:
    assert "".join(moved("abc", name, step)) == order


def test_reset(items: StubAws, web: Client) -> None:
    choose(web, "weight", save="1")
    answer = web.post(COLUMNS, {"reset": "1", "back": f"{URL}?col=weight&where=a"})
    assert answer["Location"] == f"{URL}?where=a"
    assert not ColumnChoice.objects.exists()
    assert len(heads(web.get(URL).text)) == len(ITEM)


def test_the_page_goes_on_where_it_was(items: StubAws, web: Client) -> None:
    """The query stays, the old columns do not."""
    answer = choose(web, "pk", back=f"{URL}?where=city+%3D+%27a%27&col=old&columns=open&cursor=x", save="1")
    assert answer["Location"] == f"{URL}?where=city+%3D+%27a%27&cursor=x&col=pk"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "/\\evil.example"]
)
def test_nobody_is_sent_elsewhere(items: StubAws, web: Client, back: str) -> None:
    answer = choose(web, "pk", back=back, save="1")
    assert answer["Location"] == f"{URL}?col=pk"


def test_a_long_choice_is_only_remembered() -> None:
    assert with_columns("/t/?a=1", ["x" * LONGEST_URL]) == "/t/?a=1"
    assert with_columns("/t/?a=1&col=b", ["é&"]) == "/t/?a=1&col=%C3%A9%26"


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ([], "Choose at least one column"),
        (['""'], "Choose at least one column"),
        (["pk"], "did not arrive as the form wrote it"),
        (["1"], "did not arrive as the form wrote it"),
        (
            [json.dumps(f"a{n}") for n in range(MOST_COLUMNS + 1)],
            f"At most {MOST_COLUMNS} columns can be chosen",
        ),
        ([json.dumps("a" * 40_000), json.dumps("b" * 40_000)], "longer than 65,536 bytes"),
    ],
)
def test_what_cannot_be_columns(items: StubAws, web: Client, posted: list[str], sentence: str) -> None:
    choose(web, "city", save="1")
    refused = web.post(COLUMNS, {"col": posted, "back": URL})
    assert refused.status_code == 400
    assert sentence in refused.text
    assert ColumnChoice.objects.get().names == ["city"]


def test_what_is_kept_has_a_page(items: StubAws, web: Client) -> None:
    assert "You have not chosen columns" in web.get(COLUMNS).text
    choose(web, STRANGE, save="1")
    shown = web.get(COLUMNS)
    assert "&lt;i&gt;" in shown.text
    assert "<i>" not in shown.text
    assert items.count() == 0


def test_rows_of_a_partial_index_are_marked(items: StubAws, web: Client) -> None:
    whole = web.get(URL)
    assert "These rows hold only a part of their items" not in whole.text
    part = web.get(URL, {"mode": "query", "index": "by-raw", "partition": "A"})
    assert (
        "These rows hold only a part of their items. Opening or editing one reads the whole item first."
        in part.text
    )
    assert "items partial" in part.text


def test_an_item_as_text(items: StubAws, web: Client) -> None:
    """What the menu of a cell copies: whole items and single values, in either form, by one GetItem each."""
    address = f"{URL}item/{KEY}/text/"
    shown = web.get(address)
    assert shown["Content-Type"] == "text/plain; charset=utf-8"
    assert json.loads(shown.text) == ITEM
    assert '"weight": 2.50' in web.get(address, {"form": "plain"}).text
    for name, plain, typed in [
        ("city", "Lübeck", '{"S":"Lübeck"}'),
        ("weight", "2.50", '{"N":"2.50"}'),
        ("raw", "AP8=", '{"B":"AP8="}'),
        (STRANGE, '[1,{"$ss":["x"]}]', '{"L":[{"N":"1"},{"SS":["x"]}]}'),
    ]:
        asked = {"name": json.dumps(name)}
        assert re.sub(r"\s", "", web.get(address, asked | {"form": "plain"}).text) == plain
        assert web.get(address, asked | {"form": "dynamodb"}).text == typed
    assert [request.operation for request in items.requests] == ["GetItem"] * 10


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"form": "yaml"}, 400, "The form is one of"),
        ({"name": "city"}, 400, "JSON string"),
        ({"name": '"nothing"'}, 404, "does not have this attribute"),
    ],
)
def test_no_such_text(items: StubAws, web: Client, given: dict[str, str], status: int, sentence: str) -> None:
    answer = web.get(f"{URL}item/{KEY}/text/", given)
    assert answer.status_code == status
    assert sentence in answer.text


def test_text_of_an_item_that_is_gone(items: StubAws, web: Client) -> None:
    items.reply("GetItem", {})
    answer = web.get(f"{URL}item/{KEY}/text/")
    assert answer.status_code == 404
    assert answer.text == "The item is gone: there is none under this key any more."


def test_text_that_aws_refuses(items: StubAws, web: Client) -> None:
    items.fail("GetItem", "AccessDeniedException", "no")
    answer = web.get(f"{URL}item/{KEY}/text/")
    assert answer.status_code == 502
    assert answer.text.startswith("AccessDeniedException: no (request ")


def test_text_of_what_is_no_key(items: StubAws, web: Client) -> None:
    answer = web.get(f"{URL}item/sA/text/")
    assert answer.status_code == 400
    assert "This link does not hold a key of this table." in answer.text
    assert items.count() == 0
