"""Every way a call fails, as one shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError

from dashboard.aws import dynamodb, sts
from dashboard.aws.errors import never_sent, translate
from dashboard.aws.target import Credentials, Target
from dashboard.core.dynamodb import ReadRequest
from dashboard.core.errors import AwsError, Kind
from tests.aws.test_items import KEY
from tests.stub.server import StubAws, nothing_there

# code, status, kind, permanent, seconds until a retry makes sense, requests sent
REFUSALS = [
    ("AccessDeniedException", 400, Kind.DENIED, True, None, 1),
    ("UnknownButForbidden", 403, Kind.DENIED, True, None, 1),
    ("ExpiredTokenException", 400, Kind.EXPIRED, True, None, 1),
    ("UnrecognizedClientException", 400, Kind.EXPIRED, True, None, 1),
    ("InvalidSignatureException", 400, Kind.EXPIRED, True, None, 1),
    ("MissingAuthenticationTokenException", 400, Kind.EXPIRED, True, None, 1),
    ("ProvisionedThroughputExceededException", 400, Kind.THROTTLED, False, 1.0, 3),
    ("ThrottlingException", 400, Kind.THROTTLED, False, 1.0, 3),
    ("RequestLimitExceeded", 400, Kind.THROTTLED, False, 1.0, 3),
    ("LimitExceededException", 400, Kind.QUOTA, True, None, 3),
    ("ItemCollectionSizeLimitExceededException", 400, Kind.QUOTA, True, None, 1),
    ("ResourceNotFoundException", 400, Kind.NOT_FOUND, True, None, 1),
    ("ConditionalCheckFailedException", 400, Kind.CONDITION, True, None, 1),
    ("TransactionConflictException", 400, Kind.CONFLICT, False, 1.0, 1),
    ("ResourceInUseException", 400, Kind.CONFLICT, False, 1.0, 1),
    ("ValidationException", 400, Kind.VALIDATION, True, None, 1),
    ("SerializationException", 400, Kind.VALIDATION, True, None, 1),
    ("NeverHeardOfException", 400, Kind.VALIDATION, True, None, 1),
    ("InternalServerError", 500, Kind.FAULT, False, 2.0, 3),
    ("ServiceUnavailable", 503, Kind.FAULT, False, 2.0, 3),
]


pytestmark = pytest.mark.usefixtures("at_once", "fresh")  # eleven failing calls use up a client's retries


@pytest.mark.parametrize(("code", "status", "kind", "permanent", "after", "sent"), REFUSALS)
def test_it_works(
    stub: StubAws,
    target: Target,
    code: str,
    status: int,
    kind: Kind,
    permanent: bool,
    after: float | None,
    sent: int,
) -> None:
    stub.fail("GetItem", code, "AWS's own words", status)
    with pytest.raises(AwsError) as caught:
        dynamodb.get_item(target, "t", KEY)
    error = caught.value
    assert (error.code, error.kind, error.permanent, error.retry_after) == (code, kind, permanent, after)
    assert (error.service, error.operation, error.resource) == ("dynamodb", "GetItem", "table:t")
    assert (error.message, error.attempts, stub.count()) == ("AWS's own words", sent, sent)
    assert error.request_id.startswith("STUB")


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (["None", "ConditionalCheckFailed"], Kind.CONDITION),
        (["ThrottlingError", "ConditionalCheckFailed"], Kind.CONDITION),
        (["TransactionConflict", "None"], Kind.CONFLICT),
        (["ProvisionedThroughputExceeded"], Kind.THROTTLED),
        (["ItemCollectionSizeLimitExceeded"], Kind.QUOTA),
        (["ValidationError"], Kind.VALIDATION),
    ],
)
def test_a_cancelled_transaction(codes: list[str], kind: Kind) -> None:
    reasons = [{"Code": code, "Item": {"b": {"B": b"\x00"}}} for code in codes]
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    error = translate(ClientError(response, "TransactWriteItems"), "dynamodb", "TransactWriteItems", "")
    assert (error.kind, len(error.reasons)) == (kind, len(codes))
    assert error.reasons[0]["Item"] == {"b": {"B": "AA=="}}


def test_a_stated_wait_is_taken() -> None:
    meta = {"HTTPStatusCode": 429, "HTTPHeaders": {"retry-after": "7"}, "RequestId": "r"}
    response: Any = {"Error": {"Code": "TooManyRequestsException"}, "ResponseMetadata": meta}
    error = translate(ClientError(response, "GetApis"), "apigatewayv2", "GetApis", "")
    assert (error.kind, error.retry_after, error.request_id) == (Kind.THROTTLED, 7.0, "r")


def test_a_proxys_page_is_not_shown(stub: StubAws, target: Target) -> None:
    stub.reply("Scan", b"<html><h1>Bad gateway</h1></html>", 502)
    with pytest.raises(AwsError) as caught:
        dynamodb.read(target, ReadRequest("t"))
    assert caught.value.kind is Kind.FAULT
    assert "<" not in caught.value.message


def test_a_name_that_aws_does_not_allow_is_a_refusal_not_a_crash(stub: StubAws, target: Target) -> None:
    stub.fail("DescribeTable", "ValidationException", "Member must satisfy [a-zA-Z0-9_.-]+")
    with pytest.raises(AwsError) as caught:
        dynamodb.describe_table(target, "../x y")
    assert caught.value.kind is Kind.VALIDATION


def write(target: Target) -> Any:
    return dynamodb.put_item(target, "t", KEY, condition=None, change="c")


def scan(target: Target) -> Any:
    return dynamodb.read(target, ReadRequest("t"))


@pytest.mark.parametrize("call", [write, scan])
def test_nothing_listens(call: Callable[[Target], Any]) -> None:
    with nothing_there() as endpoint, pytest.raises(AwsError) as caught:
        call(Target("eu-central-1", endpoint=endpoint))
    assert (caught.value.kind, caught.value.permanent, caught.value.attempts) == (Kind.UNREACHABLE, False, 3)


def test_a_dropped_answer_to_a_read_is_asked_again(stub: StubAws, target: Target) -> None:
    stub.reply("Scan", {"Items": [], "ScannedCount": 0})
    stub.drop("Scan", times=2)
    assert scan(target).items == ()
    assert stub.count() == 3


def test_a_read_that_is_never_answered(stub: StubAws, target: Target) -> None:
    stub.drop("Scan", times=None)
    with pytest.raises(AwsError) as caught:
        scan(target)
    assert (caught.value.kind, caught.value.attempts) == (Kind.UNREACHABLE, 3)


def test_a_write_that_is_never_answered_is_lost(stub: StubAws, target: Target) -> None:
    stub.drop("PutItem", times=None)
    with pytest.raises(AwsError) as caught:
        write(target)
    error = caught.value
    assert (error.kind, error.permanent, error.retry_after, error.attempts) == (Kind.LOST, False, None, 3)
    assert "may have been carried out" in error.message


def test_a_write_that_takes_too_long_is_lost(stub: StubAws, target: Target, impatient: None) -> None:
    stub.reply("PutItem", {})
    stub.delay(0.8)
    with pytest.raises(AwsError, match="ReadTimeoutError") as caught:
        write(target)
    assert (caught.value.kind, caught.value.attempts) == (Kind.LOST, 2)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ProvisionedThroughputExceededException"])
def test_a_write_lost_once_stays_lost_when_the_retry_is_refused(
    stub: StubAws, target: Target, code: str
) -> None:
    stub.fail("PutItem", code, "no")
    stub.drop("PutItem", times=1)
    with pytest.raises(AwsError) as caught:
        write(target)
    assert (caught.value.kind, caught.value.code) == (Kind.LOST, code)


def test_a_write_refused_with_a_server_error_may_have_happened(stub: StubAws, target: Target) -> None:
    stub.fail("PutItem", "InternalServerError", "", 500)
    with pytest.raises(AwsError) as caught:
        write(target)
    assert caught.value.kind is Kind.LOST


def test_a_failed_condition_on_a_retry_tells_the_attempts(stub: StubAws, target: Target) -> None:
    stub.fail("PutItem", "ConditionalCheckFailedException", "", Item={"pk": {"S": "a"}})
    stub.drop("PutItem", times=1)
    with pytest.raises(AwsError) as caught:
        write(target)
    error = caught.value
    assert (error.kind, error.attempts, error.item) == (Kind.CONDITION, 2, {"pk": {"S": "a"}})


def test_a_write_that_succeeds_on_the_second_try(stub: StubAws, target: Target) -> None:
    stub.reply("PutItem", {})
    stub.drop("PutItem", times=1)
    assert write(target).attempts == 2


@pytest.mark.parametrize(
    "credentials", [Credentials(), Credentials("role", role_arn="arn:aws:iam::123456789012:role/r")]
)
def test_no_credentials(
    stub: StubAws, monkeypatch: pytest.MonkeyPatch, credentials: Credentials, fresh: None
) -> None:
    target = Target("eu-central-1", credentials, stub.endpoint)
    stub.reply("GetItem", {})
    with monkeypatch.context() as without:
        without.delenv("AWS_ACCESS_KEY_ID")
        without.delenv("AWS_SECRET_ACCESS_KEY")
        with pytest.raises(AwsError) as caught:
            dynamodb.get_item(target, "t", KEY)
        assert (caught.value.kind, caught.value.code) == (Kind.EXPIRED, "NoCredentialsError")
        assert (caught.value.permanent, caught.value.attempts, stub.count()) == (True, 0, 0)
        assert "test" not in str(caught.value)


def test_an_unknown_profile(stub: StubAws) -> None:
    with pytest.raises(AwsError, match="ProfileNotFound") as caught:
        sts.caller_identity(Target("eu-central-1", Credentials("profile", profile="nobody"), stub.endpoint))
    assert caught.value.kind is Kind.EXPIRED


def test_a_role_that_may_not_be_assumed_is_named(stub: StubAws) -> None:
    role = "arn:aws:iam::123456789012:role/ops"
    stub.fail("AssumeRole", "AccessDenied", "not authorized to perform sts:AssumeRole", 403)
    with pytest.raises(AwsError) as caught:
        dynamodb.get_item(Target("eu-central-1", Credentials("role", role_arn=role), stub.endpoint), "t", KEY)
    error = caught.value
    assert (error.kind, error.service, error.operation) == (Kind.DENIED, "sts", "AssumeRole")
    assert (error.resource, stub.count("GetItem")) == (role, 0)


def test_an_answer_in_no_form_of_aws(stub: StubAws, target: Target) -> None:
    stub.reply("GetCallerIdentity", b"<not xml")
    with pytest.raises(AwsError, match="ResponseParserError") as caught:
        sts.caller_identity(target)
    assert caught.value.kind is Kind.FAULT


@pytest.mark.parametrize(
    ("text", "proved"),
    [("CERTIFICATE_VERIFY_FAILED", True), ("EOF occurred in violation of protocol", False)],
)
def test_what_proves_that_nothing_was_sent(text: str, proved: bool) -> None:
    assert never_sent(boto.SSLError(endpoint_url="https://x", error=Exception(text))) is proved


def test_our_own_faults_are_not_dressed_up_as_aws() -> None:
    with pytest.raises(RecursionError):
        translate(RecursionError(), "dynamodb", "Scan", "")
