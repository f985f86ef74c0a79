"""The list of jobs."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from dashboard.console.screen import screen
from dashboard.jobs import heartbeat
from dashboard.jobs.core.states import State
from dashboard.jobs.operations.reading import search
from dashboard.jobs.screens.rows import row_of

STATES = [
    ("", "Any state"),
    ("unfinished", "Not finished"),
    *((state.value, state.title()) for state in State),
]


class JobsForm(forms.Form):
    """The fields of the list; the URL is the query."""

    state = forms.ChoiceField(required=False, label="State", choices=STATES)
    upkeep = forms.BooleanField(required=False, label="Also the console's own upkeep")
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)


@screen("read", "console:home")
def jobs(request: HttpRequest) -> HttpResponse:
    """The jobs the viewer may see, newest first; asked again every few seconds while one is unfinished. No AWS call."""
    form = JobsForm(request.GET)
    context: dict[str, object] = {"form": form, "title": "Jobs", "crumbs": [("Jobs", None)]}
    if not form.is_valid():
        return render(request, "jobs/list.html", context, status=400)
    found = search(request.user, **form.cleaned_data)
    query = request.GET.copy()
    context["query"] = query.urlencode()
    if found.next is not None:
        query["after"] = str(found.next)
        context["next_query"] = query.urlencode()
    context["rows"] = [row_of(job) for job in found.jobs]
    context["live"] = any(not job.is_finished for job in found.jobs)
    context["narrowed"] = bool(form.cleaned_data["state"])
    context["silent"] = heartbeat.warning()
    part = "HX-Request" in request.headers
    response = render(request, "jobs/list_part.html" if part else "jobs/list.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
