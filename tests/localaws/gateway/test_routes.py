"""Which resource or route a path meets."""

from __future__ import annotations

import pytest

from dashboard.localaws.gateway.http_routes import HttpRoutes
from dashboard.localaws.gateway.rest_routes import RestRoutes

TREE = {
    "/": "GET",
    "/pets": "GET POST",
    "/pets/{id}": "GET ANY",
    "/pets/mine": "GET",
    "/pets/{id}/toys": "GET",
    "/files/{path+}": "ANY",
    "/files/list": "GET",
    "/a/{b}/c": "GET",
    "/{proxy+}": "ANY",
    "/empty": "",
}


def rest() -> RestRoutes:
    return RestRoutes(
        {
            str(number): {
                "id": str(number),
                "path": path,
                "resourceMethods": {verb: {"httpMethod": verb} for verb in verbs.split()},
            }
            for number, (path, verbs) in enumerate(TREE.items())
        }
    )


@pytest.mark.parametrize(
    ("method", "path", "resource", "declared", "params"),
    [
        ("GET", "/", "/", "GET", {}),
        ("GET", "/pets", "/pets", "GET", {}),
        ("GET", "/pets/", "/pets", "GET", {}),
        ("GET", "/pets/7", "/pets/{id}", "GET", {"id": "7"}),
        ("PUT", "/pets/7", "/pets/{id}", "ANY", {"id": "7"}),
        ("GET", "/pets/mine", "/pets/mine", "GET", {}),
        ("DELETE", "/pets/mine", "/pets/{id}", "ANY", {"id": "mine"}),
        ("GET", "/pets/a%2Fb", "/pets/{id}", "GET", {"id": "a/b"}),
        ("GET", "/pets/%C3%A4%20", "/pets/{id}", "GET", {"id": "ä "}),
        ("GET", "/pets/7/toys", "/pets/{id}/toys", "GET", {"id": "7"}),
        ("GET", "/pets/mine/toys", "/pets/{id}/toys", "GET", {"id": "mine"}),
        ("GET", "/pets/7/nothing", "/{proxy+}", "ANY", {"proxy": "pets/7/nothing"}),
        ("GET", "/files/a/b/c", "/files/{path+}", "ANY", {"path": "a/b/c"}),
        ("GET", "/files/list", "/files/list", "GET", {}),
        ("PUT", "/files/list", "/files/{path+}", "ANY", {"path": "list"}),
        ("GET", "/a/x/c", "/a/{b}/c", "GET", {"b": "x"}),
        ("GET", "/empty", "/{proxy+}", "ANY", {"proxy": "empty"}),
    ],
)
def test_rest(method: str, path: str, resource: str, declared: str, params: dict[str, str]) -> None:
    found = rest().match(method, path)
    assert found is not None
    assert (found.path, found.method, found.params) == (resource, declared, params)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/"), ("GET", "/pets/1"), ("GET", "/other"), ("GET", "/pets//x/y")]
)
def test_rest_finds_nothing(method: str, path: str) -> None:
    tree = {"1": {"id": "1", "path": "/", "resourceMethods": {"GET": {}}}}
    tree["2"] = {"id": "2", "path": "/pets", "resourceMethods": {"GET": {}}}
    assert RestRoutes(tree).match(method, path) is None


KEYS = [
    "GET /pets",
    "ANY /pets/{id}",
    "GET /pets/{id}",
    "GET /pets/mine",
    "ANY /pets/{proxy+}",
    "GET /pets/dog/1",
    "GET /{proxy+}",
    "GET /",
]


@pytest.mark.parametrize(
    ("method", "path", "key", "params"),
    [
        ("GET", "/pets", "GET /pets", {}),
        ("GET", "/pets/7", "GET /pets/{id}", {"id": "7"}),
        ("POST", "/pets/7", "ANY /pets/{id}", {"id": "7"}),
        ("GET", "/pets/mine", "GET /pets/mine", {}),
        ("GET", "/pets/dog/1", "GET /pets/dog/1", {}),
        ("GET", "/pets/dog/2", "ANY /pets/{proxy+}", {"proxy": "dog/2"}),
        ("GET", "/test/5", "GET /{proxy+}", {"proxy": "test/5"}),
        ("POST", "/test/5", "$default", {}),
        ("GET", "/", "GET /", {}),
        ("PUT", "/pets", "$default", {}),
    ],
)
def test_http(method: str, path: str, key: str, params: dict[str, str]) -> None:
    found = HttpRoutes([*KEYS, "$default"]).match(method, path)
    assert found is not None
    assert (found.key, found.params) == (key, params)


def test_http_without_a_default_finds_nothing() -> None:
    assert HttpRoutes(KEYS).match("PUT", "/pets") is None


def test_the_order_of_the_routes_does_not_matter() -> None:
    for keys in (KEYS, KEYS[::-1]):
        found = HttpRoutes(keys).match("GET", "/pets/mine")
        assert found is not None
        assert found.key == "GET /pets/mine"
