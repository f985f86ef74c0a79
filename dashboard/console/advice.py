"""What an AWS failure means in words and what to do next, by its kind."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.errors import AwsError, Kind


@dataclass(frozen=True)
class State:
    """A designed state. ``kind`` is one of empty, denied, throttled, error, expired, unreachable; it chooses the icon."""

    kind: str
    title: str
    text: str
    steps: tuple[str, ...] = ()
    code: str = ""
    message: str = ""
    request_id: str = ""


_WORDS: dict[Kind, tuple[str, str, str, tuple[str, ...]]] = {
    Kind.DENIED: (
        "denied",
        "AWS refused: permission is missing",
        "The role of this connection may not do this. Nothing was changed.",
        (
            "Give the role the permission that AWS names below; the policies to copy are in the documentation.",
            "Or open another connection that has it.",
        ),
    ),
    Kind.EXPIRED: (
        "expired",
        "The credentials have expired or are missing",
        "AWS does not accept this connection's credentials. Nothing was changed.",
        (
            "Renew the credentials where the console gets them: profile, role or environment of the server.",
            "The page of the connection shows who AWS thinks we are.",
        ),
    ),
    Kind.THROTTLED: (
        "throttled",
        "AWS asks us to slow down",
        "A rate limit or the table's capacity is used up for the moment. Nothing was changed.",
        (
            "Wait a few seconds and try again.",
            "If it keeps happening, raise the table's capacity or look for who is using it.",
        ),
    ),
    Kind.QUOTA: (
        "throttled",
        "A limit of AWS is reached",
        "AWS will not do this before the limit allows it again. Nothing was changed.",
        (
            "What AWS says below names the limit. One on changes a day or at the same time passes by itself: try again later.",
            "For any other, ask for a higher quota in Service Quotas, or remove what is not needed.",
        ),
    ),
    Kind.NOT_FOUND: (
        "empty",
        "AWS does not have this",
        "It was deleted, or it never existed in this account and region.",
        (
            "Check the connection and the region at the top of the page.",
            "Go back to the list, which may be older than the deletion.",
        ),
    ),
    Kind.CONDITION: (
        "error",
        "It was changed by somebody else",
        "What stands in AWS is not what you were shown, so nothing was changed.",
        ("Open it again to see what stands there now, and decide anew.",),
    ),
    Kind.CONFLICT: (
        "error",
        "Another change is under way",
        "AWS is still working on this resource, or it is in use. Nothing was changed.",
        ("Wait until the other change has ended, then try again.",),
    ),
    Kind.VALIDATION: (
        "error",
        "AWS did not accept the request",
        "AWS says that the request breaks one of its rules. Nothing was changed.",
        ("Read what AWS says below, correct the entry, and send it again.",),
    ),
    Kind.UNREACHABLE: (
        "unreachable",
        "AWS cannot be reached",
        "No connection was made, so nothing was sent and nothing was changed.",
        (
            "Check the network of this server: name resolution, proxy, firewall, VPC endpoint.",
            "Check that the region, and the endpoint if the connection has one, exist.",
        ),
    ),
    Kind.LOST: (
        "error",
        "The answer was lost",
        "The request was sent but no answer came. It may or may not have been carried out.",
        (
            "If this was a change, open it under Changes: it is marked unknown and can be looked up in AWS.",
            "Read again before you repeat it.",
        ),
    ),
    Kind.FAULT: (
        "error",
        "AWS had an error of its own",
        "The service failed on its side. A change may or may not have been carried out.",
        (
            "Read again before you repeat a change; a read can be repeated in a minute.",
            "If it lasts, look at the AWS Health Dashboard and give support the request id.",
        ),
    ),
}

_UNCHANGED = (
    "error",
    "AWS failed, and nothing was changed",
    "AWS had an error of its own or gave no answer. Nothing was changed.",
    (
        "Try it again; in a minute if it fails once more.",
        "If it lasts, look at the AWS Health Dashboard and give support the request id.",
    ),
)
"""Instead of the words of FAULT and LOST, which leave open what came of a change."""


def state_of(error: AwsError) -> State:
    """The designed state of an AWS failure: words by kind, then AWS's own code, message and request id."""
    sure = error.unchanged and error.kind in (Kind.FAULT, Kind.LOST)
    kind, title, text, steps = _UNCHANGED if sure else _WORDS[error.kind]
    if error.kind is Kind.THROTTLED and error.retry_after:
        steps = (f"Wait {max(1, round(error.retry_after))} s and try again.", *steps[1:])
    return State(kind, title, text, steps, error.code, error.message, error.request_id)
