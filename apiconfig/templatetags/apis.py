"""Tags of the module: ``{% load apis %}``."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apiconfig.core.limits import figure
from apiconfig.core.views import ApiRow, Listing
from apiconfig.screens.shared import moment
from dashboard.accounts.place import Place
from dashboard.console.icons import ICONS
from dashboard.console.templatetags.console import ago

register = template.Library()
register.filter("moment", moment)

_TWIN = format_html(
    ' <span class="badge badge-warn" title="{}">'
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>same name</span>',
    "Another REST API of this region has the same name: CloudWatch mixes their figures.",
    ICONS["alert"],
)
_UNKNOWN = format_html('<span class="muted" title="{}">–</span>', "Not read yet: open the API once.")
_NONE = format_html('<span class="muted">{}</span>', "none")
_UNDEPLOYED = format_html(
    '<span class="badge badge-warn"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>{}</span>',
    ICONS["alert"],
    "undeployed change",
)
_DEPLOYED = format_html('<span class="muted">{}</span>', "as deployed")


@register.filter
def seconds(ms: int | None) -> str:
    """Milliseconds in the words of a timeout: ``29 s``, ``0.5 s``."""
    return "" if ms is None else f"{ms / 1000:g}\u00a0s"


@register.filter
def plain_number(value: Decimal | None) -> str:
    """A figure with thousands parted, without needless zeros; a dash for None."""
    return "–" if value is None else figure(value)


@register.simple_tag
def api_rows(rows: list[ApiRow], place: Place, listing: Listing, *, regions: bool) -> SafeString:
    """The rows of the list in one go: a template's loop over 600 of them takes several times as long."""
    twins = frozenset(listing.twins)
    bases = {
        region: reverse("apis:list", args=[place.connection.slug, region])
        for region in {row.api.region for row in rows}
    }
    pattern = (
        '<tr><th scope="row"><a class="clip" href="{}{}/" title="{}">{}</a>{}</th>'
        '<td><span class="kind kind-{}">{}</span> <span class="muted">{}</span></td><td class="mono">{}</td>'
        + ('<td class="mono nowrap">{}</td>' if regions else "{}")
        + "<td>{}</td><td>{}</td><td>{}</td></tr>"
    )
    return format_html_join(
        "\n",
        pattern,
        (
            (
                bases[row.api.region],
                row.api.id,
                row.api.title,
                row.api.title,
                _TWIN if row.api.kind == "REST" and row.api.name in twins else "",
                row.api.kind.lower(),
                row.api.kind_words,
                ", ".join(row.api.endpoint_types).lower() if row.api.kind == "REST" else "",
                row.api.id,
                row.api.region if regions else "",
                _stages(row),
                _time(row.deployed),
                _UNKNOWN if row.undeployed is None else _UNDEPLOYED if row.undeployed else _DEPLOYED,
            )
            for row in rows
        ),
    )


def _stages(row: ApiRow) -> SafeString:
    if row.stages is None:
        return _UNKNOWN
    if not row.stages:
        return _NONE
    return format_html_join(" ", '<span class="stage-name mono">{}</span>', ((name,) for name in row.stages))


def _time(text: str | None) -> SafeString:
    if text is None:
        return _UNKNOWN
    found = moment(text)
    if found is None:
        return _NONE
    return format_html(
        '<time datetime="{}" title="{} UTC" data-relative>{}</time>',
        found.isoformat(),
        f"{found.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        ago(found),
    )
