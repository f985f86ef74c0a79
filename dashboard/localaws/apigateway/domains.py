"""Custom domain names and their mappings, which both control planes show each in its own form.

``Region.domains``: name → {name, type (REGIONAL or EDGE), certificateArn, certificateName?, uploaded (epoch seconds), target (the
name at AWS), securityPolicy, ipAddressType, mutualTls?, routingMode, policy?, tags, mappings: id → {id, apiId, stage, key}}.
Nothing is looked up in any DNS, and a certificate's ARN is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from dashboard.localaws.apigateway.errors import ApiError, bad_request, conflict, not_found
from dashboard.localaws.apigateway.store import Json, Region, Store, new_id, now

NAME = re.compile(r"(?:\*\.)?(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_KEY = re.compile(r"[A-Za-z0-9$_.+!*'()-]+(?:/[A-Za-z0-9$_.+!*'()-]+)*")
POLICIES = ("TLS_1_0", "TLS_1_2")
_ZONES = {
    "eu-central-1": "Z1U9ULNL0V5AJ3",
    "eu-west-1": "ZLY8HYME6SFDD",
    "us-east-1": "Z1UJRXOUMOOFQ8",
    "us-east-2": "ZOJJZC49E0EPZ",
    "us-west-2": "Z2OJLYMUO9EFXC",
}
_EDGE_ZONE = "Z2FDTNDATAQYW2"


def domain_of(region: Region, name: str) -> Json:
    """The domain name; ApiError 404 when there is none."""
    found: Json | None = region.domains.get(name.lower())
    if found is None:
        raise not_found("Invalid domain name identifier specified")
    return found


def create(region: Region, name: str, kind: str, certificate: str, tags: Mapping[str, str]) -> Json:
    """A new domain name, kept; ApiError for a name that is none, is taken, or has no certificate."""
    if not NAME.fullmatch(name) or len(name) > 255:
        raise bad_request("Invalid domain name")
    if name.lower() in region.domains:
        raise bad_request("The domain name you provided already exists.")
    check_certificate(certificate)
    word = new_id(10)
    target = (
        f"d-{word}.execute-api.{region.name}.amazonaws.com"
        if kind == "REGIONAL"
        else f"d{word}.cloudfront.net"
    )
    domain: Json = {
        "name": name.lower(),
        "type": kind,
        "certificateArn": certificate,
        "uploaded": now(),
        "target": target,
        "securityPolicy": "TLS_1_2",
        "ipAddressType": "ipv4",
        "routingMode": "API_MAPPING_ONLY",
        "tags": dict(tags),
        "mappings": {},
    }
    region.domains[domain["name"]] = domain
    return domain


def check_certificate(arn: str) -> None:
    """ApiError 400 for what is no certificate's ARN."""
    if not re.fullmatch(
        r"arn:aws[a-z-]*:(?:acm|iam):[a-z0-9-]*:\d{12}:(?:certificate|server-certificate)/.+", arn
    ):
        raise bad_request("Invalid certificate ARN specified: a certificate of ACM or IAM is needed")


def zone(region: Region, domain: Mapping[str, Any]) -> str:
    """The hosted zone of the domain's target, for an alias record."""
    return _ZONES.get(region.name, "Z1U9ULNL0V5AJ3") if domain["type"] == "REGIONAL" else _EDGE_ZONE


def arn(region: Region, domain: Mapping[str, Any]) -> str:
    """The ARN of a domain name."""
    return f"arn:aws:apigateway:{region.name}::/domainnames/{domain['name']}"


def put_mapping(region: Region, domain: Json, mapping: Json, taken: ApiError) -> None:
    """Keep a mapping (id, apiId, stage, key); ApiError for an API or stage that is not there, and ``taken`` for its key."""
    check_key(mapping["key"])
    api = region.rest.get(mapping["apiId"]) or region.v2.get(mapping["apiId"])
    if api is None:
        raise bad_request("Invalid API identifier specified")
    if mapping["stage"] and mapping["stage"] not in api["stages"]:
        raise bad_request("Invalid stage identifier specified")
    others = (each for each in domain["mappings"].values() if each["id"] != mapping["id"])
    if any(each["key"] == mapping["key"] for each in others):
        raise taken
    domain["mappings"][mapping["id"]] = mapping


def check_key(key: str) -> None:
    """ApiError 400 for what is no path of a mapping."""
    if key and (len(key) > 300 or not _KEY.fullmatch(key)):
        raise bad_request("API mapping key should not start with a '/' or have consecutive '/'s.")


def taken_key() -> ApiError:
    """v2's words for a key that another mapping has."""
    return conflict("ApiMapping key already exists for this domain name")


def match(domain: Mapping[str, Any], path: str) -> tuple[Json, str] | None:
    """The mapping with the longest key that begins ``path`` (percent-encoded, begins with /), and the path below the key."""
    best: Json | None = None
    for mapping in domain["mappings"].values():
        below = f"{unquote(path).rstrip('/')}/"
        if below.startswith(f"/{mapping['key']}/" if mapping["key"] else "/") and (
            best is None or len(mapping["key"]) > len(best["key"])
        ):
            best = mapping
    if best is None:
        return None
    parts = best["key"].count("/") + 1 if best["key"] else 0
    rest = path.split("/")[1 + parts :]
    return best, "/" + "/".join(rest)


def find(store: Store, name: str) -> tuple[Region, Json] | None:
    """The region that has a domain name, and the domain."""
    for region in store.regions():
        domain = region.domains.get(name.lower())
        if domain is not None:
            return region, domain
    return None
