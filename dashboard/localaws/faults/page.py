"""``/_local/faults``: rules are listed (GET), added (POST) and cleared (DELETE, or DELETE of one's path)."""

from __future__ import annotations

import orjson

from dashboard.localaws import refusals
from dashboard.localaws.faults.rules import Faults, RuleError
from dashboard.localaws.refusals import Answer

PATH = "/_local/faults"


def answer(faults: Faults, method: str, path: str, body: bytes) -> Answer:
    """The answer to a request that may do this."""
    only = path.removeprefix(PATH).strip("/")
    if method == "GET" and not only:
        return refusals.as_json(200, {"rules": faults.listed()})
    if method == "POST" and not only:
        try:
            return refusals.as_json(201, {"rules": faults.listed(faults.add(orjson.loads(body)))})
        except RuleError as error:
            return refusals.as_json(400, {"message": str(error)})
        except ValueError:
            return refusals.as_json(400, {"message": "The body is a rule, or a list of rules, in JSON."})
    if method == "DELETE":
        if faults.clear(only):
            return refusals.as_json(200, {"rules": faults.listed()})
        return refusals.as_json(404, {"message": f"There is no rule {only}."})
    return refusals.as_json(405, {"message": "GET lists rules, POST adds, DELETE clears."})
