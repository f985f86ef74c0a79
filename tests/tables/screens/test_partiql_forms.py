"""PartiQL: what looks like a write and is none, and values that pass a browser's form without a change."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.stub.server import StubAws
from tests.tables.screens.test_partiql import ITEM, KEY, address, hidden, post, stands, text_of

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
