"""The Structure tab: the overview, its panels, changing a part, adding and dropping indexes."""

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

HERE = f"{BASE}{TABLE}/structure/"
HOSTILE = "<img src=x onerror=alert(1)>"


def described(aws: StubAws, **more: Any) -> None:
    """The table as it is from now on."""
    aws.reply("DescribeTable", description(**more))


def value_of(page: str, name: str) -> str:
    """A hidden value of a form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def sent(preview: str, **more: str) -> dict[str, str]:
    """What the preview's form sends: what it carries along, a reason, and ``more``."""
    carried = dict(re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', preview, re.DOTALL))
    held = {name: html.unescape(value) for name, value in carried.items()}
    return held | {"shown": value_of(preview, "shown"), "reason": "because", "step": "save"} | more


def test_it_works(aws: StubAws, owner: Client) -> None:
    page = owner.get(HERE)
    assert page.status_code == 200
    text = words(page.text)
    assert aws.count("DescribeTable") == aws.count() == 1
    assert "by-status" in text and "by-raw" in text and "local" in text
    assert "The keys and named attributes" in text and "city" in text
    assert "On demand" in text and "Owned by AWS" in text
    assert f'href="{HERE}drop-index/by-status/"' in page.text
    assert f'href="{HERE}drop-index/by-raw/"' not in page.text
    for part in ("capacity", "class", "encryption", "protection", "stream"):
        assert f'href="{HERE}change/{part}/"' in page.text
    for panel in ("ttl", "tags", "scaling", "limits"):
        assert f'hx-get="{HERE}{panel}/"' in page.text
    assert 'aria-current="page">Structure' in page.text


def test_who_may_not_administer_sees_and_changes_nothing(aws: StubAws, web: Client) -> None:
    page = web.get(HERE)
    assert page.status_code == 200
    assert "Change…" not in page.text and "Drop…" not in page.text and "Delete…" not in page.text
    aws.requests.clear()
    for address in ("change/protection/", "new-index/", "drop-index/by-status/", "delete/"):
        assert web.get(HERE + address).status_code == 403
        assert web.post(HERE + address, {"step": "save"}).status_code == 403
    assert aws.count() == 0


def test_a_refused_description_is_said_inside_the_page(aws: StubAws, owner: Client) -> None:
    aws.fail("DescribeTable", "AccessDeniedException", "not for you")
    page = owner.get(HERE)
    assert page.status_code == 502
    assert "not for you" in page.text and "Structure" in page.text
    assert "Change…" not in page.text


def test_a_table_that_is_busy_says_with_what_and_asks_again(aws: StubAws, owner: Client) -> None:
    index = description()["Table"]["GlobalSecondaryIndexes"][0] | {
        "IndexStatus": "CREATING",
        "Backfilling": True,
    }
    described(aws, TableStatus="UPDATING", GlobalSecondaryIndexes=[index])
    page = owner.get(HERE)
    assert "is being filled from the items" in page.text
    assert 'hx-trigger="every 3s"' in page.text
    assert f'hx-get="{HERE}filled/by-status/"' in page.text
    form = owner.get(f"{HERE}change/class/")
    assert "takes no other change until it is ACTIVE" in form.text
    refused = owner.post(
        f"{HERE}change/class/", {"step": "preview", "table_class": "STANDARD_INFREQUENT_ACCESS"}
    )
    assert refused.status_code == 400
    assert "The table is UPDATING" in refused.text and "Come back" in refused.text
    part = owner.get(f"{HERE}progress/", headers={"HX-Request": "true"})
    assert 'hx-select="#structure-page"' not in part.text


@pytest.mark.parametrize(
    ("panel", "operation", "answer", "shown"),
    [
        (
            "ttl",
            "DescribeTimeToLive",
            {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": HOSTILE}},
            "&lt;img",
        ),
        (
            "ttl",
            "DescribeTimeToLive",
            {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLING", "AttributeName": "gone"}},
            "up to an hour",
        ),
        (
            "ttl",
            "DescribeTimeToLive",
            {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}},
            "do not expire",
        ),
        ("tags", "ListTagsOfResource", {"Tags": [{"Key": "team", "Value": HOSTILE}]}, "&lt;img"),
        ("tags", "ListTagsOfResource", {"Tags": []}, "There are none"),
        ("scaling", "DescribeScalableTargets", {"ScalableTargets": []}, "Nothing of this table is scaled"),
        ("limits", "DescribeLimits", {"TableMaxReadCapacityUnits": 40000}, "40,000"),
    ],
)
def test_a_panel(
    aws: StubAws, owner: Client, panel: str, operation: str, answer: dict[str, Any], shown: str
) -> None:
    aws.reply(operation, answer)
    part = owner.get(f"{HERE}{panel}/", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert shown in part.text and "<html" not in part.text
    assert aws.count() == 1
    assert "<img" not in part.text
    whole = owner.get(f"{HERE}{panel}/")
    assert shown in whole.text and "<html" in whole.text


@pytest.mark.parametrize(
    ("panel", "operation"),
    [
        ("ttl", "DescribeTimeToLive"),
        ("tags", "ListTagsOfResource"),
        ("scaling", "DescribeScalableTargets"),
        ("limits", "DescribeLimits"),
    ],
)
@pytest.mark.parametrize(("code", "status"), [("AccessDeniedException", 502), ("ThrottlingException", 503)])
def test_a_panel_that_is_refused_harms_itself_alone(
    aws: StubAws, owner: Client, panel: str, operation: str, code: str, status: int
) -> None:
    aws.fail(operation, code, "the words of AWS")
    part = owner.get(f"{HERE}{panel}/", headers={"HX-Request": "true"})
    assert part.status_code == status
    assert "the words of AWS" in part.text and "<html" not in part.text
    assert owner.get(HERE).status_code == 200


def test_how_far_an_index_is_filled(aws: StubAws, owner: Client) -> None:
    answer = {
        "MetricDataResults": [
            {"Id": "filled", "Timestamps": [1_700_000_000.0], "Values": [42.0], "StatusCode": "Complete"}
        ]
    }
    aws.reply("GetMetricData", answer)
    assert 'value="42.0"' in owner.get(f"{HERE}filled/by-status/").text
    aws.reply("GetMetricData", {"MetricDataResults": []})
    assert "has not heard yet" in owner.get(f"{HERE}filled/by-status/").text
    aws.fail("GetMetricData", "AccessDenied", "no")
    assert "cannot be told" in owner.get(f"{HERE}filled/by-status/").text


def test_the_definition_as_texts(aws: StubAws, owner: Client) -> None:
    aws.reply(
        "DescribeTimeToLive",
        {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "gone"}},
    )
    aws.fail("ListTagsOfResource", "AccessDeniedException", "no tags for you")
    page = owner.get(f"{HERE}definition/")
    text = html.unescape(page.text)
    assert '"TableName": "parcels"' in text
    assert "AWS::DynamoDB::Table" in text
    assert "aws dynamodb create-table --region eu-central-1 --cli-input-json '{" in text
    assert "dynamodb.create_table(" in text
    assert '"AttributeName": "gone"' in text
    assert "Tags: no tags for you" in text
    assert aws.count() == 3


CHANGES: list[tuple[str, dict[str, str], str, dict[str, Any], str]] = [
    (
        "capacity",
        {"billing": "PROVISIONED", "read": "5", "write": "6", "index-0-read": "7", "index-0-write": "8"},
        "UpdateTable",
        {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
            "GlobalSecondaryIndexUpdates": [
                {
                    "Update": {
                        "IndexName": "by-status",
                        "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8},
                    }
                }
            ],
        },
        "billed by the hour",
    ),
    (
        "class",
        {"table_class": "STANDARD_INFREQUENT_ACCESS"},
        "UpdateTable",
        {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
        "two changes of the class in 30 days",
    ),
    (
        "encryption",
        {"key": "own", "own_key": "alias/orders"},
        "UpdateTable",
        {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/orders"}},
        "makes the table unreadable",
    ),
    (
        "stream",
        {"stream": "NEW_IMAGE"},
        "UpdateTable",
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
        "kept for 24 hours",
    ),
    (
        "protection",
        {"protection": "on"},
        "UpdateTable",
        {"DeletionProtectionEnabled": True},
        "Nobody can delete the table",
    ),
]


@pytest.mark.parametrize(("part", "form", "operation", "arguments", "meaning"), CHANGES)
def test_a_part_is_previewed_and_changed(
    aws: StubAws,
    owner: Client,
    part: str,
    form: dict[str, str],
    operation: str,
    arguments: dict[str, Any],
    meaning: str,
) -> None:
    address = f"{HERE}change/{part}/"
    assert owner.get(address).status_code == 200
    preview = owner.post(address, form | {"step": "preview"})
    assert preview.status_code == 200
    assert meaning in words(preview.text) and "Undo" in preview.text
    assert aws.count(operation) == 0
    aws.reply(operation, {"TableDescription": {}})
    done = owner.post(address, sent(preview.text))
    assert (done.status_code, done["Location"]) == (302, HERE)
    (request,) = [request for request in aws.requests if request.operation == operation]
    assert request.body == {"TableName": TABLE, **arguments}
    change = Change.objects.get()
    assert (change.action, change.reason, change.state) == (f"table.alter.{part}", "because", "done")
    assert f"gatehouse-change/{change.pk}" in request.headers["user-agent"]
    assert f'href="/changes/{change.pk}/undo/"' in owner.get(HERE).text


def test_time_to_live_is_previewed_with_a_sample(aws: StubAws, owner: Client) -> None:
    aws.reply("DescribeTimeToLive", {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    items = [{"gone": {"N": "1700000000"}}, {"gone": {"N": "9999999999"}}, {"gone": {"S": "x"}}, {}]
    aws.reply(
        "Scan", {"Items": items, "Count": 4, "ScannedCount": 4, "ConsumedCapacity": {"CapacityUnits": 2.5}}
    )
    address = f"{HERE}change/ttl/"
    form = owner.get(address, {"attribute": "gone"})
    assert 'value="gone"' in form.text
    preview = owner.post(address, {"expire": "on", "ttl": "gone", "step": "preview"})
    text = words(preview.text)
    assert "Of all 4 items of the table, 1 would be deleted at once" in text
    assert "it cost 2.5 read units" in text
    assert aws.count("Scan") == 1
    aws.reply("UpdateTimeToLive", {"TimeToLiveSpecification": {}})
    assert owner.post(address, sent(preview.text)).status_code == 302
    assert aws.count("Scan") == 1
    (request,) = [request for request in aws.requests if request.operation == "UpdateTimeToLive"]
    assert request.body["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "gone"}


def test_a_sample_that_is_denied_harms_itself_alone(aws: StubAws, owner: Client) -> None:
    aws.reply("DescribeTimeToLive", {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}})
    aws.fail("Scan", "AccessDeniedException", "no scan for you")
    preview = owner.post(f"{HERE}change/ttl/", {"expire": "on", "ttl": "gone", "step": "preview"})
    assert preview.status_code == 200
    assert "no scan for you" in preview.text and 'name="reason"' in preview.text


def test_tags_are_set_and_taken_away_each_with_its_record(aws: StubAws, owner: Client) -> None:
    aws.reply("ListTagsOfResource", {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "aws:x", "Value": "y"}]})
    address = f"{HERE}change/tags/"
    form = owner.get(address)
    assert 'value="a"' in form.text and "aws:x" not in form.text
    preview = owner.post(address, {"tag-key": ["", "b"], "tag-value": ["", "2"], "step": "preview"})
    assert "Take away 1 tag" in preview.text and "Set 1 tag" in preview.text
    aws.reply("TagResource", {})
    aws.reply("UntagResource", {})
    shown = value_of(preview.text, "shown")
    data = {"tag-key": ["", "b"], "tag-value": ["", "2"], "step": "save", "reason": "why", "shown": shown}
    assert owner.post(address, data).status_code == 302
    assert {change.action for change in Change.objects.all()} == {"table.alter.tag", "table.alter.untag"}


@pytest.mark.parametrize(
    ("part", "form", "rule"),
    [
        (
            "capacity",
            {"billing": "PROVISIONED", "read": "x", "write": "1"},
            "Read units must be a whole number",
        ),
        (
            "capacity",
            {"billing": "PROVISIONED", "read": "", "write": "1"},
            "Read units must be a whole number",
        ),
        ("capacity", {"billing": "PROVISIONED", "read": "0", "write": "1"}, "1 or more"),
        ("capacity", {"billing": "PROVISIONED", "read": "9" * 400, "write": "1"}, "whole number"),
        ("capacity", {"billing": "FREE"}, "on demand or provisioned"),
        ("capacity", {"billing": "PAY_PER_REQUEST"}, "Nothing would change"),
        ("class", {"table_class": HOSTILE}, "The table class is"),
        ("encryption", {"key": "own", "own_key": ""}, "Name the KMS key"),
        ("encryption", {"key": "own", "own_key": "a b"}, "its id, its ARN"),
        ("stream", {"stream": "ALL"}, "one of KEYS_ONLY"),
        ("protection", {}, "Nothing would change"),
    ],
)
def test_bad_input_is_said_at_its_field(
    aws: StubAws, owner: Client, part: str, form: dict[str, str], rule: str
) -> None:
    refused = owner.post(f"{HERE}change/{part}/", form | {"step": "preview"})
    assert refused.status_code == 400
    assert rule in html.unescape(refused.text)
    assert "<img" not in refused.text
    for value in form.values():
        if part != "class" and value not in ("FREE", "ALL"):
            assert html.escape(value) in refused.text
    assert aws.count() == aws.count("DescribeTable")
    assert not Change.objects.exists()


def test_an_unknown_part_is_404(owner: Client) -> None:
    assert owner.get(f"{HERE}change/name/").status_code == 404


@pytest.mark.parametrize("reason", ["", " ", "x" * 1001, "a\0b"])
def test_a_reason_is_asked_for(aws: StubAws, owner: Client, reason: str) -> None:
    address = f"{HERE}change/protection/"
    preview = owner.post(address, {"protection": "on", "step": "preview"})
    refused = owner.post(address, sent(preview.text, reason=reason))
    assert refused.status_code == 400
    assert 'id="reason-error"' in refused.text
    assert aws.count("UpdateTable") == 0


def test_a_table_altered_since_is_409_with_what_stands_there(aws: StubAws, owner: Client) -> None:
    address = f"{HERE}change/protection/"
    preview = owner.post(address, {"protection": "on", "step": "preview"})
    described(aws, TableClassSummary={"TableClass": "STANDARD_INFREQUENT_ACCESS"})
    refused = owner.post(address, sent(preview.text))
    assert refused.status_code == 409
    assert "altered since it was shown to you" in refused.text
    assert aws.count("UpdateTable") == 0
    aws.reply("UpdateTable", {"TableDescription": {}})
    assert owner.post(address, sent(refused.text)).status_code == 302


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDeniedException", 502),
        ("LimitExceededException", 503),
        ("ResourceInUseException", 409),
        ("ValidationException", 400),
    ],
)
def test_a_refusal_by_aws_keeps_what_was_typed(aws: StubAws, owner: Client, code: str, status: int) -> None:
    address = f"{HERE}change/protection/"
    preview = owner.post(address, {"protection": "on", "step": "preview"})
    aws.fail("UpdateTable", code, "The words of AWS")
    refused = owner.post(address, sent(preview.text))
    assert refused.status_code == status
    assert "The words of AWS" in refused.text and "because</textarea>" in refused.text
    assert Change.objects.get().state == "failed"


def test_another_area_hangs_its_panel_in(
    aws: StubAws, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.tables.areas import structure as area

    monkeypatch.setattr(area, "panels", [area.Panel("Something else", "tables:structure-limits")])
    page = owner.get(HERE).text
    assert "Something else" in page and page.count(f'hx-get="{HERE}limits/"') == 2
