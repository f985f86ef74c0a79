"""What a connection's and a grant's values may be, as sentences; pure, so that they are tested as a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard.core.resources import ACTIONS

Values = dict[str, Any]
"""A row as plain JSON, by field name, without any secret."""

Problems = dict[str, str]
"""Field name → the sentence that says which rule its value breaks. ``""`` is the form as a whole."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}")
ACCOUNT = re.compile(r"[0-9]{12}")
ROLE = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):role/[\w+=,.@/-]{1,576}", re.ASCII)
EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)  # AssumeRole's own rule
PROFILE = re.compile(r"[\w+=,.@:/-]+( [\w+=,.@:/-]+)*", re.ASCII)
ENDPOINT = re.compile(r"https?://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?/?")
PATTERN = re.compile(r"[^\x00-\x20\x7f]+( [^\x00-\x20\x7f]+)*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MOST_REGIONS = 40
RESERVED = {"new"}
MAX_READ_BUDGET = 1_000_000
READ_BUDGET_RULE = f"Read budget: a whole number of read capacity units from 1 to {MAX_READ_BUDGET:,}, or empty for the console's default."


def connection_problems(values: Mapping[str, Any]) -> Problems:
    """Everything that is wrong with a connection's values; empty when they can be saved."""
    found: Problems = {}
    if not SLUG.fullmatch(values["slug"]) or len(values["slug"]) > 64 or values["slug"] in RESERVED:
        found["slug"] = (
            "Short name: lower-case letters and digits, single hyphens between them, at most 64 characters, "
            "and not “new”, which is the address of this form."
        )
    if not values["name"].strip() or len(values["name"]) > 100 or CONTROL.search(values["name"]):
        found["name"] = "Name: 1 to 100 characters, on one line."
    if values["account_id"] and not ACCOUNT.fullmatch(values["account_id"]):
        found["account_id"] = "Account: an AWS account id has exactly 12 digits, without hyphens."
    if problem := _regions_problem(values["regions"]):
        found["regions"] = problem
    if problem := _endpoint_problem(values["endpoint"]):
        found["endpoint"] = problem
    return {**found, **_credentials_problems(values)}


def grant_problems(values: Mapping[str, Any]) -> Problems:
    """Everything that is wrong with a grant's values."""
    found: Problems = {}
    if not values["actions"] or any(action not in ACTIONS for action in values["actions"]):
        found["actions"] = f"Actions: choose at least one of {', '.join(ACTIONS)}."
    for field, title, longest in (
        ("connection", "Connection", 64),
        ("region", "Region", 32),
        ("resource", "Resource", 300),
    ):
        if len(values[field]) > longest or not PATTERN.fullmatch(values[field]):
            found[field] = (
                f"{title}: a name or a pattern with *, 1 to {longest} characters, without spaces at its ends "
                "and without control characters."
            )
    resource = values["resource"]
    if "resource" not in found and ":" not in resource and "*" not in resource:
        found["resource"] = (
            "Resource: a kind and a name, such as table:orders or table:orders-*, or a pattern with *; "
            f"“{resource}” names no kind, so it would match nothing."
        )
    return found


def pattern_words(connection: str, region: str, resource: str) -> str:
    """What a grant's three patterns match, as a sentence for a person."""
    everywhere = _matches_nothing(connection) and _matches_nothing(region)
    where = (
        "every connection and region"
        if everywhere
        else f"{_each('connection', connection)}, {_each('region', region)}"
    )
    kind = resource.partition(":")[0]
    if kind == "console" or "*" in kind:
        where += (
            ", and the console's own pages"
            if everywhere
            else " (not the console's own pages: only * for connection and region covers those)"
        )
    return f"{_resources(resource)}, in {where}."


def _matches_nothing(pattern: str) -> bool:
    """Whether the pattern fits the empty name, which is the console's own place."""
    return set(pattern) <= {"*"}


def _each(noun: str, pattern: str) -> str:
    if set(pattern) <= {"*"}:
        return f"every {noun}"
    if "*" not in pattern:
        return f"the {noun} {pattern}"
    return f"every {noun} whose name fits {pattern}"


def _resources(pattern: str) -> str:
    if set(pattern) <= {"*"}:
        return "Every resource"
    kind, colon, name = pattern.partition(":")
    if not colon or "*" in kind:
        return f"Every resource whose full name fits {pattern}"
    if set(name) <= {"*"}:
        return f"Every {kind}"
    if "*" not in name:
        return f"The {kind} {name}"
    if name.endswith("*") and "*" not in name[:-1]:
        return f"Every {kind} whose name begins with {name[:-1]}"
    return f"Every {kind} whose name fits {name}, where * stands for any characters"


def _regions_problem(regions: list[str]) -> str:
    wrong = [name for name in regions if not REGION.fullmatch(name)]
    if not regions:
        return "Regions: name at least one, for example eu-central-1."
    if wrong:
        return f"Regions: “{wrong[0]}” is not the name of an AWS region; they look like eu-central-1 or us-gov-west-1."
    if len(set(regions)) != len(regions):
        return "Regions: each region only once."
    return f"Regions: at most {MOST_REGIONS}." if len(regions) > MOST_REGIONS else ""


def _endpoint_problem(endpoint: str) -> str:
    if not endpoint or (ENDPOINT.fullmatch(endpoint) and len(endpoint) <= 300):
        return ""
    return (
        "Endpoint: http:// or https://, a host name and a port, such as http://127.0.0.1:4566; "
        "no user name, no password, no path."
    )


def _credentials_problems(values: Mapping[str, Any]) -> Problems:
    kind, found = values["credentials"], {}
    if kind not in {"default", "profile", "role"}:
        found["credentials"] = "Credentials: choose the default chain, a named profile or a role."
    if kind == "profile" and not values["profile"]:
        found["profile"] = "Profile: the named profile is missing."
    elif kind == "default" and values["profile"]:
        found["profile"] = (
            "Profile: leave it empty for the default chain, or choose another kind of credentials."
        )
    elif values["profile"] and (not PROFILE.fullmatch(values["profile"]) or len(values["profile"]) > 128):
        found["profile"] = (
            "Profile: letters, digits and . _ - + = , @ : / with single spaces between, at most 128."
        )
    if problem := _role_problem(kind, values["role_arn"], values["account_id"]):
        found["role_arn"] = problem
    external = values["external_id"]
    if external and kind != "role":
        found["external_id"] = "External id: only a role takes one; leave it empty otherwise."
    elif external and not EXTERNAL_ID.fullmatch(external):
        found["external_id"] = (
            "External id: 2 to 1224 characters out of letters, digits and _ + = , . @ : / -"
        )
    return found


def _role_problem(kind: str, arn: str, account: str) -> str:
    if kind != "role":
        return "Role: leave it empty unless the credentials are “Assume a role”." if arn else ""
    match = ROLE.fullmatch(arn)
    if match is None:
        return "Role: its ARN, such as arn:aws:iam::123456789012:role/gatehouse."
    if account and match.group(1) != account:
        return f"Role: it belongs to account {match.group(1)}, but this connection is for account {account}."
    return ""
