"""A table's stream: its state, records as differences with their authors, and every refusal."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from dashboard.accounts.models import User
from dashboard.accounts.place import Place
from dashboard.core.keys import encode_key
from dashboard.history.models import Change, Outcome
from dashboard.tables.operations import catalogue, streams
from tests.stub.server import StubAws
from tests.tables.screens.conftest import BASE, TABLE, description
from tests.tables.screens.test_browse import words

STREAM = f"{BASE}{TABLE}/stream/"
READ = f"{STREAM}read/"
ARN = f"arn:aws:dynamodb:eu-central-1:123456789012:table/{TABLE}/stream/2026-01-01T00:00:00.000"
KEYS = {"pk": {"S": "<b>1</b>"}, "sk": {"S": "a/b"}}
OLD = KEYS | {"city": {"S": "Kiel"}, "raw": {"B": "AAH/"}}
NEW = KEYS | {"city": {"S": "<script>"}, "raw": {"B": "AAH/"}}


def entry(kind: str = "MODIFY", sequence: str = "111", **more: Any) -> dict[str, Any]:
    images = {"OldImage": OLD, "NewImage": NEW} if kind == "MODIFY" else {}
    inner = {
        "ApproximateCreationDateTime": 1_790_000_000,
        "Keys": KEYS,
        "SequenceNumber": sequence,
        "SizeBytes": 59,
    }
    return {
        "eventID": "e" + sequence,
        "eventName": kind,
        "dynamodb": inner | images | more.pop("inner", {}),
    } | more


@pytest.fixture
def streaming(aws: StubAws, place: Place) -> StubAws:
    """The table has a stream with one closed shard and its open child."""
    stated = description(TABLE)["Table"] | {
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "LatestStreamArn": ARN,
    }
    aws.reply("DescribeTable", {"Table": stated})
    catalogue.facts(place, TABLE, fresh=True)
    shards = [
        {
            "ShardId": "shard-1",
            "SequenceNumberRange": {"StartingSequenceNumber": "1", "EndingSequenceNumber": "9"},
        },
        {
            "ShardId": "shard-2",
            "ParentShardId": "shard-1",
            "SequenceNumberRange": {"StartingSequenceNumber": "10"},
        },
    ]
    aws.reply(
        "DescribeStream",
        {
            "StreamDescription": {
                "StreamArn": ARN,
                "StreamStatus": "ENABLED",
                "StreamViewType": "NEW_AND_OLD_IMAGES",
                "Shards": shards,
            }
        },
    )
    aws.reply("GetShardIterator", lambda body: {"ShardIterator": f"it-{body['ShardId']}"})
    aws.reply(
        "GetRecords",
        lambda body: (
            {"Records": [entry()]} | ({} if "1" in body["ShardIterator"] else {"NextShardIterator": "n"})
        ),
    )
    aws.requests.clear()
    return aws


def cursor(text: str) -> str:
    return str(re.findall(r'name="cursor" value="([^"]+)"', text)[0])


def test_it_works(streaming: StubAws, web: Client) -> None:
    page = web.get(STREAM)
    assert page.status_code == 200
    assert "shard-2" in page.text
    assert streaming.count() == 1
    first = web.post(READ, {"how": "oldest"})
    assert first.status_code == 200
    shown = words(first.text)
    assert "outside Gatehouse" in shown
    assert "city" in shown
    assert "&lt;script&gt;" in first.text
    assert "<script>" not in first.text.split("stream-rows")[1]
    # the closed shard alone, then its child
    assert [body["ShardId"] for body in streaming.of("GetShardIterator")] == ["shard-1"]
    second = web.post(READ, {"cursor": cursor(first.text)}, headers={"HX-Request": "true"})
    assert [body["ShardId"] for body in streaming.of("GetShardIterator")] == ["shard-1", "shard-2"]
    assert 'hx-swap-oob="beforeend:#stream-rows"' in second.text
    assert "<html" not in second.text


def test_a_change_made_here_names_its_author(
    streaming: StubAws, web: Client, editor: User, place: Place
) -> None:
    change = Change.objects.create(
        user=editor, user_name="editor", request_id="r", connection="main", region=place.region,
        resource=f"table:{TABLE}", subject=encode_key(KEYS, ["pk", "sk"]), action="item.update",
    )  # fmt: skip
    Outcome.objects.create(change=change, result="done", before=OLD, after=NEW)
    made = int(datetime.now(UTC).timestamp())
    inner = {"ApproximateCreationDateTime": made}
    streaming.reply("GetRecords", {"Records": [entry(inner=inner), entry(sequence="112", inner=inner)]})
    text = web.post(READ, {"how": "oldest"}).text
    assert f'href="/changes/{change.pk}/"' in text
    assert words(text).count("by editor") == 1
    assert words(text).count("outside Gatehouse") == 1


def test_a_moved_item_has_its_author_under_both_keys(
    streaming: StubAws, web: Client, editor: User, place: Place
) -> None:
    moved = OLD | {"sk": {"S": "new"}}
    names = ["pk", "sk"]
    change = Change.objects.create(
        user=editor, user_name="editor", request_id="r", connection="main", region=place.region,
        resource=f"table:{TABLE}", subject=f"{encode_key(OLD, names)} {encode_key(moved, names)}", action="item.move",
    )  # fmt: skip
    Outcome.objects.create(change=change, result="done", before=OLD, after=moved)
    made = {"ApproximateCreationDateTime": int(datetime.now(UTC).timestamp())}
    gone = entry("REMOVE", inner=made | {"OldImage": OLD})
    came = entry(
        "INSERT", "112", inner=made | {"NewImage": moved, "Keys": {name: moved[name] for name in names}}
    )
    streaming.reply("GetRecords", {"Records": [gone, came]})
    assert words(web.post(READ, {"how": "oldest"}).text).count("by editor") == 2


def test_an_expired_item_is_told_from_a_deleted_one(streaming: StubAws, web: Client) -> None:
    gone = entry(
        "REMOVE",
        inner={"OldImage": OLD},
        userIdentity={"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"},
    )
    streaming.reply("GetRecords", {"Records": [gone]})
    assert "by Time to Live" in words(web.post(READ, {"how": "oldest"}).text)


def test_the_changes_of_one_item(streaming: StubAws, web: Client) -> None:
    other = entry(sequence="5", inner={"Keys": {"pk": {"S": "x"}, "sk": {"S": "y"}}})
    streaming.reply("GetRecords", {"Records": [other, entry()]})
    shown = words(web.post(READ, {"how": "key", "partition": "<b>1</b>", "sort": "a/b"}).text)
    assert "1 change of the item among 2 records read" in shown


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"how": "key", "partition": "", "sort": "a"}, "pk needs a value"),
        ({"key": "nonsense"}, "Key:"),
        ({"cursor": "altered"}, "Begin again"),
    ],
)
def test_bad_input_is_a_sentence(
    streaming: StubAws, web: Client, sent: dict[str, str], sentence: str
) -> None:
    refused = web.post(READ, sent)
    assert refused.status_code == 400
    assert sentence in words(refused.text)
    assert streaming.of("GetRecords") == []


def test_a_reading_of_one_person_is_not_anothers(
    streaming: StubAws, web: Client, client_for: Any, reader: User
) -> None:
    theirs = cursor(web.post(READ, {"how": "oldest"}).text)
    refused = client_for(reader).post(READ, {"cursor": theirs})
    assert refused.status_code == 400
    assert "another person" in words(refused.text)


def test_stop_reads_nothing_and_can_go_on(streaming: StubAws, web: Client) -> None:
    at = cursor(web.post(READ, {"how": "oldest"}).text)
    streaming.requests.clear()
    held = web.post(READ, {"cursor": at, "stop": "1"}, headers={"HX-Request": "true"})
    assert streaming.count() == 0
    assert "Stopped after 1 record. Going on also reads" in words(held.text)
    altered = web.post(READ, {"cursor": at[:-1], "stop": "1"}, headers={"HX-Request": "true"})
    assert altered.status_code == 400 and "Begin again" in words(altered.text)
    assert cursor(held.text) == at
    assert "hx-trigger" not in held.text


def test_an_iterator_that_ran_out_is_made_anew(streaming: StubAws, web: Client) -> None:
    streaming.reply("GetRecords", {"Records": [entry()], "NextShardIterator": "n"})
    at = cursor(web.post(READ, {"how": "oldest"}).text)
    streaming.requests.clear()
    streaming.reply("GetRecords", {"Records": [], "NextShardIterator": "m"})
    streaming.fail("GetRecords", "ExpiredIteratorException", "Iterator expired", times=1)
    assert web.post(READ, {"cursor": at}).status_code == 200
    (again,) = streaming.of("GetShardIterator")
    assert (again["ShardIteratorType"], again["SequenceNumber"]) == ("AFTER_SEQUENCE_NUMBER", "111")


def test_following_that_lay_too_long_reads_what_came_in_the_meantime(streaming: StubAws, web: Client) -> None:
    """No record marks the place and its iterator ran out: LATEST would pass over what happened since."""
    streaming.reply("GetRecords", {"Records": [], "NextShardIterator": "n"})
    at = cursor(web.post(READ, {"how": "live"}).text)
    now = int(datetime.now(UTC).timestamp())
    came = entry(sequence="7", inner={"ApproximateCreationDateTime": now + 2})
    streaming.requests.clear()
    streaming.reply("GetRecords", {"Records": [entry(), came], "NextShardIterator": "m"})
    streaming.fail("GetRecords", "ExpiredIteratorException", "Iterator expired", times=1)
    text = web.post(READ, {"cursor": at}).text
    (again,) = streaming.of("GetShardIterator")
    assert again["ShardIteratorType"] == "TRIM_HORIZON"
    assert text.count('class="stream-head"') == 1  # the one of before the following began is left out
    assert "There is a gap" not in text


@pytest.mark.parametrize("where", ["GetRecords", "GetShardIterator"])
def test_records_thrown_away_meanwhile_are_a_gap_and_not_the_end(
    streaming: StubAws, web: Client, where: str
) -> None:
    streaming.reply("GetRecords", {"Records": [entry()], "NextShardIterator": "n"})
    at = cursor(web.post(READ, {"how": "oldest"}).text)
    streaming.requests.clear()
    streaming.fail("GetRecords", "TrimmedDataAccessException", "past the oldest", times=1)
    if where == "GetShardIterator":
        streaming.fail(where, "TrimmedDataAccessException", "past the oldest", times=1)
    found = web.post(READ, {"cursor": at})
    assert found.status_code == 200
    assert "There is a gap" in words(found.text) and cursor(found.text)
    kinds = [one["ShardIteratorType"] for one in streaming.of("GetShardIterator")]
    assert kinds == ["AFTER_SEQUENCE_NUMBER", *(["TRIM_HORIZON"] if where == "GetShardIterator" else [])]


def test_following_goes_on_after_its_time(
    streaming: StubAws, web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    streaming.reply("GetRecords", {"Records": [], "NextShardIterator": "n"})
    monkeypatch.setattr(streams, "FOLLOWED_FOR", timedelta(0))
    text = web.post(READ, {"how": "live"}).text
    assert "Following rests after" in words(text)
    assert streaming.of("GetRecords") == []
    monkeypatch.undo()
    on = web.post(READ, {"cursor": cursor(text), "longer": "1"}, headers={"HX-Request": "true"})
    assert "following; the newest is on top" in words(on.text) and "data-follow" in on.text
    assert len(streaming.of("GetRecords")) == 1


def test_a_refusal_of_aws_keeps_what_was_found(streaming: StubAws, web: Client) -> None:
    at = cursor(web.post(READ, {"how": "oldest"}).text)
    streaming.fail("GetRecords", "AccessDeniedException", "not authorized")
    refused = web.post(READ, {"cursor": at}, headers={"HX-Request": "true"})
    assert refused.status_code == 502
    assert "AccessDenied" in refused.text
    assert cursor(refused.text) == at


def test_a_denied_description_harms_its_page_alone(streaming: StubAws, web: Client) -> None:
    streaming.fail(
        "DescribeStream", "AccessDeniedException", "not authorized to perform: dynamodb:DescribeStream"
    )
    page = web.get(STREAM)
    assert page.status_code == 502
    assert "dynamodb:DescribeStream" in page.text
    assert "STUB" in page.text


def test_without_a_stream_the_next_step_is_said(aws: StubAws, web: Client) -> None:
    page = web.get(STREAM)
    assert (page.status_code, aws.count()) == (200, 0)
    assert "This table has no stream" in words(page.text)
    refused = web.post(READ, {"how": "oldest"})
    assert refused.status_code == 400


def test_a_full_page_rests(streaming: StubAws, web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy stream does not fill one page without end: the next records come on a page of their own, when asked for."""
    monkeypatch.setattr("dashboard.tables.screens.streams.MOST_SHOWN", 2)
    many = [entry(sequence=str(number)) for number in range(3)]
    streaming.reply("GetRecords", {"Records": many, "NextShardIterator": "n"})
    full = web.post(READ, {"how": "oldest"})
    assert "hx-trigger" not in full.text
    assert "This page is full" in words(full.text) and "Read on" in words(full.text)
    streaming.reply("GetRecords", {"Records": [entry(sequence="9")], "NextShardIterator": "n"})
    following = web.post(READ, {"cursor": cursor(full.text)})
    assert following.text.count('class="stream-row"') == 1
    assert "4 records read" in words(following.text)


def test_a_time_has_its_day(streaming: StubAws, web: Client) -> None:
    """24 hours are two days."""
    assert "09-21 14:13:20 UTC" in words(web.post(READ, {"how": "oldest"}).text)


def test_a_stream_that_was_switched_off_meanwhile_says_where_to_go_on(
    streaming: StubAws, web: Client
) -> None:
    at = cursor(web.post(READ, {"how": "live"}).text)
    streaming.reply("GetRecords", {"Records": []})
    streaming.reply(
        "DescribeStream", {"StreamDescription": {"StreamArn": ARN, "StreamStatus": "DISABLED", "Shards": []}}
    )
    ended = web.post(READ, {"cursor": at})
    assert "switched off and on again" in words(ended.text) and "Begin again" in words(ended.text)


def test_a_change_is_told_on_its_line(streaming: StubAws, web: Client) -> None:
    """What happened is read without opening each difference; long and nested values are named only."""
    old = KEYS | {"state": {"S": "open"}, "gone": {"N": "1"}, "inner": {"M": {}}, "text": {"S": "x" * 99}}
    new = KEYS | {
        "state": {"S": "paid"},
        "come": {"BOOL": True},
        "inner": {"M": {"a": {"S": "b"}}},
        "text": {"S": "x" * 98},
    }
    streaming.reply("GetRecords", {"Records": [entry(inner={"OldImage": old, "NewImage": new})]})
    summary = web.post(READ, {"how": "oldest"}).text.split("<summary>")[1].split("</summary>")[0]
    line = words(summary)
    for part in ("state open → paid", "gone removed: 1", "come added: true", "inner", "text"):
        assert part in line
    assert "xx" not in line and "{" not in line


def test_from_a_change_to_the_item_before_it(streaming: StubAws, web: Client) -> None:
    """The next thing that is asked of a deletion is how the item was."""
    records = [entry("INSERT", "110", inner={"NewImage": OLD}), entry("REMOVE", inner={"OldImage": OLD})]
    streaming.reply("GetRecords", {"Records": records})
    text = web.post(READ, {"how": "oldest"}).text
    key = encode_key(KEYS, ["pk", "sk"])
    assert text.count("stream-before") == 1, "before it was created there was nothing"
    assert f"{BASE}{TABLE}/item/{key}/then/stream/?shard=shard-1&amp;sequence=111" in text
    streaming.reply("GetRecords", {"Records": [entry("REMOVE")]})
    text = web.post(READ, {"how": "oldest"}).text
    assert f"{BASE}{TABLE}/item/{key}/then/?at=2026-09-21+14%3A13%3A19" in text, "without an image"


def test_a_link_to_one_item_names_it(streaming: StubAws, web: Client) -> None:
    key = encode_key(KEYS, ["pk", "sk"])
    text = web.get(STREAM, {"key": key}).text
    assert "The item &lt;b&gt;1&lt;/b&gt; / a/b" in " ".join(re.sub(r"<[^>]*>", "", text).split())
    assert f'name="key" value="{key}"' in text
    assert 'id="s-partition"' in web.get(STREAM, {"key": "nonsense"}).text
    then = web.get(f"{BASE}{TABLE}/item/{key}/then/").text
    assert f'href="{STREAM}?key={key}"' in then


def test_who_may_switches_a_stream_on_from_here(
    aws: StubAws, client_for: Any, web: Client, admin: User
) -> None:
    switch = f'href="{BASE}{TABLE}/structure/change/stream/"'
    assert switch in client_for(admin).get(STREAM).text
    assert switch not in web.get(STREAM).text


def test_nothing_found_leads_on(streaming: StubAws, web: Client) -> None:
    streaming.reply("GetRecords", {"Records": []})
    first = web.post(READ, {"how": "key", "partition": "<b>1</b>", "sort": "a/b"})
    text = (
        web.post(READ, {"cursor": cursor(first.text)}).text if 'name="cursor"' in first.text else first.text
    )
    assert "No change in the last 24 hours" in words(text) and "That is all" not in words(text)
    key = encode_key(KEYS, ["pk", "sk"])
    assert f'href="{BASE}{TABLE}/item/{key}/then/"' in text and "Changes made here" in words(text)
