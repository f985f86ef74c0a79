"""Groups and their grants: what there is, and changing it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dashboard.accounts.forms.people import GrantForm, GroupForm
from dashboard.accounts.models import Grant
from dashboard.accounts.operations.areas import USERS
from dashboard.accounts.operations.groups import GRANT, GROUP, group_values
from dashboard.accounts.policy import may
from dashboard.accounts.rules import Values, pattern_words
from dashboard.accounts.screens.flow import Flow, Removal, change, remove
from dashboard.console.screen import screen

AREA = USERS.name


@screen("read", AREA)
def listing(request: HttpRequest) -> HttpResponse:
    """Every group with its members and grants. No AWS call."""
    context = {
        "title": "Groups",
        "crumbs": [("Access", reverse("accounts:users")), ("Groups", None)],
        "groups": Group.objects.prefetch_related("grants", "user_set").order_by("name"),
        "may_administer": may(request.user, "administer", USERS),
    }
    return render(request, "accounts/groups.html", context)


@screen("read", AREA)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One group. No AWS call."""
    group = _get(pk)
    grants = Grant.objects.filter(group=group).select_related("group")
    context = {
        "title": f"Group {group.name}",
        "crumbs": _crumbs(group, None),
        "group": group,
        "read_budget": group_values(group).get("read_budget"),
        "default_budget": settings.READ_BUDGET_UNITS,
        "members": group.user_set.order_by("username"),
        "grants": [
            (grant, pattern_words(grant.connection, grant.region, grant.resource)) for grant in grants
        ],
        "may_administer": may(request.user, "administer", USERS),
    }
    return render(request, "accounts/group.html", context)


@screen("administer", AREA, post="administer")
def new(request: HttpRequest) -> HttpResponse:
    """A new group, without grants."""
    crumbs = [("Access", reverse("accounts:users")), ("Groups", reverse("accounts:groups")), ("New", None)]
    return change(
        request, Flow(GROUP, GroupForm, _url, reverse("accounts:groups"), crumbs, "New group"), None
    )


@screen("administer", AREA, post="administer")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a group or change its read budget."""
    group = _get(pk)
    flow = Flow(GROUP, GroupForm, _url, _url(group), _crumbs(group, "Change"), f"Change {group.name}")
    return change(request, flow, group)


@screen("administer", AREA, post="administer")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a group that has neither members nor grants any more."""
    group = _get(pk)
    removal = Removal(GROUP, group.name, reverse("accounts:groups"), _url(group), _crumbs(group, "Delete"))
    return remove(request, removal, group)


@screen("administer", AREA, post="administer")
def new_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """A new grant of a group."""
    group = _get(pk)
    flow = _grant_flow(group, f"New grant of {group.name}", "New grant")
    return change(request, flow, None, preset={"group": group.name})


@screen("administer", AREA, post="administer")
def edit_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a grant."""
    grant = _get_grant(pk)
    return change(request, _grant_flow(grant.group, f"Change a grant of {grant.group.name}", "Change"), grant)


@screen("administer", AREA, post="administer")
def delete_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a grant away from a group."""
    grant = _get_grant(pk)
    group = grant.group
    members = group.user_set.count()
    removal = Removal(
        GRANT,
        group.name,
        done=_url(group),
        back=_url(group),
        crumbs=_crumbs(group, "Delete a grant"),
        consequences=[
            pattern_words(grant.connection, grant.region, grant.resource),
            f"The group has {members} member{'' if members == 1 else 's'}, who lose it at once.",
        ],
    )
    return remove(request, removal, grant)


def _grant_flow(group: Group, title: str, last: str) -> Flow[Grant]:
    return Flow(
        GRANT,
        GrantForm,
        done=lambda grant: _url(grant.group),
        back=_url(group),
        crumbs=_crumbs(group, last),
        title=title,
        explain=_explain,
    )


def _explain(values: Values) -> str:
    words = pattern_words(values["connection"], values["region"], values["resource"])
    return f"Members of {values['group']} may {', '.join(values['actions'])} on: {words}"


def _get(pk: int) -> Group:
    group = Group.objects.filter(pk=pk).first()
    if group is None:
        raise Http404("There is no such group.")
    return group


def _get_grant(pk: int) -> Grant:
    grant = Grant.objects.filter(pk=pk).select_related("group").first()
    if grant is None:
        raise Http404("There is no such grant.")
    return grant


def _url(group: Group) -> str:
    return reverse("accounts:group", args=[group.pk])


def _crumbs(group: Group, last: str | None) -> list[tuple[str, str | None]]:
    above: list[tuple[str, str | None]] = [
        ("Access", reverse("accounts:users")),
        ("Groups", reverse("accounts:groups")),
    ]
    return [*above, (group.name, _url(group)), (last, None)] if last else [*above, (group.name, None)]
