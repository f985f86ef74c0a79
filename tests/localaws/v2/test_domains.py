"""Domain names, API mappings and VPC links of v2, and the same domain names as v1 shows them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.localaws.support import client
from tests.localaws.v2.support import api, integration, plain, refused

CERTIFICATE = "arn:aws:acm:eu-central-1:000000000000:certificate/c-1"


def domain(v2: Any, name: str, **more: Any) -> Any:
    return v2.create_domain_name(
        DomainName=name, DomainNameConfigurations=[{"CertificateArn": CERTIFICATE, **more}]
    )


@pytest.fixture
def v1(v2: Any) -> Any:
    return client(v2.meta.endpoint_url, "apigateway")


def test_it_works(v2: Any) -> None:
    made = plain(domain(v2, "shop.example.com"))
    (config,) = made["DomainNameConfigurations"]
    assert config["ApiGatewayDomainName"].endswith(".execute-api.eu-central-1.amazonaws.com")
    assert (config["DomainNameStatus"], config["EndpointType"]) == ("AVAILABLE", "REGIONAL")
    assert made == plain(v2.get_domain_name(DomainName="shop.example.com"))
    assert made in v2.get_domain_names()["Items"]
    api_id = api(v2)
    v2.create_stage(ApiId=api_id, StageName="live")
    mapping = v2.create_api_mapping(
        DomainName="shop.example.com", ApiId=api_id, Stage="live", ApiMappingKey="pets/v1"
    )
    assert mapping["ApiMappingKey"] == "pets/v1"
    changed = v2.update_api_mapping(
        DomainName="shop.example.com", ApiMappingId=mapping["ApiMappingId"], ApiId=api_id, ApiMappingKey="v2"
    )
    assert (changed["ApiMappingKey"], changed["Stage"]) == ("v2", "live")
    assert len(v2.get_api_mappings(DomainName="shop.example.com")["Items"]) == 1
    v2.delete_api_mapping(DomainName="shop.example.com", ApiMappingId=mapping["ApiMappingId"])
    v2.delete_domain_name(DomainName="shop.example.com")
    refused(v2.get_domain_name, "NotFoundException", "Invalid domain name", DomainName="shop.example.com")


def test_a_domain_name_changes(v2: Any) -> None:
    domain(v2, "change.example.com")
    v2.update_domain_name(
        DomainName="change.example.com",
        DomainNameConfigurations=[{"CertificateArn": CERTIFICATE + "2", "SecurityPolicy": "TLS_1_0"}],
        MutualTlsAuthentication={"TruststoreUri": "s3://b/k"},
    )
    found = v2.get_domain_name(DomainName="change.example.com")
    assert found["DomainNameConfigurations"][0]["CertificateArn"] == CERTIFICATE + "2"
    assert found["DomainNameConfigurations"][0]["SecurityPolicy"] == "TLS_1_0"
    assert found["MutualTlsAuthentication"] == {"TruststoreUri": "s3://b/k"}


def test_refusals(v2: Any) -> None:
    domain(v2, "taken.example.com")
    api_id = api(v2)
    v2.create_stage(ApiId=api_id, StageName="live")
    refused(v2.create_domain_name, "BadRequestException", "Exactly one", DomainName="x.example.com")
    config = [{"CertificateArn": CERTIFICATE}]
    for name, sentence in (("taken.example.com", "already exists"), ("no name", "Invalid domain name")):
        refused(
            v2.create_domain_name,
            "BadRequestException",
            sentence,
            DomainName=name,
            DomainNameConfigurations=config,
        )
    v2.create_api_mapping(DomainName="taken.example.com", ApiId=api_id, Stage="live")
    place = {"DomainName": "taken.example.com", "ApiId": api_id, "Stage": "live"}
    refused(v2.create_api_mapping, "ConflictException", "already exists for this domain name", **place)
    refused(v2.create_api_mapping, "BadRequestException", "should not start", **place, ApiMappingKey="/a")
    refused(v2.create_api_mapping, "BadRequestException", "Invalid stage", **(place | {"Stage": "none"}))
    refused(v2.create_api_mapping, "BadRequestException", "Invalid API", **(place | {"ApiId": "none"}))
    refused(
        v2.get_api_mapping,
        "NotFoundException",
        "Invalid API mapping",
        DomainName="taken.example.com",
        ApiMappingId="none",
    )


def test_tags(v2: Any) -> None:
    domain(v2, "tags.example.com")
    arn = "arn:aws:apigateway:eu-central-1::/domainnames/tags.example.com"
    v2.tag_resource(ResourceArn=arn, Tags={"a": "b"})
    assert v2.get_domain_name(DomainName="tags.example.com")["Tags"] == {"a": "b"}


def test_the_first_version_shows_the_same_names(v2: Any, v1: Any) -> None:
    domain(v2, "both.example.com")
    found = v1.get_domain_name(domainName="both.example.com")
    assert found["regionalCertificateArn"] == CERTIFICATE
    assert found["endpointConfiguration"]["types"] == ["REGIONAL"]
    api_id = v1.create_rest_api(name="r")["id"]
    root = v1.get_resources(restApiId=api_id)["items"][0]["id"]
    v1.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    v1.put_integration(restApiId=api_id, resourceId=root, httpMethod="GET", type="MOCK")
    v1.create_deployment(restApiId=api_id, stageName="prod")
    made = v1.create_base_path_mapping(domainName="both.example.com", restApiId=api_id, stage="prod")
    assert (made["basePath"], made["restApiId"], made["stage"]) == ("(none)", api_id, "prod")
    assert v2.get_api_mappings(DomainName="both.example.com")["Items"][0]["ApiMappingKey"] == ""
    v1.update_base_path_mapping(
        domainName="both.example.com",
        basePath="(none)",
        patchOperations=[{"op": "replace", "path": "/basePath", "value": "pets"}],
    )
    assert v1.get_base_path_mapping(domainName="both.example.com", basePath="pets")["restApiId"] == api_id
    refused(
        v1.create_base_path_mapping,
        "ConflictException",
        "Base path already exists",
        domainName="both.example.com",
        basePath="pets",
        restApiId=api_id,
    )
    v1.delete_base_path_mapping(domainName="both.example.com", basePath="pets")
    refused(
        v1.get_base_path_mapping,
        "NotFoundException",
        "Invalid base path mapping identifier",
        domainName="both.example.com",
        basePath="pets",
    )


def test_an_edge_domain_name_of_the_first_version(v1: Any) -> None:
    certificate = "arn:aws:acm:us-east-1:000000000000:certificate/c"
    made = v1.create_domain_name(domainName="edge.example.com", certificateArn=certificate, tags={"a": "b"})
    assert made["distributionDomainName"].endswith(".cloudfront.net")
    changed = v1.update_domain_name(
        domainName="edge.example.com",
        patchOperations=[{"op": "replace", "path": "/securityPolicy", "value": "TLS_1_0"}],
    )
    assert (changed["securityPolicy"], changed["tags"]) == ("TLS_1_0", {"a": "b"})
    refused(
        v1.update_domain_name,
        "BadRequestException",
        "Invalid patch path",
        domainName="edge.example.com",
        patchOperations=[{"op": "replace", "path": "/nothing", "value": "x"}],
    )
    names = [each["domainName"] for each in v1.get_domain_names()["items"]]
    assert names == sorted(names)
    v1.delete_domain_name(domainName="edge.example.com")
    refused(v1.get_domain_name, "NotFoundException", "Invalid domain name", domainName="edge.example.com")


def test_vpc_links(v2: Any) -> None:
    made = v2.create_vpc_link(Name="link", SubnetIds=["subnet-1"], SecurityGroupIds=["sg-1"], Tags={"a": "b"})
    link = made["VpcLinkId"]
    assert (made["VpcLinkStatus"], made["VpcLinkVersion"]) == ("PENDING", "V2")
    assert v2.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"] == "AVAILABLE"
    assert v2.update_vpc_link(VpcLinkId=link, Name="other")["Name"] == "other"
    assert [each["Name"] for each in v2.get_vpc_links()["Items"]] == ["other"]
    api_id = api(v2)
    used = integration(
        v2,
        api_id,
        "arn:aws:elasticloadbalancing:eu-central-1:000000000000:listener/app/a/b/c",
        ConnectionType="VPC_LINK",
        ConnectionId=link,
    )
    refused(v2.delete_vpc_link, "BadRequestException", used, VpcLinkId=link)
    v2.delete_integration(ApiId=api_id, IntegrationId=used)
    v2.delete_vpc_link(VpcLinkId=link)
    refused(v2.get_vpc_link, "NotFoundException", link, VpcLinkId=link)
    refused(v2.create_vpc_link, "BadRequestException", "SubnetIds", Name="x", SubnetIds=[])
