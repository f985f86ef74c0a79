"""Client certificates: made, paged, changed, named by stages, and not deleted under them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from dashboard.localaws.server import running
from tests.localaws.rest.support import answer, deployed, patch, refused
from tests.localaws.support import client

_INVALID = "Invalid Client Certificate identifier specified"


def _stage(apigw: Any) -> dict[str, str]:
    return {"restApiId": deployed(apigw)[0], "stageName": "dev"}


def _name(certificate: str) -> list[dict[str, str]]:
    return [patch("replace", "/clientCertificateId", certificate)]


def test_it_works(apigw: Any) -> None:
    made = answer(apigw.generate_client_certificate, description="first", tags={"team": "a"})
    assert (made["description"], made["tags"]) == ("first", {"team": "a"})
    assert made["expirationDate"] - made["createdDate"] == timedelta(days=365)
    found = x509.load_pem_x509_certificate(made["pemEncodedCertificate"].encode())
    found.verify_directly_issued_by(found)
    assert found.not_valid_before_utc == made["createdDate"]
    assert found.not_valid_after_utc == made["expirationDate"]
    which = {"clientCertificateId": made["clientCertificateId"]}
    assert answer(apigw.get_client_certificate, **which) == made
    changed = answer(
        apigw.update_client_certificate, **which, patchOperations=[patch("replace", "/description", "other")]
    )
    assert changed == made | {"description": "other"} == answer(apigw.get_client_certificate, **which)
    gone = apigw.delete_client_certificate(**which)
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert refused(apigw.get_client_certificate, **which) == (404, "NotFoundException", _INVALID)


def test_a_certificate_without_words_has_none(apigw: Any) -> None:
    made = answer(apigw.generate_client_certificate)
    assert made.keys() == {
        "clientCertificateId",
        "pemEncodedCertificate",
        "createdDate",
        "expirationDate",
    }


def test_tags_are_those_of_its_arn(apigw: Any) -> None:
    made = apigw.generate_client_certificate()["clientCertificateId"]
    apigw.tag_resource(
        resourceArn=f"arn:aws:apigateway:eu-central-1::/clientcertificates/{made}", tags={"a": "b"}
    )
    assert apigw.get_client_certificate(clientCertificateId=made)["tags"] == {"a": "b"}


@pytest.mark.parametrize("operation", ["update_client_certificate", "delete_client_certificate"])
def test_an_unknown_certificate_is_not_found(apigw: Any, operation: str) -> None:
    more: dict[str, Any] = {"patchOperations": []} if operation.startswith("update") else {}
    found = refused(getattr(apigw, operation), clientCertificateId="nobody", **more)
    assert found == (404, "NotFoundException", _INVALID)


@pytest.mark.parametrize(
    ("op", "path"),
    [("replace", "/pemEncodedCertificate"), ("add", "/description"), ("remove", "/description")],
)
def test_only_the_description_is_replaced(apigw: Any, op: str, path: str) -> None:
    made = answer(apigw.generate_client_certificate, description="kept")
    which = {"clientCertificateId": made["clientCertificateId"]}
    operations = [patch("replace", "/description", "lost"), patch(op, path, "x")]
    status, _code, words = refused(apigw.update_client_certificate, **which, patchOperations=operations)
    assert (status, words.startswith(f"Invalid patch path  '{path}' specified")) == (400, True)
    assert answer(apigw.get_client_certificate, **which) == made


def test_a_stage_names_one_that_is_there(apigw: Any) -> None:
    stage = _stage(apigw)
    found = refused(apigw.update_stage, **stage, patchOperations=_name("nobody"))
    assert found == (400, "BadRequestException", _INVALID)
    assert "clientCertificateId" not in apigw.get_stage(**stage)


def test_one_that_a_stage_uses_is_not_deleted(apigw: Any) -> None:
    stage = _stage(apigw)
    made = apigw.generate_client_certificate()["clientCertificateId"]
    assert apigw.update_stage(**stage, patchOperations=_name(made))["clientCertificateId"] == made
    status, code, words = refused(apigw.delete_client_certificate, clientCertificateId=made)
    assert (status, code) == (400, "BadRequestException")
    assert f"{stage['restApiId']}/dev" in words
    assert "clientCertificateId" not in apigw.update_stage(**stage, patchOperations=_name(""))
    apigw.delete_client_certificate(clientCertificateId=made)


def test_sixty_in_pages_and_no_more(localaws: str) -> None:
    apigw = client(localaws, "apigateway", "eu-west-3")
    made = [apigw.generate_client_certificate()["clientCertificateId"] for _ in range(60)]
    assert refused(apigw.generate_client_certificate)[:2] == (429, "LimitExceededException")
    first = apigw.get_client_certificates()
    assert len(first["items"]) == 25
    rest = apigw.get_client_certificates(position=first["position"], limit=500)
    assert "position" not in rest
    assert [each["clientCertificateId"] for each in first["items"] + rest["items"]] == made
    assert refused(apigw.get_client_certificates, position="?")[0] == 400


def test_they_are_kept(tmp_path: Path) -> None:
    with running(state_dir=tmp_path) as endpoint:
        made = answer(client(endpoint, "apigateway").generate_client_certificate, description="kept")
    with running(state_dir=tmp_path) as endpoint:
        assert _items(endpoint) == [made]


def _items(endpoint: str) -> list[dict[str, Any]]:
    """Every certificate of the region."""
    items: list[dict[str, Any]] = client(endpoint, "apigateway").get_client_certificates()["items"]
    return items


@pytest.mark.parametrize("operation", ["flush_stage_cache", "flush_stage_authorizers_cache"])
def test_caches_of_stages_that_are_there_are_flushed(apigw: Any, operation: str) -> None:
    stage = _stage(apigw)
    flushed = getattr(apigw, operation)
    assert flushed(**stage)["ResponseMetadata"]["HTTPStatusCode"] == 202
    found = refused(flushed, **stage | {"stageName": "nobody"})
    assert found == (404, "NotFoundException", "Invalid stage identifier specified")
