"""What a resource policy may do that its author did not mean, in sentences. Pure; whether a request is allowed is AWS's to decide.

Source: Developer Guide, "Resource-based policies": evaluation of explicit denials, Block Public Access.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def cautions(document: dict[str, Any] | None) -> tuple[str, ...]:
    """What to know before the policy is set, each sentence once; none for a policy that is taken away."""
    if document is None:
        return ()
    given = document.get("Statement")
    statements = given if isinstance(given, list) else [given]
    found = (one for statement in statements if isinstance(statement, dict) for one in _of(statement))
    return tuple(dict.fromkeys(found))


def _of(statement: dict[str, Any]) -> Iterator[str]:
    everybody = _is_everybody(statement.get("Principal")) or "NotPrincipal" in statement
    if statement.get("Effect") == "Deny" and everybody:
        whom = "everybody but those it names" if "NotPrincipal" in statement else "everybody"
        when = " whenever its condition holds" if statement.get("Condition") else ""
        yield (
            f"A statement denies {whom}{when}: applications and this connection among them, whatever else allows them. "
            "If it denies reading or changing the policy too, it may not be possible to take it back from here."
        )
    if statement.get("Effect") == "Allow" and everybody and not statement.get("Condition"):
        yield "A statement allows everybody, of every account. AWS refuses such a policy while it blocks public access."
    actions = statement.get("Action")
    listed = actions if isinstance(actions, list) else [actions]
    if statement.get("Effect") == "Allow" and any(action in ("*", "dynamodb:*") for action in listed):
        yield "A statement allows every action, deleting the table and changing this policy among them."


def _is_everybody(principal: Any) -> bool:
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return named == "*" or (isinstance(named, list) and "*" in named)
