"""Groups and their grants as rows."""

from __future__ import annotations

import json

from django.contrib.auth.models import Group

from dashboard.accounts.actor import Actor
from dashboard.accounts.models import Grant, ReadBudget
from dashboard.accounts.operations import guards
from dashboard.accounts.operations.areas import USERS
from dashboard.accounts.operations.rows import Rows
from dashboard.accounts.rules import CONTROL, MAX_READ_BUDGET, READ_BUDGET_RULE, Values, grant_problems
from dashboard.core.errors import InputError


def group_values(row: Group) -> Values:
    """The group as plain JSON; its grants and its members are rows of their own. ``read_budget`` is there when it has one."""
    units = ReadBudget.objects.filter(group=row).values_list("units", flat=True).first()
    return {"name": row.name} if units is None else {"name": row.name, "read_budget": units}


def find_group(name: str) -> Group | None:
    """The group of that name, locked."""
    return Group.objects.select_for_update().filter(name=name).first()


def _write_group(row: Group | None, new: Values) -> Group:
    row = row or Group()
    row.name = new["name"]
    row.save()
    units = new.get("read_budget")
    if units is None:
        ReadBudget.objects.filter(group=row).delete()
    else:
        ReadBudget.objects.update_or_create(group=row, defaults={"units": units})
    return row


def _guard_group(actor: Actor, row: Group | None, before: Values | None, after: Values | None) -> None:
    if row is not None:
        guards.own_group(actor, row)
    if row is not None and after is None:
        members, grants = row.user_set.count(), Grant.objects.filter(group=row).count()
        if members or grants:
            raise InputError("", f"The group has {members} members and {grants} grants. Remove them first.")
    if after is None:
        return
    name = after["name"]
    if not name.strip() or name != name.strip() or len(name) > 150 or CONTROL.search(name):
        raise InputError("name", "Name: 1 to 150 characters on one line, without spaces at its ends.")
    others = Group.objects.filter(name__iexact=name)
    if (others.exclude(pk=row.pk) if row else others).exists():
        raise InputError("name", f"Name: there is a group {name} already.")
    units = after.get("read_budget")
    if units is not None and (not isinstance(units, int) or not 1 <= units <= MAX_READ_BUDGET):
        raise InputError("read_budget", READ_BUDGET_RULE)


GROUP: Rows[Group] = Rows(
    noun="group",
    area=USERS,
    subject=lambda values: str(values["name"]),
    find=find_group,
    values=group_values,
    write=_write_group,
    guard=_guard_group,
    label=lambda values: f"Group {values['name']}",
)


def grant_values(row: Grant) -> Values:
    """The grant as plain JSON, with its group's name."""
    return {
        "group": row.group.name,
        "connection": row.connection,
        "region": row.region,
        "resource": row.resource,
        "actions": list(row.actions),
    }


def _grant_subject(values: Values) -> str:
    return json.dumps([values["group"], values["connection"], values["region"], values["resource"]])


def find_grant(subject: str) -> Grant | None:
    """The grant of that group and those patterns, locked; there is at most one."""
    group, connection, region, resource = json.loads(subject)
    rows = Grant.objects.select_for_update(of=("self",)).select_related("group")
    return rows.filter(group__name=group, connection=connection, region=region, resource=resource).first()


def _write_grant(row: Grant | None, new: Values) -> Grant:
    row = row or Grant()
    row.group = Group.objects.get(name=new["group"])
    row.connection, row.region, row.resource = new["connection"], new["region"], new["resource"]
    row.actions = list(new["actions"])
    row.save()
    return row


def _guard_grant(actor: Actor, row: Grant | None, before: Values | None, after: Values | None) -> None:
    if row is not None:
        guards.own_group(actor, row.group)
    if after is None:
        return
    group = Group.objects.filter(name=after["group"]).first()
    if group is None:
        raise InputError("group", f"Group: there is no group {after['group']}.")
    guards.own_group(actor, group)
    for name, sentence in grant_problems(after).items():
        raise InputError(name, sentence)
    patterns = {name: after[name] for name in ("connection", "region", "resource")}
    guards.no_more_than_held(actor, [Grant(group=group, actions=after["actions"], **patterns)])
    others = Grant.objects.filter(group=group, **patterns)
    if (others.exclude(pk=row.pk) if row else others).exists():
        raise InputError(
            "resource", "Resource: the group has a grant for exactly these patterns already. Change that one."
        )


GRANT: Rows[Grant] = Rows(
    noun="grant",
    area=USERS,
    subject=_grant_subject,
    find=find_grant,
    values=grant_values,
    write=_write_grant,
    guard=_guard_grant,
    label=lambda values: (
        f"Grant of {values['group']} on {values['connection']}/{values['region']}/{values['resource']}"
    ),
)
