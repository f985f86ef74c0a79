"""The record, searched."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.console.screen import screen
from dashboard.history.handlers import all_handlers, handler_of
from dashboard.history.models import Change
from dashboard.history.operations.reading import Search, search

STATES = {
    "": "Any outcome",
    "done": "Done",
    "refused": "Refused",
    "failed": "Failed",
    "partial": "Partly done",
    "unknown": "Unknown",
}


class SearchForm(forms.Form):
    """The fields of the search; the URL is the query."""

    resource = forms.CharField(required=False, max_length=300, label="Resource or key")
    user = forms.CharField(required=False, max_length=150, label="User")
    action = forms.ChoiceField(required=False, label="Action")
    state = forms.ChoiceField(required=False, label="Outcome", choices=list(STATES.items()))
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))
    connection = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    region = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    subject = forms.CharField(required=False, widget=forms.HiddenInput)
    request = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", "Any action"), *sorted(all_handlers().items())]  # type: ignore[attr-defined]

    def wanted(self) -> Search:
        """The search; days are UTC days, both included."""
        data = dict(self.cleaned_data)
        since, until = data.pop("since"), data.pop("until")
        return Search(
            since=datetime(since.year, since.month, since.day, tzinfo=UTC) if since else None,
            until=datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=1)
            if until and until < date.max
            else None,  # there is no day after the last one, and nothing to leave out either
            **data,
        )


@screen("read", "console:home")
def changes(request: HttpRequest) -> HttpResponse:
    """The changes the viewer may read, newest first. No AWS call."""
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"form": form, "title": "Changes", "crumbs": [("Changes", None)]}
    if not form.is_valid():
        return render(request, "history/list.html", context, status=400)
    found = search(request.user, form.wanted())
    query = request.GET.copy()
    if found.next is not None:
        query["after"] = str(found.next)
        context["next_query"] = query.urlencode()
    context["rows"] = [row_of(change) for change in found.changes]
    context["narrowed"] = any(value for name, value in form.cleaned_data.items() if name != "after")
    context["scope"] = [
        form.cleaned_data[name]
        for name in ("connection", "region", "subject", "request")
        if form.cleaned_data[name]
    ]
    return render(request, "history/list.html", context)


def row_of(change: Change) -> dict[str, Any]:
    """What a line of the list shows."""
    undoings = [row for row in change.undone_by.all() if row.state == "done"]
    return {
        "change": change,
        "title": handler_of(change.action).title,
        "state": "undone" if undoings else change.state,
    }
