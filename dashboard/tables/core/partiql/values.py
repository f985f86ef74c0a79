"""Parameters as a person enters them: plain JSON, one value each."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.core.errors import InputError
from dashboard.core.wire import Item, Wire
from dashboard.tables.core.drafts import parse
from dashboard.tables.core.jsontext import read_json

MOST_PARAMETERS = 1000


def parse_parameters(texts: Sequence[str]) -> tuple[Wire, ...]:
    """A wire value for each text: "open", 12.50, true, null, ["a"], {"$ss": ["a"]}. InputError (field ``p0``…) says which is wrong."""
    if len(texts) > MOST_PARAMETERS:
        raise InputError("parameters", f"At most {MOST_PARAMETERS} parameters are possible.")
    return tuple(_value(number, text) for number, text in enumerate(texts))


def _value(number: int, text: str) -> Wire:
    name = f"parameter_{number + 1}"
    if not text.strip():
        raise InputError(
            f"p{number}",
            f'Parameter {number + 1} needs a value in JSON: "text" in quotes, 12.50, true, null.',
        )
    try:
        read_json(text)  # by itself first: then it cannot be more than one value
        item: Item = parse(f'{{"{name}": {text}}}', "plain")
    except InputError as error:
        hint = "" if text.strip()[:1] in '"[{0123456789-' else f' A text is in quotes: "{text.strip()[:40]}".'
        rule = error.rule.removeprefix(name).removeprefix(": ")  # what is left of its path says where inside
        raise InputError(f"p{number}", f"Parameter {number + 1}: {rule}{hint}") from error
    return item[name]
