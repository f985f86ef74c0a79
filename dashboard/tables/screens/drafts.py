"""What travels through the forms that write an item: the text as typed, its form, the item as it was shown, the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import QueryDict

from dashboard.core.errors import InputError
from dashboard.core.wire import Item, compact
from dashboard.tables.core.drafts import FORMS, parse, to_text

FORM_NAMES = {"plain": "plain JSON", "dynamodb": "DynamoDB JSON"}
FIRST_FORM = "plain"


@dataclass(frozen=True)
class Draft:
    """``text`` in ``form`` is what was typed; ``original`` (compact DynamoDB JSON, empty for a new item) is what was shown.

    ``conflicts`` are attributes that somebody else changed too, so that the editor can name them.
    """

    text: str
    form: str = FIRST_FORM
    original: str = ""
    reason: str = ""
    conflicts: tuple[str, ...] = ()

    @property
    def other_form(self) -> str:
        """The form that it can be switched to."""
        return "dynamodb" if self.form == "plain" else "plain"

    @property
    def form_name(self) -> str:
        """The form in words."""
        return FORM_NAMES[self.form]

    @property
    def other_name(self) -> str:
        """The other form in words."""
        return FORM_NAMES[self.other_form]

    def item(self) -> Item:
        """The item that was typed; InputError (field ``draft``) when it is none."""
        return parse(self.text, self.form)

    def shown(self) -> Item:
        """The item that was shown; InputError (field ``original``) when the form did not bring it back whole."""
        try:
            return parse(self.original, "dynamodb")
        except InputError as error:
            raise InputError(
                "original",
                "The form did not bring back the item as it was shown to you, so nothing can be compared with it. "
                "Copy your draft, open the item again and start from there.",
            ) from error

    def switched(self) -> Draft:
        """The same item in the other form; InputError when what was typed is no item."""
        return replace(self, text=to_text(self.item(), self.other_form), form=self.other_form)


def draft_of(item: Item, form: str = FIRST_FORM, original: Item | None = None, reason: str = "") -> Draft:
    """A draft that begins with ``item``."""
    return Draft(to_text(item, form), form, compact(original) if original is not None else "", reason)


def posted(data: QueryDict) -> Draft:
    """The draft that a form sent."""
    form = data.get("form", FIRST_FORM)
    return Draft(
        text=data.get("draft", ""),
        form=form if form in FORMS else FIRST_FORM,
        original=data.get("original", ""),
        reason=data.get("reason", "").strip(),
        conflicts=tuple(data.getlist("conflict")),
    )


def check_reason(draft: Draft) -> None:
    """InputError (field ``reason``) unless there is a reason that the record can hold."""
    if not draft.reason:
        raise InputError(
            "reason", "Say in the field Reason why you make this change: it goes into the record."
        )
    if "\0" in draft.reason:
        raise InputError(
            "reason", "The field Reason holds the character U+0000, which the record cannot keep."
        )
    if len(draft.reason) > 1000:
        raise InputError("reason", "The field Reason takes at most 1,000 characters.")
