"""The words of a text one after the other."""

from __future__ import annotations

from dashboard.core.errors import InputError
from dashboard.tables.core.language.tokens import Token, refuse, tokens_of


class Stream:
    """Where the reading stands."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens_of(text)
        self._place = 0

    @property
    def next(self) -> Token:
        """The word that comes now; at the end the end mark, again and again."""
        return self._tokens[self._place]

    def take(self) -> Token:
        """The word that comes now, and go on."""
        token = self.next
        if token.kind != "end":
            self._place += 1
        return token

    def took(self, kind: str, text: str) -> bool:
        """Go on if this word comes."""
        found = self.next.kind == kind and self.next.text == text
        if found:
            self.take()
        return found

    def expect(self, kind: str, text: str, wanted: str) -> None:
        """Go on past this word; InputError when another one comes."""
        if not self.took(kind, text):
            raise self.unexpected(wanted)

    def calls(self) -> bool:
        """Whether a function's name comes: an unquoted name and a bracket."""
        after = self._tokens[min(self._place + 1, len(self._tokens) - 1)]
        return (
            self.next.kind == "name"
            and not self.next.quoted
            and (after.kind, after.text)
            == (
                "mark",
                "(",
            )
        )

    def unexpected(self, wanted: str) -> InputError:
        """The error for the word that comes."""
        token = self.next
        found = "the text ends" if token.kind == "end" else f"found {_shown(token)}"
        return refuse(token.column, f"Expected {wanted}, but {found}.")


def _shown(token: Token) -> str:
    text = token.text if len(token.text) <= 40 else token.text[:40] + "…"
    return f"the text '{text}'" if token.kind in ("string", "binary") else text
