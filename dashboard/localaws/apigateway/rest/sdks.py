"""The kinds of SDK that AWS generates. None is generated here."""

from __future__ import annotations

from dashboard.localaws.apigateway.errors import not_found
from dashboard.localaws.apigateway.rest.checks import listing
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store

router = Router()


def _property(name: str, friendly: str, required: bool = True) -> Json:
    return {"name": name, "friendlyName": friendly, "required": required}


_LIST: tuple[Json, ...] = (
    {"id": "javascript", "friendlyName": "JavaScript"},
    {
        "id": "android",
        "friendlyName": "Android",
        "configurationProperties": [
            _property("groupId", "Group ID"),
            _property("artifactId", "Artifact ID"),
            _property("artifactVersion", "Artifact Version"),
            _property("invokerPackage", "Invoker Package"),
        ],
    },
    {
        "id": "objectivec",
        "friendlyName": "iOS (Objective-C)",
        "configurationProperties": [_property("classPrefix", "Prefix")],
    },
    {
        "id": "swift",
        "friendlyName": "iOS (Swift)",
        "configurationProperties": [_property("classPrefix", "Prefix")],
    },
    {
        "id": "java",
        "friendlyName": "Java SDK",
        "configurationProperties": [
            _property("service.name", "Service Name"),
            _property("java.package-name", "Java Package Name", False),
        ],
    },
    {
        "id": "ruby",
        "friendlyName": "Ruby",
        "configurationProperties": [_property("service.name", "Service Name")],
    },
)
_TYPES = {str(each["id"]): each for each in _LIST}


@router.on("GET", "/sdktypes")
def list_all(request: Request, store: Store) -> Reply:
    """GetSdkTypes."""
    return listing(list(_TYPES.values()), request)


@router.on("GET", "/sdktypes/{kind}")
def get(request: Request, store: Store) -> Reply:
    """GetSdkType."""
    if request.params["kind"] not in _TYPES:
        raise not_found("Invalid SDK type identifier specified")
    return 200, _TYPES[request.params["kind"]]
