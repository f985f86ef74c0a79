"""Backups, point-in-time recovery, an item as it was, and what belongs to a table beside its definition."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from dashboard.tables.areas import Tab

TAB: Tab | None = Tab("backups", "tables:backups", "Backups")


class BackupId:
    """The last part of a backup's ARN."""

    regex = r"[A-Za-z0-9-]{1,64}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(BackupId, "backup")


def urls() -> list[URLPattern]:
    """The page of backups and its forms, the time machine, and the sections that the Structure page loads."""
    from dashboard.tables.areas.paths import ITEM, PLACE, TABLE
    from dashboard.tables.screens import (
        backups,
        belonging_forms,
        panels,
        procedures,
        recovery,
        restore,
        then,
    )

    machine = TABLE + "time-machine/<uuid:procedure>/"
    return [
        path(PLACE + "tables/~backups/", backups.everywhere, name="all-backups"),
        path(TABLE + "backups/", backups.page, name="backups"),
        path(TABLE + "backups/recovery/", recovery.recovery, name="recovery"),
        path(TABLE + "backups/new/", recovery.new_backup, name="backup-new"),
        path(TABLE + "backups/restore/", restore.restore, name="restore"),
        path(TABLE + "backups/<backup:backup>/delete/", recovery.delete_backup, name="backup-delete"),
        path(ITEM + "then/", then.then, name="then"),
        path(ITEM + "then/recover/", procedures.recover, name="recover"),
        path(machine, procedures.procedure, name="procedure"),
        path(machine + "delete/", procedures.clean, name="procedure-clean"),
        path(TABLE + "structure/replicas/", panels.replicas, name="replicas"),
        path(TABLE + "structure/policy/", panels.policy, name="policy"),
        path(TABLE + "structure/insights/", panels.insights, name="insights"),
        path(TABLE + "structure/kinesis/", panels.kinesis, name="kinesis"),
        path(TABLE + "structure/replicas/set/", belonging_forms.replica, name="replicas-set"),
        path(TABLE + "structure/policy/set/", belonging_forms.policy, name="policy-set"),
        path(TABLE + "structure/insights/set/", belonging_forms.insights, name="insights-set"),
    ]


def ready() -> None:
    """Handlers of the record, jobs, and the sections of the Structure page."""
    from dashboard.history import handlers
    from dashboard.jobs import kinds, schedules
    from dashboard.tables.areas.structure import Panel, panels
    from dashboard.tables.operations import backups, belongings, restoring, timemachine

    for module in (backups, belongings, restoring, timemachine):
        for handler in module.handlers():
            handlers.register(handler)
    kinds.register(kinds.Kind(restoring.KIND, "Restore a table", restoring.run, link=restoring.leads_to))
    kinds.register(
        kinds.Kind(
            timemachine.KIND,
            "Look at an item as it was, in a restored table",
            timemachine.run,
            permission="administer",
            link=timemachine.leads_to,
        )
    )
    kinds.register(
        kinds.Kind(
            timemachine.SWEEP, "Delete temporary tables that were left behind", timemachine.sweep, hidden=True
        )
    )
    schedules.every(timemachine.SWEEP_MINUTES, timemachine.SWEEP, {})
    panels.extend(
        (
            Panel("Replicas", "tables:replicas"),
            Panel("Resource policy", "tables:policy"),
            Panel("Contributor Insights", "tables:insights"),
            Panel("Kinesis data streams", "tables:kinesis"),
        )
    )
