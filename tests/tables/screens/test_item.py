"""An item's page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from dashboard.accounts.models import User
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, key_description
from tests.tables.screens.test_browse import words

URL = f"{BASE}{TABLE}/item/sPARCEL~231.sEVENT~237/"
ITEM: dict[str, Any] = {
    "pk": {"S": "PARCEL#1"},
    "sk": {"S": "EVENT#7"},
    "weight": {"N": "2.50"},
    "huge": {"N": "12345678901234567890123456789012345678"},
    "<img src=x onerror=alert(1)>": {"S": "</pre><script>alert(2)</script>"},
    "tags": {"SS": ["fragile", "express"]},
    "scans": {"L": [{"M": {"at": {"S": "Lübeck"}, "ok": {"BOOL": True}}}, {"NULL": True}]},
    "label": {"B": base64.b64encode(bytes(range(64))).decode()},
    "note": {"S": ""},
}


def test_it_works(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", {"Item": ITEM})
    shown = web.get(URL)
    assert shown.status_code == 200
    text = words(shown.text)
    assert "PARCEL#1 / EVENT#7" in text
    assert "2.50" in text
    assert "12345678901234567890123456789012345678" in text
    assert "2 entries" in text
    assert "Lübeck" in text
    assert "00 01 02 03" in text
    assert "Download 64 bytes" in text
    assert "empty string" in text
    assert "<meter" in shown.text
    assert "<img src=x" not in shown.text
    assert "<script>alert" not in shown.text
    assert "{&quot;N&quot;: &quot;2.50&quot;}" in shown.text
    assert "&quot;weight&quot;: 2.50" in shown.text
    assert [request.operation for request in aws.requests] == ["GetItem"]
    assert aws.requests[0].body["Key"] == {"pk": ITEM["pk"], "sk": ITEM["sk"]}
    assert aws.requests[0].body["ConsistentRead"] is True
    assert f'href="{URL}edit/"' in shown.text
    assert f'href="{URL}delete/"' in shown.text


def test_the_history_link_is_about_this_item(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", {"Item": ITEM})
    text = web.get(URL).text.replace("&amp;", "&")
    address = next(part.split('"')[0] for part in text.split('href="') if part.startswith("/changes/?"))
    assert parse_qs(urlsplit(address).query) == {
        "connection": ["main"],
        "region": ["eu-central-1"],
        "resource": [f"table:{TABLE}"],
        "subject": ["sPARCEL~231.sEVENT~237"],
    }
    assert web.get(address).status_code == 200


def test_a_390_kb_item_is_folded_and_whole(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", {"Item": ITEM | {"big": {"S": "x" * 399_360}}})
    shown = web.get(URL)
    assert shown.status_code == 200
    assert "x" * 399_360 in shown.text
    assert len(shown.content) < 4 * 399_360
    assert "390\u00a0KB" in shown.text


def test_a_binary_and_a_38_digit_number_as_key(aws: StubAws, web: Client) -> None:
    number = "12345678901234567890123456789012345678"
    key = {"raw": {"B": "AP8="}, "big": {"N": number}}
    aws.reply("DescribeTable", key_description("blobs", raw="B", big="N"))
    aws.reply("GetItem", {"Item": key | {"a": {"S": "b"}}})
    shown = web.get(f"{BASE}blobs/item/BAP8.n{number}/")
    assert shown.status_code == 200
    assert aws.of("GetItem")[0]["Key"] == key


def test_no_such_item(aws: StubAws, web: Client) -> None:
    aws.reply("GetItem", {})
    gone = web.get(URL)
    assert gone.status_code == 404
    assert "There is no item with this key" in gone.text
    assert "Its history" in gone.text
    for form in ("edit", "delete"):
        assert web.get(f"{URL}{form}/").status_code == 404


@pytest.mark.parametrize("key", ["sa", "sa.sb.sc", "nx.sb", "na.nb", "sa~2f.sb", "sA~00.sb~", "Sabc.sb"])
def test_an_address_that_is_no_key_of_the_table(aws: StubAws, web: Client, key: str) -> None:
    refused = web.get(f"{BASE}{TABLE}/item/{key}/")
    assert refused.status_code == 404
    assert "This is not the address of an item" in refused.text or "nothing here" in refused.text
    assert aws.count("GetItem") == 0


@pytest.mark.parametrize("key", ["..", "%2e%2e", "a%2Fb", "sa%00", "<b>", "sä"])
def test_an_address_that_no_key_has(aws: StubAws, web: Client, key: str) -> None:
    assert web.get(f"{BASE}{TABLE}/item/{key}/").status_code == 404
    assert aws.count() == 0


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AccessDeniedException", 502, "permission is missing"),
        ("ExpiredTokenException", 502, "credentials have expired"),
        ("ThrottlingException", 503, "slow down"),
        ("ResourceNotFoundException", 404, "AWS does not have this"),
        ("ValidationException", 400, "did not accept"),
    ],
)
def test_a_refusal_by_aws(aws: StubAws, web: Client, code: str, status: int, said: str) -> None:
    aws.fail("GetItem", code, "The words of AWS")
    refused = web.get(URL)
    assert refused.status_code == status
    assert said in refused.text
    assert "The words of AWS" in refused.text


def test_a_reader_gets_no_button_that_writes(
    aws: StubAws, client_for: Callable[[User], Client], reader: User
) -> None:
    aws.reply("GetItem", {"Item": ITEM})
    shown = client_for(reader).get(URL)
    assert shown.status_code == 200
    assert f"{URL}edit/" not in shown.text
    assert f"{URL}delete/" not in shown.text


@pytest.mark.parametrize("path", [f"{URL}edit/", f"{URL}delete/", f"{BASE}{TABLE}/new/"])
def test_a_reader_may_not_open_a_form_that_writes(
    aws: StubAws, client_for: Callable[[User], Client], reader: User, path: str
) -> None:
    client = client_for(reader)
    assert client.get(path).status_code == 403
    assert client.post(path, {"step": "save"}).status_code == 403
    assert aws.count() == 0


@pytest.mark.parametrize("path", [URL, f"{URL}edit/", f"{URL}delete/", f"{BASE}{TABLE}/new/"])
def test_a_stranger_sees_nothing(
    aws: StubAws, client_for: Callable[[User], Client], stranger: User, path: str
) -> None:
    assert client_for(stranger).get(path).status_code == 404
    assert aws.count() == 0


@pytest.mark.parametrize("path", [f"{URL}edit/", f"{URL}delete/", f"{BASE}{TABLE}/new/"])
def test_a_form_without_its_token_is_refused(aws: StubAws, editor: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(path, {"step": "save"}).status_code == 403
    assert aws.count() == 0
