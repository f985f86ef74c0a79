"""Editing an item: draft, preview, reason, the conditional write, and what happens when somebody else was faster."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from dashboard.core.wire import compact
from dashboard.history.models import Change
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE
from tests.tables.screens.test_browse import words

URL = f"{BASE}{TABLE}/item/sPARCEL~231.sEVENT~237/"
EDIT = f"{URL}edit/"
ITEM: dict[str, Any] = {
    "pk": {"S": "PARCEL#1"},
    "sk": {"S": "EVENT#7"},
    "city": {"S": "Lübeck"},
    "weight": {"N": "2.50"},
    "tags": {"SS": ["fragile"]},
    "<img src=x onerror=alert(1)>": {"S": "</textarea><script>alert(2)</script>"},
}


def area(text: str, name: str) -> str:
    """What the textarea of that name holds, as a browser reads it."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL)
    assert found, f"no textarea {name}"
    return html.unescape(found[1])


def hidden(text: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', text)
    assert found, f"no input {name}"
    return html.unescape(found[1])


def sent(step: str, draft: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    """A form as the pages send it."""
    text = draft if isinstance(draft, str) else json.dumps(draft)
    return {"step": step, "form": "dynamodb", "draft": text, "original": compact(ITEM)} | more


def answers(aws: StubAws, item: dict[str, Any] = ITEM) -> None:
    aws.reply("GetItem", {"Item": item})
    aws.reply("UpdateItem", {"Attributes": item})


CHANGED = ITEM | {"city": {"S": "Kiel"}}
THEIRS = ITEM | {"city": {"S": "Hamburg"}, "weight": {"N": "9"}}


def conflict(aws: StubAws, found: dict[str, Any] | None) -> None:
    extra: dict[str, Any] = {"Item": found} if found is not None else {}
    aws.fail("UpdateItem", "ConditionalCheckFailedException", "The conditional request failed", **extra)


def test_it_works(aws: StubAws, web: Client) -> None:
    answers(aws)
    form = web.get(f"{EDIT}?form=plain")
    assert form.status_code == 200
    assert aws.count() == 1
    assert json.loads(area(form.text, "original")) == ITEM
    assert hidden(form.text, "form") == hidden(form.text, "view") == "plain"
    draft = area(form.text, "draft")
    assert json.loads(draft)["weight"] == 2.5
    assert '"weight": 2.50' in draft
    assert "<img src=x" not in form.text

    aws.requests.clear()
    typed = draft.replace("Lübeck", "Kiel")
    data = {"form": "plain", "draft": typed, "original": area(form.text, "original")}
    preview = web.post(EDIT, data | {"step": "preview"})
    assert preview.status_code == 200
    assert aws.count() == 0
    assert "Kiel" in words(preview.text)
    assert "Lübeck" in words(preview.text)
    assert area(preview.text, "draft") == typed
    assert "2.50" not in re.sub(r"(?s)<textarea.*?</textarea>", "", preview.text)

    done = web.post(EDIT, data | {"step": "save", "reason": "moved"})
    assert done.status_code == 302
    assert done["Location"] == URL
    assert [request.operation for request in aws.requests] == ["UpdateItem"]
    body = aws.requests[0].body
    assert sorted(
        json.dumps(value, ensure_ascii=False) for value in body["ExpressionAttributeValues"].values()
    ) == [
        '{"S": "Kiel"}',
        '{"S": "Lübeck"}',
    ]
    change = Change.objects.get()
    assert (change.action, change.reason, change.outcome.result) == ("item.update", "moved", "done")
    page = web.get(URL).text
    assert "Saved: 1 attribute changed." in page
    assert f'href="/changes/{change.pk}/undo/"' in page


def test_the_form_is_switched_without_losing_anything(aws: StubAws, web: Client) -> None:
    there = web.post(EDIT, sent("view-plain", ITEM))
    assert hidden(there.text, "form") == "plain"
    back = web.post(EDIT, sent("view-dynamodb", area(there.text, "draft"), form="plain"))
    assert json.loads(area(back.text, "draft")) == ITEM
    assert json.loads(area(back.text, "original")) == ITEM
    assert aws.count() == 0


def test_a_draft_that_is_no_item_is_not_switched_and_stays(aws: StubAws, web: Client) -> None:
    refused = web.post(EDIT, sent("view-plain", '{"half": '))
    assert refused.status_code == 400
    assert hidden(refused.text, "form") == "dynamodb"
    assert area(refused.text, "draft") == '{"half": '


KEYS = '"pk": {"S": "PARCEL#1"}, "sk": {"S": "EVENT#7"}'


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("", "not valid JSON"),
        ("[1, 2]", "An item is a JSON object"),
        ("{" + KEYS + ', "a": {"S": "x"}, "a": {"S": "y"}}', "stands twice"),
        ("{" + KEYS + ', "a": {"S": 1}}', "takes its value in quotes"),
        ("{" + KEYS + ', "a": {"X": "1"}}', "not a type of DynamoDB"),
        ("{" + KEYS + ', "a": {"SS": []}}', "cannot be empty"),
        ("{" + KEYS + ', "a": {"SS": ["x", "x"]}}', "each value once"),
        ("{" + KEYS + ', "a": {"NS": ["1", "1.0"]}}', "each value once"),
        ("{" + KEYS + ', "a": {"N": "' + "1" * 39 + '"}}', "38"),
        ("{" + KEYS + ', "a": {"N": "NaN"}}', "number"),
        ("{" + KEYS + ', "a": {"B": "not base64!"}}', "not base64"),
        ("{" + KEYS + ', "a": {"S": "\\ud800"}}', "half of a character"),
        ("{" + KEYS + ', "a": {"S": "' + "x" * 410_000 + '"}}', "409,600"),
        ("{" + KEYS + ', "a": ' + '{"L": [' * 33 + "]}" * 33 + "}", "deeper than 32"),
        ('{"pk": {"S": "PARCEL#1"}}', "sort key"),
        ("{" + KEYS + ', "status": {"S": ""}}', "key of the index by-status"),
        (json.dumps(ITEM), "Nothing was changed"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "save"])
def test_a_draft_that_cannot_be_saved_is_400_and_stays(
    aws: StubAws, web: Client, draft: str, said: str, step: str
) -> None:
    refused = web.post(EDIT, sent(step, draft, reason="because"))
    assert refused.status_code == 400
    assert said in words(refused.text)
    assert 'id="draft-error"' in refused.text
    assert area(refused.text, "draft") == draft
    assert json.loads(area(refused.text, "original")) == ITEM
    assert area(refused.text, "reason") == "because"
    assert aws.count() == 0
    assert not Change.objects.exists()


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001, "nul\0"])
def test_no_save_without_a_reason(aws: StubAws, web: Client, reason: str) -> None:
    refused = web.post(EDIT, sent("save", CHANGED, reason=reason))
    assert refused.status_code == 400
    assert 'id="reason-error"' in refused.text
    assert json.loads(area(refused.text, "draft")) == CHANGED
    assert area(refused.text, "reason") == reason.strip()
    assert aws.count() == 0


@pytest.mark.parametrize("original", ["", "rubbish", '{"pk": {"S": "PARCEL#2"}, "sk": {"S": "EVENT#7"}}'])
def test_an_original_that_did_not_come_back_whole_stops_the_save(
    aws: StubAws, web: Client, original: str
) -> None:
    refused = web.post(EDIT, sent("save", CHANGED, original=original, reason="x"))
    assert refused.status_code == 400
    assert json.loads(area(refused.text, "draft")) == CHANGED
    assert aws.count() == 0


def test_going_back_from_the_preview_keeps_draft_and_reason(aws: StubAws, web: Client) -> None:
    shown = web.post(EDIT, sent("edit", "half a dra", reason="so far"))
    assert shown.status_code == 200
    assert area(shown.text, "draft") == "half a dra"
    assert area(shown.text, "reason") == "so far"


def test_a_conflict_shows_three_versions_and_keeps_the_draft(aws: StubAws, web: Client) -> None:
    conflict(aws, THEIRS)
    shown = web.post(EDIT, sent("save", CHANGED | {"added": {"S": "mine"}}, reason="moved"))
    assert shown.status_code == 409
    assert aws.count() == 1
    text = words(shown.text)
    assert "city Conflict both Lübeck Kiel Hamburg" in text
    assert "weight them 2.50 2.50 9" in text
    assert "added you not there mine not there" in text
    assert shown.text.count('class="merge-conflict"') == 1
    assert Change.objects.get().outcome.result == "refused"

    both, mine = re.findall(r'(?s)<form method="post" enctype.*?</form>', shown.text)[-2:]
    assert json.loads(area(both, "original")) == THEIRS
    assert json.loads(area(both, "draft")) == THEIRS | {"city": {"S": "Kiel"}, "added": {"S": "mine"}}
    assert area(both, "conflict") == "city"
    assert json.loads(area(mine, "original")) == THEIRS
    assert json.loads(area(mine, "draft")) == CHANGED | {"added": {"S": "mine"}}
    assert area(mine, "reason") == "moved"

    merged = web.post(
        EDIT,
        sent("edit", area(both, "draft"), original=area(both, "original"), conflict="city", reason="moved"),
    )
    assert "changed by both" in merged.text
    over = web.post(
        EDIT, sent("preview", area(mine, "draft"), original=area(mine, "original"), reason="moved")
    )
    assert over.status_code == 200
    assert area(over.text, "reason") == "moved"
    for word in ("Hamburg", "Kiel", "9", "2.50"):
        assert word in words(over.text)


def test_versions_that_look_alike_are_told_apart(aws: StubAws, web: Client) -> None:
    """Texts that differ far from their beginning, an empty one, one with a space at its end."""
    long = "x" * 2_000
    shown = ITEM | {"note": {"S": long + "first"}, "city": {"S": "Kiel"}}
    theirs = shown | {"note": {"S": long + "theirs"}, "city": {"S": "Kiel "}}
    conflict(aws, theirs)
    mine = shown | {"note": {"S": long + "mine"}, "city": {"S": ""}}
    page = words(web.post(EDIT, sent("save", mine, original=compact(shown), reason="moved")).text)
    head = "…" + "x" * 40
    assert f"note Conflict both {head}first {head}mine {head}theirs" in page
    assert "city Conflict both Kiel empty string Kiel holds blank space at an end" in page


def test_a_change_that_is_there_already_is_no_conflict_to_settle(aws: StubAws, web: Client) -> None:
    """The same form once more, by the Back button or a second press, or somebody else who did the same."""
    conflict(aws, CHANGED | {"weight": {"N": "9"}})
    shown = web.post(EDIT, sent("save", CHANGED, reason="moved"))
    assert shown.status_code == 409
    assert "Nothing was left to save: your change is there already" in shown.text
    assert "weight them 2.50 2.50 9" in words(shown.text)
    assert f'<a class="button button-primary" href="{URL}">To the item</a>' in shown.text
    assert "Preview mine over theirs" not in shown.text
    assert "Edit with both changes" not in shown.text


def test_an_item_deleted_meanwhile_is_not_brought_back_by_itself(aws: StubAws, web: Client) -> None:
    conflict(aws, None)
    shown = web.post(EDIT, sent("save", CHANGED, reason="moved"))
    assert shown.status_code == 409
    assert "deleted since you opened it" in shown.text
    assert json.loads(area(shown.text, "draft")) == CHANGED
    assert f'action="{BASE}{TABLE}/new/"' in shown.text
    again = web.post(
        f"{BASE}{TABLE}/new/", sent("preview", area(shown.text, "draft"), original="", reason="moved")
    )
    assert again.status_code == 200
    assert "Create the item" in again.text
    assert aws.count("PutItem") == 0


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AccessDeniedException", 502, "permission is missing"),
        ("ExpiredTokenException", 502, "credentials have expired"),
        ("ProvisionedThroughputExceededException", 503, "slow down"),
        ("ResourceNotFoundException", 404, "AWS does not have this"),
        ("ValidationException", 400, "did not accept"),
    ],
)
def test_a_refusal_by_aws_keeps_what_was_typed(
    aws: StubAws, web: Client, code: str, status: int, said: str
) -> None:
    aws.fail("UpdateItem", code, "The words of AWS")
    refused = web.post(EDIT, sent("save", CHANGED, reason="moved"))
    assert refused.status_code == status
    assert said in refused.text
    assert json.loads(area(refused.text, "draft")) == CHANGED
    assert json.loads(area(refused.text, "original")) == ITEM
    assert area(refused.text, "reason") == "moved"


def test_a_lost_answer_that_nobody_can_settle_keeps_the_draft(aws: StubAws, web: Client) -> None:
    aws.drop("UpdateItem", times=None)
    aws.fail("GetItem", "AccessDeniedException", "no")
    lost = web.post(EDIT, sent("save", CHANGED, reason="moved"))
    assert lost.status_code == 502
    assert "may or may not have been carried out" in lost.text
    assert json.loads(area(lost.text, "draft")) == CHANGED
    assert not hasattr(Change.objects.get(), "outcome")


def test_a_lost_answer_of_a_write_that_happened_is_a_success(aws: StubAws, web: Client) -> None:
    aws.drop("UpdateItem", times=None)
    aws.reply("GetItem", {"Item": CHANGED})
    assert web.post(EDIT, sent("save", CHANGED, reason="moved")).status_code == 302


def test_a_table_that_cannot_be_described_keeps_the_draft(aws: StubAws, web: Client) -> None:
    aws.fail("DescribeTable", "AccessDeniedException", "no")
    refused = web.post(EDIT.replace(TABLE, "unknown"), sent("save", CHANGED, reason="moved"))
    assert refused.status_code == 502
    assert json.loads(area(refused.text, "draft")) == CHANGED


def test_a_390_kb_item_goes_through_the_form(aws: StubAws, web: Client) -> None:
    numbers = {"N" + str(n): {"N": str(n)} for n in range(100)}
    big = ITEM | {"list": {"L": [{"N": "1"}] * 120_000}, "map": {"M": numbers}}
    aws.reply("UpdateItem", {"Attributes": big})
    draft = json.dumps(big | {"city": {"S": "Kiel"}}, indent=2)
    assert len(draft) > 4_000_000
    data = sent("preview", draft, original=compact(big))
    assert web.post(EDIT, data).status_code == 200
    assert web.post(EDIT, data | {"step": "save", "reason": "big"}).status_code == 302
    assert len(aws.of("UpdateItem")[0]["ExpressionAttributeValues"]) == 2
