"""PartiQL's text as tokens, each with its place. What is no token is refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dashboard.core.errors import InputError

FIELD = "statement"
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+ | --[^\n]* | /\*.*?\*/)
  | (?P<string>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<word>[A-Za-z_][A-Za-z0-9_$]*)
  | (?P<sign><<|>>|<=|>=|<>|!=|[-+=<>(),.\[\]{}:;?*])
    """,
    re.VERBOSE | re.DOTALL,
)
_UNCLOSED = {"'": "string in single quotes", '"': "name in double quotes", "/*": "comment"}
_TYPOGRAPHIC = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "−": "-", "≤": "<=", "≥": ">=", "≠": "<>"}


@dataclass(frozen=True)
class Token:
    """``kind`` is string, quoted, number, word, sign or end; ``text`` is as written, ``value`` without quotes.

    ``start`` and ``end`` are places in the whole text; line and column count from 1.
    """

    kind: str
    text: str
    start: int
    end: int
    line: int
    column: int

    @property
    def value(self) -> str:
        """The string or name inside the quotes, doubled quotes undone; any other token as it stands."""
        if self.kind in ("string", "quoted"):
            quote = self.text[0]
            return self.text[1:-1].replace(quote * 2, quote)
        return self.text

    @property
    def word(self) -> str:
        """A bare word in capitals, else empty."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def shown(self) -> str:
        """For sentences."""
        if self.kind == "end":
            return "the end"
        return self.text if len(self.text) <= 30 else f"{self.text[:30]}…"


def refuse(token: Token, rule: str) -> InputError:
    """The sentence for one place of the statement."""
    return InputError(FIELD, f"Line {token.line}, column {token.column}: {rule}")


def tokenize(text: str) -> list[Token]:
    """Every token, the last of kind ``end``; InputError names the first place that cannot be read."""
    tokens: list[Token] = []
    position, line, begin = 0, 1, 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise refuse(Token("", "", position, position, line, position - begin + 1), _why(text, position))
        kind = found.lastgroup or ""
        if kind == "number" and text[position] == "." and tokens and _ends_path(tokens[-1], position):
            tokens.append(Token("sign", ".", position, position + 1, line, position - begin + 1))
            position += 1
            continue
        if kind != "space":
            tokens.append(Token(kind, found[0], position, found.end(), line, position - begin + 1))
            _check_text(tokens[-1])
        line += found[0].count("\n")
        if "\n" in found[0]:
            begin = position + found[0].rindex("\n") + 1
        position = found.end()
    tokens.append(Token("end", "", len(text), len(text), line, len(text) - begin + 1))
    return tokens


def _ends_path(token: Token, position: int) -> bool:
    """Whether a point at ``position`` belongs to the path that ends there, as in ``a.5``, and not to a number."""
    return token.end == position and (token.kind in ("word", "quoted") or token.text in ("]", ")"))


def _check_text(token: Token) -> None:
    try:
        token.text.encode()
    except UnicodeEncodeError as error:
        raise refuse(
            token, "This holds half of a character (an unpaired surrogate), which is not text."
        ) from error
    if token.text == '""':
        raise refuse(
            token, "A name in double quotes has at least one character. A string is in single quotes: ''."
        )


def _why(text: str, position: int) -> str:
    for start, what in _UNCLOSED.items():
        if text.startswith(start, position):
            return f"This {what} is never closed."
    char = text[position]
    if char in _TYPOGRAPHIC:
        return f"{char} is a typographic character; write {_TYPOGRAPHIC[char]}"
    if char == "`":
        return "Names are quoted with \" and strings with '. Ion literals in ` are not part of DynamoDB's PartiQL."
    if char == "#" or char == "@" or char == "$":
        return f'{char} begins no name; put a name with such characters in double quotes, "{char}name".'
    name = unicodedata.name(char, "a control character")
    where = "A name with such characters is in double quotes, a string in single quotes."
    return f"U+{ord(char):04X} ({name}) cannot stand here. {where}"
