"""What travels through the forms that write an item: the draft as typed, how it is shown, the item as it was shown, the reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from dashboard.core.errors import InputError
from dashboard.core.wire import Item, compact
from dashboard.tables.core import forms
from dashboard.tables.core.drafts import FORMS, members_of, members_text, parse, to_text
from dashboard.tables.core.forms import MOST_ROWS, Row
from dashboard.tables.screens.formrows import posted_rows
from dashboard.tables.screens.shared import KEY_TEXT

VIEW_NAMES = {"form": "Form", "plain": "Plain JSON", "dynamodb": "DynamoDB JSON"}
FIRST_VIEW = "form"
FIRST_FORM = "plain"


@dataclass(frozen=True)
class Draft:
    """One draft, shown as a form or as text in one of two forms.

    ``rows`` are what was typed into the form; where there are none, ``text`` in ``form`` is the draft. ``view`` is how the editor shows
    it. ``original`` (compact DynamoDB JSON, empty for a new item) is what was shown, ``copy_of`` the key of the item that a new one is a
    duplicate of. ``conflicts`` are attributes that somebody else changed too, so that the editor can name them.
    """

    text: str
    form: str = FIRST_FORM
    original: str = ""
    reason: str = ""
    conflicts: tuple[str, ...] = ()
    view: str = FIRST_FORM
    rows: tuple[Row, ...] | None = None
    copy_of: str = ""

    @property
    def view_name(self) -> str:
        """How it is shown, in words."""
        return VIEW_NAMES[self.view]

    @property
    def views(self) -> tuple[tuple[str, str], ...]:
        """Every view and its name."""
        return tuple(VIEW_NAMES.items())

    def item(self) -> Item:
        """The item that was typed; InputError (field ``draft``) when it is none."""
        return forms.item_of(self.rows) if self.rows is not None else parse(self.text, self.form)

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

    def seen_as(self, view: str) -> Draft:
        """The same draft in that view, with whatever is wrong in it; InputError when the view has no way to show it."""
        if view == "form":
            rows = forms.rows_of(members_of(self.text, self.form)) if self.rows is None else self.rows
            if len(rows) > MOST_ROWS:
                raise InputError(
                    "draft",
                    f"This item has {len(rows):,} attributes; the form shows at most {MOST_ROWS}. Edit it as text.",
                )
            return replace(self, rows=rows, view="form")
        if self.rows is not None:
            return replace(self, text=forms.as_text(self.rows, view), form=view, view=view, rows=None)
        if view == self.form:
            return replace(self, view=view)
        members = members_of(self.text, self.form)
        text = members_text(members, view)
        if members_of(text, view) != members:
            self.item()  # says what is wrong; a right draft is never lost
        return replace(self, text=text, form=view, view=view)

    def as_text(self) -> Draft:
        """A draft that can be stored, as text that a page carries along; its view stays."""
        if self.rows is None:
            return self
        return replace(self, text=to_text(self.item(), "dynamodb"), form="dynamodb", rows=None)


def draft_of(
    item: Item, view: str = FIRST_VIEW, original: Item | None = None, reason: str = "", copy_of: str = ""
) -> Draft:
    """A draft that begins with ``item``; as text where the form cannot show it."""
    first = compact(original) if original is not None else ""
    if view == "form" and len(item) > MOST_ROWS:
        view = FIRST_FORM
    form = FIRST_FORM if view == "form" else view
    text = "" if view == "form" else to_text(item, form)
    rows = forms.rows_of(tuple(item.items())) if view == "form" else None
    return Draft(text, form, first, reason, view=view, rows=rows, copy_of=copy_of)


def ordered(item: Item, keys: Sequence[str]) -> Item:
    """The item with its keys first, the others by name, as its page shows it; to DynamoDB the order means nothing."""
    names = [name for name in keys if name in item] + sorted(name for name in item if name not in keys)
    return {name: item[name] for name in names}


def posted(data: QueryDict) -> Draft:
    """The draft that a form sent."""
    form = data.get("form", FIRST_FORM)
    form = form if form in FORMS else FIRST_FORM
    view = data.get("view", form)
    return Draft(
        text=data.get("draft", ""),
        form=form,
        original=data.get("original", ""),
        reason=data.get("reason", "").strip(),
        conflicts=tuple(data.getlist("conflict")),
        view=view if view in VIEW_NAMES else form,
        rows=posted_rows(data) if "rows" in data else None,
        copy_of=key_in_url(data.get("copy_of", "")),
    )


def key_in_url(text: str) -> str:
    """The text when it can be a key's, else nothing: it becomes part of an address."""
    return text if re.fullmatch(KEY_TEXT, text) else ""


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
