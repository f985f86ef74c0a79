"""When AWS refuses to tell how the table is, what was entered for a change is kept and sent again; what AWS refuses of a change is told."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from dashboard.history.models import Change
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, description
from tests.tables.screens.test_browse import words
from tests.tables.screens.test_structure import HERE, sent

FORMS: list[tuple[str, dict[str, str], str]] = [
    ("change/capacity/", {"billing": "PROVISIONED", "read": "71", "write": "72"}, "71"),
    ("change/class/", {"table_class": "STANDARD_INFREQUENT_ACCESS"}, "STANDARD_INFREQUENT_ACCESS"),
    ("new-index/", {"new-name": "<by & zone>", "new-p0": "zone"}, "<by & zone>"),
    ("drop-index/by-status/", {"confirm": "by-status"}, "by-status"),
    ("delete/", {"confirm": TABLE, "reason": "no longer used"}, "no longer used"),
    ("replicas/set/", {"replica": "eu-west-1", "reason": "nearer"}, "nearer"),
    ("policy/set/", {"policy": '{"Statement": "typed"}'}, '{"Statement": "typed"}'),
    ("insights/set/", {"mode": "THROTTLED_KEYS", "reason": "to see"}, "to see"),
]
REFUSALS = [
    ("ThrottlingException", 503, "AWS asks us to slow down"),
    ("AccessDeniedException", 502, "permission is missing"),
    ("ExpiredTokenException", 502, "credentials have expired"),
    ("InternalServerError", 502, "nothing was changed"),
]


@pytest.fixture
def form(owner: Client, aws: StubAws) -> Any:
    """Post it while AWS refuses to tell anything."""

    def post(path: str, values: dict[str, str], code: str) -> Any:
        for operation in ("DescribeTable", "GetResourcePolicy", "DescribeContributorInsights"):
            aws.fail(operation, code, "not now")
        return owner.post(HERE + path, values | {"step": "preview"})

    return post


def carried(page: Any) -> dict[str, str]:
    """What the page holds unseen."""
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page.text, re.S)
    return {name: html.unescape(value) for name, value in found}


def test_it_works(form: Any, owner: Client, aws: StubAws) -> None:
    path, values, _ = FORMS[0]
    held = form(path, values, "AccessDeniedException")
    aws.reply("DescribeTable", description())
    preview = owner.post(HERE + path, carried(held))
    assert preview.status_code == 200
    assert "Switch to provisioned capacity" in preview.text and "+ 71" in words(preview.text)


@pytest.mark.parametrize(("path", "values", "entered"), FORMS, ids=[form[0] for form in FORMS])
def test_what_was_entered_is_kept(form: Any, path: str, values: dict[str, str], entered: str) -> None:
    held = form(path, values, "AccessDeniedException")
    assert held.status_code == 502
    assert "What you entered is kept" in held.text and "Try again" in held.text
    assert carried(held) == values | {"step": "preview"} and entered in carried(held).values()
    assert "<by &" not in held.text
    assert not Change.objects.exists()


@pytest.mark.parametrize(("code", "status", "told"), REFUSALS, ids=[one[0] for one in REFUSALS])
def test_what_aws_refuses_is_told_by_its_kind(form: Any, code: str, status: int, told: str) -> None:
    path, values, _ = FORMS[0]
    held = form(path, values, code)
    assert held.status_code == status and told in held.text and "may or may not" not in held.text
    assert carried(held) == values | {"step": "preview"}


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 503), ("ResourceNotFoundException", 404), ("InternalServerError", 502)],
)
def test_a_page_that_is_only_opened_has_nothing_to_keep_but_ways_on(
    owner: Client, aws: StubAws, code: str, status: int
) -> None:
    aws.fail("DescribeTable", code, "not now")
    opened = owner.get(f"{HERE}change/capacity/")
    assert opened.status_code == status and "What you entered" not in opened.text
    assert "Try again" in opened.text and f'href="{BASE}">All tables' in opened.text
    assert "may or may not" not in opened.text


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("LimitExceededException", "One on changes a day or at the same time passes by itself"),
        ("ResourceInUseException", "Another change is under way"),
        ("AccessDeniedException", "permission is missing"),
    ],
)
def test_a_change_that_aws_refuses_is_told_recorded_and_can_be_sent_again(
    owner: Client, aws: StubAws, code: str, told: str
) -> None:
    preview = owner.post(
        f"{HERE}change/class/", {"table_class": "STANDARD_INFREQUENT_ACCESS", "step": "preview"}
    )
    aws.fail("UpdateTable", code, "as AWS says")
    refused = owner.post(f"{HERE}change/class/", sent(preview.text))
    text = words(refused.text)
    assert told in text and "as AWS says" in text and "because</textarea>" in refused.text
    assert Change.objects.get().outcome.result == "failed"
    assert (
        'value="save"' in refused.text and sent(refused.text)["table_class"] == "STANDARD_INFREQUENT_ACCESS"
    )


def test_an_answer_that_never_came_and_nothing_changed_says_that_for_sure(
    owner: Client, aws: StubAws
) -> None:
    preview = owner.post(
        f"{HERE}change/class/", {"table_class": "STANDARD_INFREQUENT_ACCESS", "step": "preview"}
    )
    aws.drop("UpdateTable", times=None)
    lost = owner.post(f"{HERE}change/class/", sent(preview.text))
    assert lost.status_code == 502
    assert "AWS failed, and nothing was changed" in lost.text and "may or may not" not in lost.text
    assert Change.objects.get().outcome.result == "failed"


def test_of_two_calls_the_first_was_taken_and_the_second_refused(owner: Client, aws: StubAws) -> None:
    held = [{"Key": "team", "Value": "a"}]

    def untag(body: dict[str, Any]) -> dict[str, Any]:
        held.clear()
        return {}

    aws.reply("ListTagsOfResource", lambda body: {"Tags": list(held)})
    aws.reply("UntagResource", untag)
    aws.fail("TagResource", "AccessDeniedException", "not yours")
    tags = {"tag-key": "stage", "tag-value": "live"}
    preview = owner.post(f"{HERE}change/tags/", tags | {"step": "preview"})
    refused = owner.post(f"{HERE}change/tags/", sent(preview.text))
    text = words(refused.text)
    assert refused.status_code == 502 and "not yours" in text
    assert "Take away 1 tag: AWS took it" in text and "refused the rest" in text
    assert "Set 1 tag" in text and "Tag team" not in text, "only what is left is shown"
    assert {change.outcome.result for change in Change.objects.all()} == {"done", "failed"}
    aws.reply("TagResource", {})
    assert owner.post(f"{HERE}change/tags/", sent(refused.text)).status_code == 302


def test_of_two_calls_the_first_was_taken_and_after_the_second_nothing_can_be_read(
    owner: Client, aws: StubAws
) -> None:
    """Then it is not said that nothing was sent."""
    aws.reply("ListTagsOfResource", {"Tags": [{"Key": "team", "Value": "a"}]})
    preview = owner.post(f"{HERE}change/tags/", {"tag-key": "stage", "tag-value": "live", "step": "preview"})

    def untag(body: dict[str, Any]) -> dict[str, Any]:
        aws.fail("ListTagsOfResource", "InternalServerError", "no reading")
        return {}

    aws.reply("UntagResource", untag)
    aws.fail("TagResource", "AccessDeniedException", "not yours")
    answer = owner.post(f"{HERE}change/tags/", sent(preview.text), follow=True)
    text = words(answer.text)
    assert "Take away 1 tag: AWS took it" in text
    assert "did not confirm the rest of the change. AccessDeniedException: not yours" in text
    assert "Nothing was sent" not in text
