"""Route responses and integration responses of WebSocket APIs: two kinds of one shape."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from dashboard.localaws.apigateway.errors import bad_request, conflict
from dashboard.localaws.apigateway.routing import Reply, Request, Router
from dashboard.localaws.apigateway.store import Json, Store, new_id
from dashboard.localaws.apigateway.v2 import fields, state


@dataclass(frozen=True)
class Kind:
    """``owner`` holds the responses; ``key`` and ``name`` are the members of a response's key and id."""

    owner: str
    part: str
    title: str
    key: str
    name: str
    spec: fields.Spec

    def owned(self, request: Request, store: Store) -> tuple[Json, Json]:
        """The API, and the responses of the route or integration that the path names."""
        api = state.api_of(request, store)
        if state.is_http(api):
            raise bad_request(f"{self.title} is not supported for HTTP protocol")
        owner = state.part_of(request, api[self.owner], self.owner.capitalize()[:-1], "owner")
        responses: Json = api[self.part].setdefault(
            owner["routeId" if self.owner == "routes" else "integrationId"], {}
        )
        return api, responses


ROUTE = Kind(
    "routes",
    "routeResponses",
    "RouteResponse",
    "routeResponseKey",
    "routeResponseId",
    {
        "modelSelectionExpression": "text",
        "responseModels": "map",
        "responseParameters": "map",
        "routeResponseKey": "text",
    },
)
INTEGRATION = Kind(
    "integrations",
    "integrationResponses",
    "IntegrationResponse",
    "integrationResponseKey",
    "integrationResponseId",
    {
        "contentHandlingStrategy": "text",
        "integrationResponseKey": "text",
        "responseParameters": "map",
        "responseTemplates": "map",
        "templateSelectionExpression": "text",
    },
)


def router(kind: Kind) -> Router:
    """The five operations of a kind."""
    found = Router()
    place = f"/v2/apis/{{api}}/{kind.owner}/{{owner}}/{kind.part.lower()}"

    @found.on("POST", place)
    def create(request: Request, store: Store) -> Reply:
        api, responses = kind.owned(request, store)
        given = fields.take(request.body, kind.spec)
        fields.required(given, kind.key)
        if any(each[kind.key] == given[kind.key] for each in responses.values()):
            raise conflict(f"{kind.title} with key {given[kind.key]} already exists")
        response = given | {kind.name: new_id(7)}
        responses[response[kind.name]] = response
        state.changed(api)
        return 201, copy.deepcopy(response)

    @found.on("GET", place)
    def get_all(request: Request, store: Store) -> Reply:
        return state.listed(request, kind.owned(request, store)[1].values())

    @found.on("GET", place + "/{id}")
    def get(request: Request, store: Store) -> Reply:
        return 200, copy.deepcopy(state.part_of(request, kind.owned(request, store)[1], kind.title))

    @found.on("PATCH", place + "/{id}")
    def update(request: Request, store: Store) -> Reply:
        api, responses = kind.owned(request, store)
        response = state.part_of(request, responses, kind.title) | fields.take(request.body, kind.spec)
        responses[response[kind.name]] = response
        state.changed(api)
        return 200, copy.deepcopy(response)

    @found.on("DELETE", place + "/{id}")
    def delete(request: Request, store: Store) -> Reply:
        api, responses = kind.owned(request, store)
        del responses[state.part_of(request, responses, kind.title)[kind.name]]
        state.changed(api)
        return 204, None

    return found
