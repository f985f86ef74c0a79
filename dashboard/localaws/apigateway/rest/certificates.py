"""Client certificates, which an integration's backend may ask for. Real X.509; no private key is kept, as nothing here uses one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from dashboard.localaws.apigateway.errors import bad_request, limit_exceeded, not_found
from dashboard.localaws.apigateway.rest.checks import body, listing, said, texts, with_tags
from dashboard.localaws.apigateway.rest.patching import Operation, all_or_nothing, operations, strict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Region, Store, new_id, now

router = Router()
MOST = 60
"""Client certificates of an account in a region, AWS's quota."""
DAYS = 365
"""How long a certificate is valid."""
_PATH = "/clientcertificates/{certificate}"
_INVALID = "Invalid Client Certificate identifier specified"


def _certificate(request: Request, store: Store) -> Json:
    found = request.of(store).certificates.get(request.params["certificate"])
    if found is None:
        raise not_found(_INVALID)
    return found


def pem(certificate_id: str, created: int, expires: int) -> str:
    """A self-signed certificate (RSA, 2,048 bits) of that name, valid between two times in epoch seconds."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "ApiGateway"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, certificate_id),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.fromtimestamp(created, UTC))
        .not_valid_after(datetime.fromtimestamp(expires, UTC))
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def known(region: Region, operation: Operation) -> None:
    """BadRequestException when an operation of UpdateStage names a certificate that is not there; '' takes it away."""
    if operation.path == "/clientCertificateId" and operation.value not in (None, "", *region.certificates):
        raise bad_request(_INVALID)


def users(region: Region, certificate_id: str) -> Iterator[str]:
    """The stages that use a certificate, as ``<API id>/<stage name>``."""
    for apis in (region.rest, region.v2):
        for api_id, api in apis.items():
            for name, stage in api["stages"].items():
                if stage.get("clientCertificateId") == certificate_id:
                    yield f"{api_id}/{name}"


@router.on("POST", "/clientcertificates")
def create(request: Request, store: Store) -> Reply:
    """GenerateClientCertificate."""
    region, given = request.of(store), body(request)
    tags = texts(given.get("tags"), "tags")
    if len(region.certificates) >= MOST:
        raise limit_exceeded("Maximum number of client certificates for this account has been reached.")
    made, created = new_id(6), now()
    expires = created + int(timedelta(days=DAYS).total_seconds())
    certificate: Json = {"clientCertificateId": made} | said(given, "description")
    certificate |= {"pemEncodedCertificate": pem(made, created, expires)}
    certificate |= {"createdDate": created, "expirationDate": expires, "tags": tags}
    region.certificates[made] = certificate
    return 201, with_tags(certificate, always=False)


@router.on("GET", "/clientcertificates")
def list_all(request: Request, store: Store) -> Reply:
    """GetClientCertificates, in the order of their making."""
    found = request.of(store).certificates.values()
    return listing([with_tags(each, always=False) for each in found], request)


@router.on("GET", _PATH)
def get(request: Request, store: Store) -> Reply:
    """GetClientCertificate."""
    return 200, with_tags(_certificate(request, store), always=False)


@router.on("PATCH", _PATH)
def update(request: Request, store: Store) -> Reply:
    """UpdateClientCertificate: the description alone."""
    wanted = operations(request, "updateClientCertificateInput")
    certificate = _certificate(request, store)
    with all_or_nothing(certificate) as draft:
        for operation in wanted:
            strict(operation, {"/description": "r"})
            draft["description"] = operation.value or ""
    return 200, with_tags(certificate, always=False)


@router.on("DELETE", _PATH)
def delete(request: Request, store: Store) -> Reply:
    """DeleteClientCertificate; not while a stage uses it."""
    certificate_id = _certificate(request, store)["clientCertificateId"]
    if used := sorted(users(request.of(store), certificate_id)):
        raise bad_request(
            f"Client certificate {certificate_id} cannot be deleted. It is used by: {', '.join(used)}"
        )
    del request.of(store).certificates[certificate_id]
    return 202, None
