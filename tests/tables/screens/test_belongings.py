"""Resource policy, replicas, Contributor Insights and Kinesis destinations: shown by themselves, changed with a preview."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.history.models import Change
from dashboard.tables.operations import alone as room
from dashboard.tables.operations.belongings import example
from tests.accounts.pages import inputs_of, last_change, text_of
from tests.stub.server import StubAws
from tests.tables.screens.conftest import TABLE, description
from tests.tables.screens.recovering import ARN, PAGE, operations, recovery, says

BASE = f"{PAGE}structure/"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Reads", "Effect": "Allow", "Action": "dynamodb:GetItem"}],
}
OTHER = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Writes", "Effect": "Deny", "Action": "dynamodb:PutItem"}],
}
PANELS = {
    "replicas": "DescribeTable",
    "policy": "GetResourcePolicy",
    "insights": "DescribeContributorInsights",
    "kinesis": "DescribeKinesisStreamingDestination",
}


@pytest.fixture
def chief(aws: StubAws, client_for: Callable[[User], Client], admin: User) -> Client:
    """An administrator; the table has a policy, a replica, insights and a destination."""
    aws.reply("DescribeTable", description(Replicas=[{"RegionName": "us-east-1", "ReplicaStatus": "ACTIVE"}]))
    aws.reply("GetResourcePolicy", {"Policy": json.dumps(POLICY), "RevisionId": "r1"})
    aws.reply(
        "DescribeContributorInsights",
        lambda body: {
            "ContributorInsightsStatus": "ENABLED" if "IndexName" in body else "DISABLED",
            "ContributorInsightsMode": "THROTTLED_KEYS",
        },
    )
    stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/<changes>"
    aws.reply(
        "DescribeKinesisStreamingDestination",
        {"KinesisDataStreamDestinations": [{"StreamArn": stream, "DestinationStatus": "ACTIVE"}]},
    )
    return client_for(admin)


def carried(response: Any) -> dict[str, str]:
    return {name: values[0] for name, values in inputs_of(response).items()}


def test_it_works(chief: Client, aws: StubAws) -> None:
    assert says(chief.get(f"{BASE}replicas/"), "us-east-1", "Active", "Remove…", "Add a replica…")
    assert says(chief.get(f"{BASE}policy/"), "dynamodb:GetItem", "r1", "Change the policy…")
    assert says(chief.get(f"{BASE}insights/"), "The table", "by-status", "Turn off…", "Turn on…")
    kinesis = chief.get(f"{BASE}kinesis/")
    assert says(kinesis, "stream/<changes>", "Active") and "<changes>" not in kinesis.content.decode()


@pytest.mark.parametrize(("panel", "operation"), PANELS.items())
def test_a_denied_panel_is_its_own_content(chief: Client, aws: StubAws, panel: str, operation: str) -> None:
    aws.fail(operation, "AccessDeniedException", "not yours")
    part = chief.get(f"{BASE}{panel}/", headers={"HX-Request": "true"})
    assert part.status_code == 502 and says(part, "not yours") and "<html" not in part.text
    whole = chief.get(f"{BASE}{panel}/")
    assert whole.status_code == 502 and says(whole, "not yours", "Back to the structure")


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_is_a_part_for_the_page_and_a_page_without_script(chief: Client, panel: str) -> None:
    part = chief.get(f"{BASE}{panel}/", headers={"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in part.text and "Back to the structure" not in part.text
    whole = chief.get(f"{BASE}{panel}/")
    assert "<html" in whole.text and says(whole, "Back to the structure")


@pytest.mark.parametrize("panel", PANELS)
def test_who_may_only_read_gets_no_buttons(
    chief: Client, client_for: Callable[[User], Client], reader: User, panel: str
) -> None:
    response = client_for(reader).get(f"{BASE}{panel}/", headers={"HX-Request": "true"})
    assert response.status_code == 200 and "…" not in text_of(response)


@pytest.mark.parametrize("panel", ["replicas", "policy", "insights"])
def test_an_editor_may_not_change(chief: Client, web: Client, panel: str) -> None:
    assert web.get(f"{BASE}{panel}/set/").status_code == 403
    assert web.post(f"{BASE}{panel}/set/").status_code == 403


def test_one_index_that_cannot_be_asked_leaves_the_others(chief: Client, aws: StubAws) -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        from tests.stub.server import Failure

        if "IndexName" in body:
            raise Failure("ResourceNotFoundException", "no such index")
        return {"ContributorInsightsStatus": "DISABLED"}

    aws.reply("DescribeContributorInsights", answer)
    assert says(chief.get(f"{BASE}insights/"), "The table", "no such index")


def review(client: Client, document: Any) -> Any:
    form = carried(client.get(f"{BASE}policy/set/"))
    text = document if isinstance(document, str) else json.dumps(document)
    return client.post(f"{BASE}policy/set/", form | {"policy": text, "step": "review"})


def test_a_policy_is_previewed_line_by_line_and_set(chief: Client, aws: StubAws) -> None:
    aws.reply("PutResourcePolicy", {"RevisionId": "r2"})
    page = review(chief, OTHER)
    assert page.status_code == 200
    assert says(page, 'removed: "Sid": "Reads"', 'added: "Sid": "Writes"', 'added: "Effect": "Deny"')
    assert "text-same" in page.text and "+ string" not in text_of(page), "a policy is a text, not an item"
    assert '{"S"' not in text_of(page), "a policy is JSON, not an item"
    assert "PutResourcePolicy" not in operations(aws)
    form = carried(page) | {"policy": json.dumps(OTHER), "step": "save", "reason": "because"}
    assert chief.post(f"{BASE}policy/set/", form).status_code == 302
    (sent,) = [request.body for request in aws.requests if request.operation == "PutResourcePolicy"]
    assert (sent["ResourceArn"], sent["ExpectedRevisionId"], json.loads(sent["Policy"])) == (ARN, "r1", OTHER)
    change = last_change()
    assert change.outcome.before == {"policy": POLICY, "revision": "r1"}
    assert change.outcome.after == {"policy": OTHER, "revision": "r2"}


def test_the_example_of_a_policy_is_of_this_table_and_passes(chief: Client) -> None:
    assert says(chief.get(f"{BASE}policy/set/"), "An example", f'"{ARN}/index/*"', "ReadFromAnotherAccount")
    assert review(chief, example(ARN)).status_code == 200


def test_taking_the_policy_away_asks_for_the_name(chief: Client, aws: StubAws) -> None:
    aws.reply("DeleteResourcePolicy", {"RevisionId": "r1"})
    page = review(chief, " ")
    assert says(page, f"Type {TABLE} to take the policy away")
    form = carried(page) | {"policy": "", "step": "save", "reason": "because"}
    response = chief.post(f"{BASE}policy/set/", form)
    assert response.status_code == 400 and says(response, f"Type {TABLE} into this field")
    assert chief.post(f"{BASE}policy/set/", form | {"name": TABLE}).status_code == 302
    assert "DeleteResourcePolicy" in operations(aws)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "does not hold JSON"),
        ("[1]", "a JSON object"),
        (json.dumps(POLICY), "Nothing would change"),
        ('{"a":"' + "x" * 20_480 + '"}', "20 KB"),
        ("[" * 9_000 + "]" * 9_000, "nested too deeply"),
        ('{"Statement": [1], "Statement": [2]}', "'Statement' twice in one object"),
        ('{"Statement": [{"a": NaN}]}', "holds NaN"),
        ('{"Statement": [{"a": 1e999}]}', "the number 1e999. Put it into quotes"),
        ('{"Statement": [{"a": 0.1234567890123456789}]}', "Put it into quotes"),
        ('{"Statement": [{"a": "\\ud800"}]}', "half of a surrogate pair"),
    ],
)
def test_a_policy_that_is_refused(chief: Client, aws: StubAws, text: str, words: str) -> None:
    response = review(chief, text)
    assert response.status_code == 400 and says(response, words)
    assert not Change.objects.exists()


def test_a_policy_that_somebody_changed_meanwhile(chief: Client, aws: StubAws) -> None:
    form = carried(review(chief, OTHER)) | {"policy": json.dumps(OTHER), "step": "save", "reason": "because"}
    aws.reply("GetResourcePolicy", {"Policy": json.dumps(POLICY), "RevisionId": "r9"})
    response = chief.post(f"{BASE}policy/set/", form)
    assert response.status_code == 409 and says(response, "somebody else changed it")
    assert "PutResourcePolicy" not in operations(aws)
    assert carried(response)["revision"] == "r9", "the next try is for what is shown now"


def test_a_policy_that_aws_refuses(chief: Client, aws: StubAws) -> None:
    aws.fail("PutResourcePolicy", "ValidationException", "would lock you out")
    form = carried(review(chief, OTHER)) | {"policy": json.dumps(OTHER), "step": "save", "reason": "because"}
    response = chief.post(f"{BASE}policy/set/", form)
    assert response.status_code == 400 and says(response, "would lock you out", "What changes")


def test_a_replica_is_added(chief: Client, aws: StubAws) -> None:
    aws.reply("UpdateTable", {"TableDescription": description()["Table"]})
    assert says(chief.get(f"{BASE}replicas/set/"), "Add a replica", "The last writer wins")
    response = chief.post(f"{BASE}replicas/set/", {"replica": "eu-west-1", "reason": "because"})
    assert response.status_code == 302
    (sent,) = [request.body for request in aws.requests if request.operation == "UpdateTable"]
    assert sent["ReplicaUpdates"] == [{"Create": {"RegionName": "eu-west-1"}}]
    assert (last_change().action, last_change().subject) == ("replica.add", "eu-west-1")


@pytest.mark.parametrize(
    ("region", "words", "status"),
    [
        ("", "eu-west-1 for one", 400),
        ("<b>", "eu-west-1 for one", 400),
        ("eu-central-1", "The table is in eu-central-1 already", 400),
        ("us-east-1", "There is a replica in us-east-1 already", 409),
    ],
)
def test_a_replica_that_cannot_be(chief: Client, aws: StubAws, region: str, words: str, status: int) -> None:
    response = chief.post(f"{BASE}replicas/set/", {"replica": region, "reason": "because"})
    assert response.status_code == status and says(response, words)
    assert "UpdateTable" not in operations(aws) and "<b>" not in response.content.decode()


def test_removing_a_replica_asks_for_the_region(chief: Client, aws: StubAws) -> None:
    aws.reply("UpdateTable", {"TableDescription": description()["Table"]})
    page = chief.get(f"{BASE}replicas/set/?to=remove&replica=us-east-1")
    assert says(page, "Remove the replica in us-east-1", "Type us-east-1 to confirm")
    form = carried(page) | {"reason": "because"}
    assert chief.post(f"{BASE}replicas/set/", form).status_code == 400
    assert chief.post(f"{BASE}replicas/set/", form | {"name": "us-east-1"}).status_code == 302
    (sent,) = [request.body for request in aws.requests if request.operation == "UpdateTable"]
    assert sent["ReplicaUpdates"] == [{"Delete": {"RegionName": "us-east-1"}}]


def test_removing_a_replica_that_is_gone_says_so(chief: Client, aws: StubAws) -> None:
    form = {"to": "remove", "replica": "eu-west-1", "name": "eu-west-1", "reason": "because"}
    response = chief.post(f"{BASE}replicas/set/", form)
    assert response.status_code == 409 and says(
        response, "There is no replica in eu-west-1 any more: nothing"
    )


def test_a_preview_never_names_a_mode_that_the_field_may_change(chief: Client, aws: StubAws) -> None:
    page = chief.get(f"{BASE}insights/set/?to=on&index=")
    assert says(page, "What changes") and "Counts" not in text_of(page)


def test_insights_are_turned_on_and_off(chief: Client, aws: StubAws) -> None:
    aws.reply("UpdateContributorInsights", {"ContributorInsightsStatus": "ENABLING"})
    page = chief.get(f"{BASE}insights/set/?to=on&index=")
    assert says(page, "Turn on Contributor Insights of the table", "$0.03 a million")
    form = carried(page) | {"mode": "THROTTLED_KEYS", "reason": "because"}
    assert chief.post(f"{BASE}insights/set/", form).status_code == 302
    (sent,) = [request.body for request in aws.requests if request.operation == "UpdateContributorInsights"]
    assert sent == {
        "TableName": TABLE,
        "ContributorInsightsAction": "ENABLE",
        "ContributorInsightsMode": "THROTTLED_KEYS",
    }
    page = chief.get(f"{BASE}insights/set/?to=off&index=by-status")
    assert says(page, "Turn off Contributor Insights of the index by-status")
    assert chief.post(f"{BASE}insights/set/", carried(page) | {"reason": "because"}).status_code == 302
    assert aws.requests[-1].body["IndexName"] == "by-status"
    assert last_change().outcome.before == {"enabled": True, "mode": "THROTTLED_KEYS"}


def test_insights_of_which_aws_names_no_mode_are_turned_off(chief: Client, aws: StubAws) -> None:
    aws.reply("DescribeContributorInsights", {"ContributorInsightsStatus": "ENABLED"})
    aws.reply("UpdateContributorInsights", {"ContributorInsightsStatus": "DISABLING"})
    page = chief.get(f"{BASE}insights/set/?to=off&index=")
    assert chief.post(f"{BASE}insights/set/", carried(page) | {"reason": "because"}).status_code == 302
    assert last_change().outcome.before == {"enabled": True, "mode": ""}


def test_insights_that_cannot_be(chief: Client, aws: StubAws) -> None:
    form = carried(chief.get(f"{BASE}insights/set/?to=on&index=")) | {"reason": "because"}
    response = chief.post(f"{BASE}insights/set/", form | {"mode": "EVERYTHING"})
    assert response.status_code == 400 and says(response, "Choose what is counted")
    response = chief.post(f"{BASE}insights/set/", form | {"mode": "THROTTLED_KEYS", "reason": ""})
    assert response.status_code == 400 and says(response, "Say in the field Reason")
    aws.reply(
        "DescribeContributorInsights",
        {"ContributorInsightsStatus": "ENABLED", "ContributorInsightsMode": "THROTTLED_KEYS"},
    )
    response = chief.post(f"{BASE}insights/set/", form | {"mode": "THROTTLED_KEYS"})
    assert response.status_code == 409 and says(response, "somebody else changed it")
    assert "UpdateContributorInsights" not in operations(aws)


@pytest.mark.parametrize("name", ["policy", "insights", "recovery"])
def test_a_change_while_another_one_is_being_sent(
    chief: Client, aws: StubAws, place: Place, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.0)
    aws.reply("DescribeContinuousBackups", recovery(False))
    url = {"recovery": f"{PAGE}backups/recovery/"}.get(name, f"{BASE}{name}/set/")
    page = review(chief, OTHER) if name == "policy" else chief.get(f"{url}?to=on&index=")
    form = carried(page) | {"policy": json.dumps(OTHER), "step": "save", "mode": "THROTTLED_KEYS"}
    with room.alone(place, TABLE):
        response = chief.post(url, form | {"reason": "because"})
    assert response.status_code == 400 and says(response, "Another change of this table is being sent")
    assert not Change.objects.exists()


def test_a_policy_that_denies_everybody_is_warned_of_before_it_is_set(chief: Client) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:*", "Resource": "*"}
    assert says(review(chief, {"Statement": [statement]}), "denies everybody", "Set the policy")
    assert "denies everybody" not in text_of(review(chief, OTHER))


def test_what_changes_is_said_in_words_and_with_its_way_back(chief: Client) -> None:
    page = chief.get(f"{BASE}insights/set/?to=off&index=by-status")
    assert says(page, "What changes", "− on", "+ off", "Undo turns it on again")
    assert "string" not in text_of(page)
    assert says(chief.get(f"{BASE}replicas/set/"), "There is no undo")
    removing = chief.get(f"{BASE}replicas/set/?to=remove&replica=us-east-1")
    assert says(removing, "− us-east-1", "+ none", "Undo makes the replica anew")
