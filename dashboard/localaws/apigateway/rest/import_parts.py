"""What an import makes besides methods: models, authorizers, validators, gateway responses."""

from __future__ import annotations

import copy
import json
from typing import Any

from dashboard.localaws.apigateway.errors import ApiError
from dashboard.localaws.apigateway.rest import authorizers, gateway_responses, models, validators
from dashboard.localaws.apigateway.rest.document import Document
from dashboard.localaws.apigateway.store import Json, new_id

MODEL_URL = "https://apigateway.amazonaws.com/restapis"
X = "x-amazon-apigateway-"


class Findings:
    """What an import has to say: errors end it, warnings only with ``failonwarnings``."""

    def __init__(self, warnings: list[str]) -> None:
        self.errors: list[str] = []
        self.warnings = warnings

    def error(self, what: str, error: ApiError) -> None:
        """One thing that could not be made."""
        self.errors.append(f"{what}: {error.message}")


def schema_text(api_id: str, schema: Any) -> str:
    """A schema as a model keeps it: references to models by their address, ``required`` in order."""
    return json.dumps(_rewritten(api_id, schema), indent=2)


def _rewritten(api_id: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_rewritten(api_id, each) for each in value]
    if not isinstance(value, dict):
        return value
    result = {name: _rewritten(api_id, each) for name, each in value.items()}
    reference = result.get("$ref")
    if isinstance(reference, str) and reference.startswith(("#/definitions/", "#/components/schemas/")):
        result["$ref"] = f"{MODEL_URL}/{api_id}/models/{reference.rpartition('/')[2]}"
    required = result.get("required")
    if isinstance(required, list) and all(isinstance(each, str) for each in required):
        result["required"] = sorted(required)
    return result


def take_models(document: Document, api: Json, found: Findings) -> None:
    """Every schema of the document as a model."""
    for name, schema in document.schemas.items():
        try:
            put_model(api, name, schema)
        except ApiError as error:
            found.error(f"Unable to create model named '{name}'", error)


def put_model(api: Json, name: str, schema: Any) -> None:
    """One model; it keeps its id when there is one of the name."""
    if not name.isalnum() or not name.isascii():
        raise ApiError(400, "BadRequestException", f"Model name must be alphanumeric: {name}")
    text = models.check_schema(schema_text(api["info"]["id"], schema))
    model: Json = {
        "id": api["models"].get(name, {}).get("id") or new_id(6),
        "name": name,
        "schema": text,
        "contentType": "application/json",
    }
    if isinstance(schema, dict) and isinstance(schema.get("description"), str):
        model["description"] = schema["description"]
    api["models"][name] = model


def model_of(document: Document, api: Json, schema: Any, found: Findings) -> str | None:
    """The name of the model for a schema of a body: the one that it refers to, or a new one; None (and a warning) for a reference
    to nothing. ApiError 400 for a reference to another document.
    """
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        name = str(schema["$ref"]).rpartition("/")[2]
        if schema["$ref"].startswith("#/") and name not in api["models"]:
            found.warnings.append(f"Reference to model '{name}' not found. Ignoring.")
            return None
        document.at(schema)
        return name
    name = f"MODEL{new_id(6)}"
    put_model(api, name, schema)
    return name


def take_authorizers(document: Document, api: Json, found: Findings) -> dict[str, str]:
    """Every scheme with an authorizer; the ids by the scheme's name."""
    ids = {}
    known = {each["name"]: each["id"] for each in api["authorizers"].values()}
    for name, scheme in document.security_schemes.items():
        given = scheme.get(f"{X}authorizer") if isinstance(scheme, dict) else None
        if not isinstance(given, dict):
            continue
        try:
            authorizer = authorizers.make(_authorizer(name, scheme, given))
        except ApiError as error:
            found.error(f"Unable to create authorizer '{name}'", error)
            continue
        authorizer["id"] = known.get(name, authorizer["id"])
        api["authorizers"][authorizer["id"]] = authorizer
        ids[name] = authorizer["id"]
    return ids


def _authorizer(name: str, scheme: Json, given: Json) -> Json:
    wanted = {member: value for member, value in given.items() if value not in ("", None)}
    wanted |= {"name": name, "type": str(given.get("type") or "").upper()}
    if scheme.get(f"{X}authtype"):
        wanted["authType"] = str(scheme[f"{X}authtype"])
    if "identitySource" not in wanted and scheme.get("name"):
        wanted["identitySource"] = f"method.request.header.{scheme['name']}"
    return wanted


def take_validators(document: Document, api: Json) -> dict[str, str]:
    """The document's request validators; the ids by name."""
    known = {each["name"]: each["id"] for each in api["validators"].values()}
    given = document.value.get(f"{X}request-validators") or {}
    for name, validator in given.items():
        value = validators.make({**validator, "name": name})
        value["id"] = known.setdefault(name, value["id"])
        api["validators"][value["id"]] = value
    return known


def take_gateway_responses(document: Document, api: Json, found: Findings) -> None:
    """The document's gateway responses."""
    for kind, given in (document.value.get(f"{X}gateway-responses") or {}).items():
        if kind not in gateway_responses.STATUS:
            found.warnings.append(f"Invalid gateway response type specified: {kind}")
            continue
        try:
            api["gatewayResponses"][kind] = gateway_responses.make(kind, copy.deepcopy(given or {}))
        except ApiError as error:
            found.error(f"Unable to put gateway response '{kind}'", error)
