"""Domain names and API mappings, in v2's form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dashboard.localaws.apigateway import domains
from dashboard.localaws.apigateway.errors import bad_request, not_found
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state, tags

router = Router()
_ONE = "/v2/domainnames/{domain}"
_MAPPINGS = _ONE + "/apimappings"
_MODES = ("API_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING")
_CONFIG = {
    "certificateArn": "text",
    "certificateName": "text",
    "endpointType": "text",
    "ipAddressType": "text",
    "securityPolicy": "text",
}


@router.on("POST", "/v2/domainnames")
def create(request: Request, store: Store) -> Reply:
    """CreateDomainName. v2 knows Regional domain names only."""
    region = request.of(store)
    given = fields.take(
        request.body,
        {"domainName": "text", "mutualTlsAuthentication": "map", "routingMode": "text", "tags": "map"},
    )
    fields.required(given, "domainName")
    fields.one_of(given, "routingMode", _MODES)
    config = _config(request.body)
    fields.required(config, "certificateArn")
    if config.get("endpointType", "REGIONAL") != "REGIONAL":
        raise bad_request(
            "Invalid endpoint type specified: only REGIONAL is supported by this version of the API"
        )
    domain = domains.create(
        region, given["domainName"], "REGIONAL", config["certificateArn"], tags.taken(request.body)
    )
    _apply(domain, given, config)
    return 201, _shown(region, domain)


@router.on("GET", "/v2/domainnames")
def get_all(request: Request, store: Store) -> Reply:
    """GetDomainNames."""
    region = request.of(store)
    return state.listed(request, [_shown(region, domain) for domain in region.domains.values()])


@router.on("GET", _ONE)
def get(request: Request, store: Store) -> Reply:
    """GetDomainName."""
    region = request.of(store)
    return 200, _shown(region, domains.domain_of(region, request.params["domain"]))


@router.on("PATCH", _ONE)
def update(request: Request, store: Store) -> Reply:
    """UpdateDomainName."""
    region = request.of(store)
    domain = domains.domain_of(region, request.params["domain"])
    given = fields.take(request.body, {"mutualTlsAuthentication": "map", "routingMode": "text"})
    fields.one_of(given, "routingMode", _MODES)
    config = _config(request.body) if "domainNameConfigurations" in request.body else {}
    if "certificateArn" in config:
        domains.check_certificate(config["certificateArn"])
    _apply(domain, given, config)
    return 200, _shown(region, domain)


@router.on("DELETE", _ONE)
def delete(request: Request, store: Store) -> Reply:
    """DeleteDomainName, with its mappings."""
    region = request.of(store)
    del region.domains[domains.domain_of(region, request.params["domain"])["name"]]
    return 204, None


@router.on("POST", _MAPPINGS)
def create_mapping(request: Request, store: Store) -> Reply:
    """CreateApiMapping."""
    region = request.of(store)
    domain = domains.domain_of(region, request.params["domain"])
    given = fields.take(request.body, {"apiId": "text", "apiMappingKey": "text", "stage": "text"})
    fields.required(given, "apiId", "stage")
    mapping: Json = {"id": new_id(6), "apiId": given["apiId"], "stage": given["stage"]}
    mapping["key"] = given.get("apiMappingKey", "")
    domains.put_mapping(region, domain, mapping, domains.taken_key())
    return 201, _mapping(mapping)


@router.on("GET", _MAPPINGS)
def get_mappings(request: Request, store: Store) -> Reply:
    """GetApiMappings."""
    domain = domains.domain_of(request.of(store), request.params["domain"])
    return state.listed(request, [_mapping(each) for each in domain["mappings"].values()])


@router.on("GET", _MAPPINGS + "/{mapping}")
def get_mapping(request: Request, store: Store) -> Reply:
    """GetApiMapping."""
    return 200, _mapping(_found(request, store)[1])


@router.on("PATCH", _MAPPINGS + "/{mapping}")
def update_mapping(request: Request, store: Store) -> Reply:
    """UpdateApiMapping."""
    domain, before = _found(request, store)
    given = fields.take(request.body, {"apiId": "text", "apiMappingKey": "text", "stage": "text"})
    mapping = before | {{"apiMappingKey": "key"}.get(name, name): value for name, value in given.items()}
    domains.put_mapping(request.of(store), domain, mapping, domains.taken_key())
    return 200, _mapping(mapping)


@router.on("DELETE", _MAPPINGS + "/{mapping}")
def delete_mapping(request: Request, store: Store) -> Reply:
    """DeleteApiMapping."""
    domain, mapping = _found(request, store)
    del domain["mappings"][mapping["id"]]
    return 204, None


def _found(request: Request, store: Store) -> tuple[Json, Json]:
    domain = domains.domain_of(request.of(store), request.params["domain"])
    mapping = domain["mappings"].get(request.params["mapping"])
    if mapping is None:
        raise not_found("Invalid API mapping identifier specified")
    return domain, mapping


def _config(body: Any) -> Json:
    """The one configuration that a domain name has."""
    configs = body.get("domainNameConfigurations") or [] if isinstance(body, dict) else []
    if not isinstance(configs, list) or len(configs) != 1:
        raise bad_request("Exactly one domain name configuration must be given")
    config = fields.take(configs[0], _CONFIG)
    fields.one_of(config, "securityPolicy", domains.POLICIES)
    fields.one_of(config, "ipAddressType", ("ipv4", "dualstack"))
    return config


def _apply(domain: Json, given: Json, config: Json) -> None:
    for name in ("certificateArn", "certificateName", "ipAddressType", "securityPolicy"):
        if name in config:
            domain[name] = config[name]
    if "routingMode" in given:
        domain["routingMode"] = given["routingMode"]
    if "mutualTlsAuthentication" in given:
        domain["mutualTls"] = {
            name: str(value) for name, value in given["mutualTlsAuthentication"].items() if value
        }


def _shown(region: Region, domain: Json) -> Json:
    config: Json = {
        "apiGatewayDomainName": domain["target"],
        "certificateArn": domain["certificateArn"],
        "domainNameStatus": "AVAILABLE",
        "endpointType": domain["type"],
        "hostedZoneId": domains.zone(region, domain),
        "ipAddressType": domain["ipAddressType"],
        "securityPolicy": domain["securityPolicy"],
    }
    if domain.get("certificateName"):
        config["certificateName"] = domain["certificateName"]
    if domain["type"] == "EDGE":
        uploaded = datetime.fromtimestamp(domain["uploaded"], UTC)
        config["certificateUploadDate"] = uploaded.strftime("%Y-%m-%dT%H:%M:%SZ")
    answer: Json = {
        "apiMappingSelectionExpression": "$request.basepath",
        "domainName": domain["name"],
        "domainNameArn": domains.arn(region, domain),
        "domainNameConfigurations": [config],
        "routingMode": domain["routingMode"],
        "tags": dict(domain["tags"]),
    }
    return answer | ({"mutualTlsAuthentication": domain["mutualTls"]} if domain.get("mutualTls") else {})


def _mapping(mapping: Json) -> Json:
    return {
        "apiId": mapping["apiId"],
        "apiMappingId": mapping["id"],
        "apiMappingKey": mapping["key"],
        "stage": mapping["stage"],
    }
