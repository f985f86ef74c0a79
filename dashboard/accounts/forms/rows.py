"""A form over a ``Rows``: the same guard that the operation asks, asked early, with its sentences at the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.db import models, transaction
from django.forms import BoundField

from dashboard.accounts.actor import Actor
from dashboard.accounts.operations.rows import Rows
from dashboard.accounts.policy import Refused
from dashboard.accounts.rules import Values
from dashboard.core.errors import InputError


class ReasonForm(forms.Form):
    """Why, for the record."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It goes into the record of changes.",
        error_messages={
            "required": "Reason: say why, so that the record tells it later.",
            "max_length": "Reason: at most 1000 characters.",
        },
    )


class RowForm(forms.Form):
    """``before`` is the row as shown, None for a new one, which then starts as ``preset``;
    ``draft`` fills the form in instead of them. ``refused`` is set when this person may not make this change.
    """

    blank: Values = {}
    """The values of a new row that the form does not ask for."""

    mandatory: frozenset[str] = frozenset()
    """Fields marked as required; the rules of the row say the sentence, which names the field."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        rows: Rows[Any],
        actor: Actor,
        row: models.Model | None,
        before: Values | None,
        preset: Values | None = None,
        draft: Values | None = None,
    ) -> None:
        self.rows, self.actor, self.row, self.before = rows, actor, row, before
        self.start = before or self.blank | (preset or {})
        self.refused: Refused | None = None
        super().__init__(data, initial=self.to_initial(draft or self.start), label_suffix="")
        self.unseen = self.not_shown()

    def to_initial(self, values: Values) -> dict[str, Any]:
        """The values as the inputs take them."""
        return dict(values)

    def to_values(self, cleaned: dict[str, Any]) -> Values:
        """What the inputs gave as values."""
        return cleaned

    def problems(self, values: Values) -> dict[str, str]:
        """Every broken rule at once, by field."""
        return {}

    def not_shown(self) -> frozenset[str]:
        """Fields that this person is not offered; they keep their value unless the request names them (then the guard refuses)."""
        return frozenset()

    @property
    def offered(self) -> list[BoundField]:
        """The fields as they are drawn."""
        return [field for field in self if field.name not in self.unseen]

    @property
    def carried(self) -> list[BoundField]:
        """The fields that the review page sends on."""
        return [field for field in self if field.name not in self.unseen or field.name in self.data]

    @property
    def values(self) -> Values:
        """The row as it is to be; only after ``is_valid()``."""
        entered = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in self.unseen or name in self.data
        }
        return self.start | self.to_values(entered)

    def clean(self) -> dict[str, Any]:
        """The rules of the row, then the guard of the operation."""
        if self.errors:
            return self.cleaned_data
        values = self.values
        for name, sentence in self.problems(values).items():
            self._say(name, sentence)
        if not self.errors:
            self._ask_guard(values)
        return self.cleaned_data

    def _ask_guard(self, values: Values) -> None:
        try:
            with transaction.atomic():  # it may lock rows while it looks
                self.rows.guard(self.actor, self.row, self.before, values)
        except InputError as error:
            self._say(error.field, error.rule)
        except Refused as error:
            self.refused = error
            self.add_error(None, error.reason)

    def _say(self, name: str, sentence: str) -> None:
        offered = name in self.fields and name not in self.unseen
        self.add_error(name if offered else None, sentence)


def seal(noun: str, values: Values) -> str:
    """What was shown, signed, so that the browser carries it and cannot alter it."""
    return signing.dumps(values, salt=f"gatehouse.shown.{noun}", compress=True)


def unseal(noun: str, text: str) -> Values | None:
    """What was shown, None when the text was altered or is missing."""
    try:
        values: Values = signing.loads(text, salt=f"gatehouse.shown.{noun}")
    except signing.BadSignature:
        return None
    return values
