"""Domain names and base path mappings, in v1's form."""

from __future__ import annotations

from dashboard.localaws.apigateway import domains
from dashboard.localaws.apigateway.errors import ApiError, bad_request, conflict, not_found
from dashboard.localaws.apigateway.rest.checks import body, listing, one_of, refuse, texts
from dashboard.localaws.apigateway.rest.patching import Operation, all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store, new_id

router = Router()
_ONE = "/domainnames/{domain}"
_MAPPINGS = _ONE + "/basepathmappings"
NONE = "(none)"
"""The base path of a mapping without one."""
_PATCHES = {
    "/certificateName": "ard",
    "/certificateArn": "ard",
    "/endpointConfiguration/types": "ad",
    "/endpointConfiguration/ipAddressType": "r",
    "/mutualTlsAuthentication/truststoreUri": "ard",
    "/mutualTlsAuthentication/truststoreVersion": "ard",
    "/policy": "r",
    "/regionalCertificateName": "ard",
    "/regionalCertificateArn": "ard",
    "/routingMode": "r",
    "/securityPolicy": "r",
}


@router.on("POST", "/domainnames")
def create(request: Request, store: Store) -> Reply:
    """CreateDomainName: edge-optimised unless its endpoint is Regional."""
    region, given = request.of(store), body(request)
    types = (given.get("endpointConfiguration") or {}).get("types") or ["EDGE"]
    refuse(
        [
            one_of(given.get("securityPolicy"), "createDomainNameInput.securityPolicy", domains.POLICIES),
            one_of(
                types[0], "createDomainNameInput.endpointConfiguration.types.1.member", ("REGIONAL", "EDGE")
            ),
        ]
    )
    kind = str(types[0])
    certificate = given.get("regionalCertificateArn" if kind == "REGIONAL" else "certificateArn")
    domain = domains.create(
        region,
        str(given.get("domainName") or ""),
        kind,
        str(certificate or ""),
        texts(given.get("tags"), "tags"),
    )
    name = given.get("regionalCertificateName" if kind == "REGIONAL" else "certificateName")
    domain |= {"certificateName": name} if name else {}
    domain |= {part: given[part] for part in ("securityPolicy", "routingMode", "policy") if given.get(part)}
    if given.get("mutualTlsAuthentication"):
        domain["mutualTls"] = dict(given["mutualTlsAuthentication"])
    return 201, _shown(region, domain)


@router.on("GET", "/domainnames")
def get_all(request: Request, store: Store) -> Reply:
    """GetDomainNames."""
    region = request.of(store)
    return listing([_shown(region, region.domains[name]) for name in sorted(region.domains)], request)


@router.on("GET", _ONE)
def get(request: Request, store: Store) -> Reply:
    """GetDomainName."""
    region = request.of(store)
    return 200, _shown(region, domains.domain_of(region, request.params["domain"]))


@router.on("PATCH", _ONE)
def update(request: Request, store: Store) -> Reply:
    """UpdateDomainName."""
    wanted = operations(request, "updateDomainNameInput")
    region = request.of(store)
    with all_or_nothing(domains.domain_of(region, request.params["domain"])) as draft:
        for operation in wanted:
            strict(operation, _PATCHES)
            _patch(draft, operation)
    return 200, _shown(region, domains.domain_of(region, request.params["domain"]))


@router.on("DELETE", _ONE)
def delete(request: Request, store: Store) -> Reply:
    """DeleteDomainName, with its mappings."""
    region = request.of(store)
    del region.domains[domains.domain_of(region, request.params["domain"])["name"]]
    return 202, None


@router.on("POST", _MAPPINGS)
def create_mapping(request: Request, store: Store) -> Reply:
    """CreateBasePathMapping."""
    region, given = request.of(store), body(request)
    domain = domains.domain_of(region, request.params["domain"])
    mapping: Json = {
        "id": new_id(6),
        "apiId": str(given.get("restApiId") or ""),
        "stage": str(given.get("stage") or ""),
        "key": _key(given.get("basePath")),
    }
    domains.put_mapping(region, domain, mapping, _taken())
    return 201, _mapping(mapping)


@router.on("GET", _MAPPINGS)
def get_mappings(request: Request, store: Store) -> Reply:
    """GetBasePathMappings."""
    domain = domains.domain_of(request.of(store), request.params["domain"])
    found = sorted(domain["mappings"].values(), key=lambda mapping: str(mapping["key"]))
    return listing([_mapping(mapping) for mapping in found], request)


@router.on("GET", _MAPPINGS + "/{path}")
def get_mapping(request: Request, store: Store) -> Reply:
    """GetBasePathMapping."""
    return 200, _mapping(_found(request, store)[1])


@router.on("PATCH", _MAPPINGS + "/{path}")
def update_mapping(request: Request, store: Store) -> Reply:
    """UpdateBasePathMapping."""
    wanted = operations(request, "updateBasePathMappingInput")
    domain, before = _found(request, store)
    mapping = dict(before)
    for operation in wanted:
        strict(operation, {"/basePath": "r", "/basepath": "r", "/restapiId": "r", "/stage": "r"})
        name = {"/restapiId": "apiId", "/stage": "stage"}.get(operation.path or "", "key")
        mapping[name] = _key(operation.value) if name == "key" else operation.value or ""
    domains.put_mapping(request.of(store), domain, mapping, _taken())
    return 200, _mapping(mapping)


@router.on("DELETE", _MAPPINGS + "/{path}")
def delete_mapping(request: Request, store: Store) -> Reply:
    """DeleteBasePathMapping."""
    domain, mapping = _found(request, store)
    del domain["mappings"][mapping["id"]]
    return 202, None


def _found(request: Request, store: Store) -> tuple[Json, Json]:
    domain, key = domains.domain_of(request.of(store), request.params["domain"]), _key(request.params["path"])
    mapping = next((each for each in domain["mappings"].values() if each["key"] == key), None)
    if mapping is None:
        raise not_found("Invalid base path mapping identifier specified")
    return domain, mapping


def _key(path: object) -> str:
    return "" if path in (None, NONE) else str(path)


def _taken() -> ApiError:
    return conflict("Base path already exists for this domain name")


def _patch(domain: Json, operation: Operation) -> None:
    name, value = operation.parts[-1], operation.value
    if operation.parts[0] == "mutualTlsAuthentication":
        tls = domain.setdefault("mutualTls", {})
        tls.pop(name, None)
        if operation.op != "remove":
            tls[name] = value or ""
    elif name in ("regionalCertificateArn", "certificateArn"):
        if operation.op == "remove":
            raise bad_request("A domain name needs a certificate")
        domains.check_certificate(value or "")
        domain["certificateArn"] = value
    elif name in ("regionalCertificateName", "certificateName"):
        domain["certificateName"] = value if operation.op != "remove" else None
    elif name == "types":
        if operation.op == "add":
            domain["type"] = value
    else:
        if name == "securityPolicy" and value not in domains.POLICIES:
            raise bad_request(f"Invalid security policy specified: {value}")
        domain[name] = value


def _shown(region: Region, domain: Json) -> Json:
    regional = domain["type"] == "REGIONAL"
    answer: Json = {
        "domainName": domain["name"],
        "domainNameArn": domains.arn(region, domain),
        "domainNameStatus": "AVAILABLE",
        "endpointConfiguration": {"types": [domain["type"]], "ipAddressType": domain["ipAddressType"]},
        "routingMode": domain["routingMode"],
        "securityPolicy": domain["securityPolicy"],
    }
    if regional:
        answer |= {
            "regionalCertificateArn": domain["certificateArn"],
            "regionalDomainName": domain["target"],
            "regionalHostedZoneId": domains.zone(region, domain),
        }
    else:
        answer |= {
            "certificateArn": domain["certificateArn"],
            "certificateUploadDate": domain["uploaded"],
            "distributionDomainName": domain["target"],
            "distributionHostedZoneId": domains.zone(region, domain),
        }
    if domain.get("certificateName"):
        answer["regionalCertificateName" if regional else "certificateName"] = domain["certificateName"]
    if domain.get("mutualTls"):
        answer["mutualTlsAuthentication"] = dict(domain["mutualTls"])
    return (
        answer
        | {part: dict(domain[part]) for part in ("tags",) if domain[part]}
        | ({"policy": domain["policy"]} if domain.get("policy") else {})
    )


def _mapping(mapping: Json) -> Json:
    answer: Json = {"basePath": mapping["key"] or NONE, "restApiId": mapping["apiId"]}
    return answer | ({"stage": mapping["stage"]} if mapping["stage"] else {})
