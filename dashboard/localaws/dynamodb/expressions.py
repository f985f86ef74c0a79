"""Expressions that AWS refuses and the engine lets pass, or refuses in other words: checked before the engine sees the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashboard.localaws.dynamodb.engine import Reply, Table, engine, table_named
from dashboard.localaws.dynamodb.refusals import Refused, invalid
from dashboard.localaws.dynamodb.sizes import GLOBAL, index_of

Token = tuple[str, Any]
Path = tuple[str | int, ...]
SLOTS = (
    "KeyConditionExpression",
    "FilterExpression",
    "ConditionExpression",
    "UpdateExpression",
    "ProjectionExpression",
)
_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
_OPERANDS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
_UPDATE_OPERANDS = {"if_not_exists": 2, "list_append": 2}
_ENVELOPE = "1 validation error detected:"
"""Before what a single write is refused for when its clauses and paths are read."""
_BAD_PATH = b"The document path provided in the update expression is invalid for update"
_NO_NAMES = ("AND", "OR", "NOT", "BETWEEN", "IN")


def check(operation: str, data: dict[str, Any]) -> None:
    """Refused for an expression that AWS refuses; what is left is the engine's to judge."""
    for slot in SLOTS:
        text = data.get(slot)
        if isinstance(text, str):
            _check_slot(slot, text, data)
    if operation == "Query" and isinstance(data.get("TableName"), str):
        table = table_named(data["TableName"])
        if table is not None:
            _check_query(table, data)


def worded(reply: Reply) -> Reply:
    """A refusal of the engine in AWS's words, where the engine adds to them."""
    if reply[0] != 400 or _BAD_PATH not in reply[2]:
        return reply
    return reply[0], reply[1], reply[2][: reply[2].index(_BAD_PATH) + len(_BAD_PATH)] + b'"}'


def _check_slot(slot: str, text: str, data: dict[str, Any]) -> None:
    if not text.strip():
        raise invalid(f"Invalid {slot}: The expression can not be empty;")
    tokens = _tokens(text)
    if slot in ("FilterExpression", "ConditionExpression", "KeyConditionExpression"):
        wrong = engine()._condition_syntax_error(text, slot)
        if wrong:
            raise invalid(wrong)
    if slot != "ProjectionExpression":
        _check_functions(slot, tokens)
        update = slot == "UpdateExpression"
        plain = [
            one for one in tokens if not (update and one[0] == "IDENT" and str(one[1]).upper() in _CLAUSES)
        ]
        reserved = engine()._check_reserved_keyword_usage(plain)
        if reserved:
            raise invalid(reserved.replace("UpdateExpression", slot))
    if slot == "UpdateExpression":
        _check_update(tokens, data.get("ExpressionAttributeNames") or {})


def _tokens(text: str) -> list[Token]:
    """The engine's tokens; none when it cannot read the text, which it will say itself."""
    try:
        return list(engine()._tokenize(text))
    except ValueError:
        return []


def _check_functions(slot: str, tokens: list[Token]) -> None:
    known = _UPDATE_OPERANDS if slot == "UpdateExpression" else _OPERANDS
    for at, (kind, name) in enumerate(tokens[:-1]):
        if kind != "IDENT" or tokens[at + 1][0] != "LPAREN" or str(name).upper() in _NO_NAMES:
            continue
        if name not in _UPDATE_OPERANDS and name not in _OPERANDS:
            raise invalid(f"Invalid {slot}: Invalid function name; function: {name}")
        if name not in known:
            raise invalid(
                f"Invalid {slot}: The function is not allowed to be used this way in an expression; function: {name}"
            )
        end = engine()._find_matching_paren(tokens, at + 1)
        given = [part for part in engine()._split_by_comma(tokens[at + 2 : end]) if part]
        if len(given) != known[name]:
            raise invalid(
                f"Invalid {slot}: Incorrect number of operands for operator or function; "
                f"operator or function: {name}, number of operands: {len(given)}"
            )


def _check_update(tokens: list[Token], names: dict[str, str]) -> None:
    seen: set[str] = set()
    paths: list[Path] = []
    for clause, part in _clauses(tokens):
        if clause in seen:
            raise invalid(
                f'{_ENVELOPE} Invalid UpdateExpression: The "{clause}" section can only be used once in an update expression;'
            )
        seen.add(clause)
        for action in engine()._split_by_comma(part):
            path = _target(clause, action, names)
            if path:
                _check_overlap(paths, path)
                paths.append(path)


def _clauses(tokens: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    found: list[tuple[str, list[Token]]] = []
    for token in tokens:
        if token[0] == "IDENT" and str(token[1]).upper() in _CLAUSES:
            found.append((str(token[1]).upper(), []))
        elif token[0] != "EOF" and found:
            found[-1][1].append(token)
    yield from found


def _target(clause: str, action: list[Token], names: dict[str, str]) -> Path:
    """The path that an action writes, () when it cannot be read."""
    if clause == "SET":
        action = action[: next((at for at, token in enumerate(action) if token[0] == "EQ"), 0)]
    elif clause in ("ADD", "DELETE"):
        action = action[:-1]
    if any(kind == "NAME_REF" and name not in names for kind, name in action):
        return ()
    try:
        return tuple(engine()._parse_path_from_tokens(action, names) or ())
    except (ValueError, IndexError, KeyError):
        return ()


def _check_overlap(before: list[Path], path: Path) -> None:
    for other in before:
        pairs = list(zip(other, path, strict=False))
        differ = next((pair for pair in pairs if pair[0] != pair[1]), None)
        if differ is None:
            raise invalid(_two_paths("overlap", other, path))
        if isinstance(differ[0], int) != isinstance(differ[1], int):
            raise invalid(_two_paths("conflict", other, path))


def _two_paths(how: str, one: Path, two: Path) -> str:
    return (
        f"{_ENVELOPE} Invalid UpdateExpression: Two document paths {how} with each other; must remove or rewrite one of these paths; "
        f"path one: {_shown(one)}, path two: {_shown(two)}"
    )


def _shown(path: Path) -> str:
    return f"[{', '.join(f'[{part}]' if isinstance(part, int) else part for part in path)}]"


def _check_query(table: Table, data: dict[str, Any]) -> None:
    index = data.get("IndexName")
    given = next((one for one in table.get(GLOBAL) or () if one["IndexName"] == index), None)
    if (
        given is not None
        and data.get("Select") == "ALL_ATTRIBUTES"
        and index_of(table, given, GLOBAL).projected is not None
    ):
        raise invalid(
            f"One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary "
            f"index {index} because its projection type is not ALL"
        )
    schema = table["KeySchema"]
    if index:
        schema = (engine()._index_def(table, index) or {}).get("KeySchema") or []
    names = data.get("ExpressionAttributeNames") or {}
    partitions = {part["AttributeName"] for part in schema if part["KeyType"] == "HASH"}
    for clause in engine()._key_condition_clauses(_tokens(data.get("KeyConditionExpression") or "")):
        operators = {kind for kind, _ in clause} & {"LT", "LE", "GT", "GE", "NE", "LTE", "GTE"}
        words = {str(word).upper() for kind, word in clause if kind == "IDENT"} & {"BETWEEN", "BEGINS_WITH"}
        if partitions & _named(clause, names) and (operators or words):
            raise invalid("Query key condition not supported")
    keys = {part["AttributeName"] for part in schema}
    for name in sorted(keys & _named(_tokens(data.get("FilterExpression") or ""), names)):
        raise Refused(
            "ValidationException",
            f"Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}",
        )


def _named(tokens: list[Token], names: dict[str, str]) -> set[str]:
    """The top-level attributes that are named in tokens."""
    found = set()
    for at, (kind, word) in enumerate(tokens):
        inside = at > 0 and tokens[at - 1][0] == "DOT"
        if kind == "NAME_REF" and not inside:
            found.add(names.get(word, ""))
        elif kind == "IDENT" and not inside and tokens[at + 1 : at + 2] and tokens[at + 1][0] != "LPAREN":
            found.add(str(word))
    return found
