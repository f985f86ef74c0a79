"""From what botocore raises to the one error that leaves the door.

Codes: the services' API references, "Common errors" and "Error handling with DynamoDB".
"""

from __future__ import annotations

from typing import Any

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from dashboard.aws.values import to_text
from dashboard.core.errors import AwsError, Kind

_CODES: dict[Kind, str] = {
    Kind.DENIED: "AccessDeniedException AccessDenied UnauthorizedOperation UnauthorizedException NotAuthorized Forbidden "
    "ForbiddenException "
    "OptInRequired KMSAccessDeniedException AuthorizationError",
    Kind.EXPIRED: "ExpiredTokenException ExpiredToken RequestExpired UnrecognizedClientException InvalidClientTokenId "
    "InvalidSignatureException SignatureDoesNotMatch IncompleteSignature IncompleteSignatureException AuthFailure "
    "MissingAuthenticationToken MissingAuthenticationTokenException InvalidAccessKeyId TokenRefreshRequired",
    Kind.THROTTLED: "ProvisionedThroughputExceededException ThrottlingException Throttling ThrottledException "
    "RequestThrottled RequestThrottledException TooManyRequestsException RequestLimitExceeded SlowDown "
    "BandwidthLimitExceeded PriorRequestNotComplete",
    Kind.QUOTA: "LimitExceededException LimitExceeded ServiceQuotaExceededException "
    "ItemCollectionSizeLimitExceededException PolicyTooLarge PackedPolicyTooLarge",
    Kind.NOT_FOUND: "ResourceNotFoundException TableNotFoundException IndexNotFoundException NotFoundException "
    "GlobalTableNotFoundException ReplicaNotFoundException BackupNotFoundException NoSuchEntity",
    Kind.CONDITION: "ConditionalCheckFailedException DuplicateItemException",
    Kind.CONFLICT: "ResourceInUseException TransactionConflictException ConflictException TableInUseException "
    "ReplicatedWriteConflictException TransactionInProgressException TableAlreadyExistsException",
    Kind.FAULT: "InternalServerError InternalFailure InternalError InternalServerException ServiceUnavailable "
    "ServiceUnavailableException ServiceException DeprecatedServiceError",
}
_KIND = {code: kind for kind, codes in _CODES.items() for code in codes.split()}
_TEMPORARY = frozenset({Kind.THROTTLED, Kind.CONFLICT, Kind.UNREACHABLE, Kind.LOST, Kind.FAULT})
_RETRY_AFTER = {Kind.THROTTLED: 1.0, Kind.CONFLICT: 1.0, Kind.FAULT: 2.0, Kind.UNREACHABLE: 5.0}
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.ConfigNotFound,
    boto.ConfigParseError,
    boto.InvalidConfigError,
    boto.InfiniteLoopConfigError,
    boto.UnknownCredentialError,
    boto.MetadataRetrievalError,
    boto.RefreshWithMFAUnsupportedError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.NoAuthTokenError,
)
_NOT_SENT = (boto.EndpointConnectionError, boto.ConnectTimeoutError, boto.ProxyConnectionError)
_ANSWERLESS = (boto.HTTPClientError, boto.ConnectionError)  # each with or without the request having arrived
_HANDSHAKE = ("certificate", "handshake", "version number", "hostname")


def never_sent(error: Exception) -> bool:
    """Whether this exception proves that AWS did not get the request."""
    if isinstance(error, boto.SSLError):
        return any(word in str(error).lower() for word in _HANDSHAKE)
    return isinstance(error, _NOT_SENT)


def translate(error: Exception, service: str, operation: str, resource: str) -> AwsError:
    """What ``error`` (a ClientError or BotoCoreError) means; the call's attempts are added by the caller."""
    while isinstance(error, ClientError) and isinstance(error.__cause__, ClientError):
        error = error.__cause__  # PynamoDB wraps botocore's error and drops part of the answer
    if isinstance(error, ClientError):
        return _refusal(error, service, operation, resource)
    return _failure(error, service, operation, resource)


def lost(error: AwsError) -> AwsError:
    """The same failure of a write of which some attempt may have been carried out."""
    error.kind, error.permanent, error.retry_after = Kind.LOST, False, None
    error.message = f"No answer came to the write, so it may have been carried out. {error.message}".strip()
    return error


def _refusal(error: ClientError, service: str, operation: str, resource: str) -> AwsError:
    answer: dict[str, Any] = dict(error.response)
    stated: dict[str, str] = answer.get("Error", {})
    meta: dict[str, Any] = answer.get("ResponseMetadata", {})
    code = str(stated.get("Code", "Unknown")).rpartition("#")[2]
    status = int(meta.get("HTTPStatusCode", 0))
    reasons = tuple(to_text(reason) for reason in answer.get("CancellationReasons", ()))
    kind = _kind(code, status, reasons)
    return AwsError(
        code=code,
        message=_message(code, stated),
        kind=kind,
        permanent=kind not in _TEMPORARY,
        retry_after=_retry_after(meta, kind),
        request_id=str(meta.get("RequestId") or meta.get("HTTPHeaders", {}).get("x-amzn-requestid", "")),
        service=service,
        operation=operation,
        resource=resource,
        attempts=int(meta.get("RetryAttempts", 0)) + 1,
        item=to_text(answer.get("Item")) or None,
        reasons=reasons,
    )


def _message(code: str, stated: dict[str, str]) -> str:
    """AWS's sentence; a proxy's page of HTML (whose code is only the status) is not one."""
    if code.isdigit():
        return f"The endpoint answered with HTTP status {code} and no reason."
    return str(stated.get("Message") or stated.get("message") or "AWS gave no reason.")


def _kind(code: str, status: int, reasons: tuple[dict[str, Any], ...]) -> Kind:
    if code == "TransactionCanceledException":
        return _cancelled({str(reason.get("Code", "None")) for reason in reasons} - {"None"})
    if status == 429 and code == "ConflictException":
        return Kind.QUOTA  # HTTP APIs say so of a quota that is used up: anomalyco/ion#557
    if code in _KIND:
        return _KIND[code]
    if status >= 500:
        return Kind.FAULT
    if status == 429:
        return Kind.THROTTLED
    return Kind.DENIED if status == 403 else Kind.VALIDATION


def _cancelled(codes: set[str]) -> Kind:
    """What cancelled a transaction: a condition that failed says more than a throttle beside it."""
    if codes & {"ConditionalCheckFailed", "DuplicateItem"}:
        return Kind.CONDITION
    if "TransactionConflict" in codes:
        return Kind.CONFLICT
    if codes & {"ThrottlingError", "ProvisionedThroughputExceeded"}:
        return Kind.THROTTLED
    return Kind.QUOTA if "ItemCollectionSizeLimitExceeded" in codes else Kind.VALIDATION


def _retry_after(meta: dict[str, Any], kind: Kind) -> float | None:
    """AWS's own Retry-After in seconds where it sends one, otherwise ours."""
    stated = str(meta.get("HTTPHeaders", {}).get("retry-after", ""))
    return float(stated) if stated.isdigit() and kind in _TEMPORARY else _RETRY_AFTER.get(kind)


def _failure(error: Exception, service: str, operation: str, resource: str) -> AwsError:
    """Our own words for what went wrong before AWS could answer; botocore's may hold addresses and parameters."""
    kind, message = _explain(error)
    return AwsError(
        code=type(error).__name__,
        message=message,
        kind=kind,
        permanent=kind not in _TEMPORARY,
        retry_after=_RETRY_AFTER.get(kind),
        service=service,
        operation=operation,
        resource=resource,
    )


def _explain(error: Exception) -> tuple[Kind, str]:
    if isinstance(error, boto.ProfileNotFound):
        return Kind.EXPIRED, "The profile of this connection is not in the AWS configuration of this server."
    if isinstance(error, _NO_CREDENTIALS):
        return Kind.EXPIRED, "No credentials could be obtained for this connection."
    if isinstance(error, RuntimeError) and "still expired" in str(
        error
    ):  # botocore has no class of its own for it
        return Kind.EXPIRED, "The credentials that were obtained for this connection have already expired."
    if isinstance(error, boto.SSLError):
        return Kind.UNREACHABLE, "No trusted connection could be made to the endpoint."
    if isinstance(error, boto.ReadTimeoutError):
        return Kind.UNREACHABLE, "The endpoint accepted the request and did not answer in time."
    if isinstance(error, boto.ConnectionClosedError):
        return Kind.UNREACHABLE, "The endpoint closed the connection without an answer."
    if isinstance(error, _ANSWERLESS):
        return Kind.UNREACHABLE, "No connection could be made to the endpoint."
    if isinstance(error, ResponseParserError):
        return Kind.FAULT, "The endpoint's answer could not be read."
    if isinstance(error, BotoCoreError):
        return Kind.VALIDATION, "The request could not be made for this connection and region."
    raise error
