"""Figures of the module's pages: ``{% load figures %}``."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template

from apiconfig.core.plans import PERIODS, Quota
from dashboard.console.charts import text_of
from dashboard.console.templatetags.console import number

register = template.Library()


@register.filter
def count(value: float) -> str:
    """A count that CloudWatch gave as a float, as a whole number."""
    return number(round(value))


@register.filter
def share(part: float, whole: float) -> str:
    """``1.2 %`` of the whole; nothing where there is no whole or no part."""
    if not whole or not part:
        return ""
    percent = 100 * part / whole
    return "< 0.1\u00a0%" if percent < 0.1 else f"{percent:.1f}\u00a0%"


@register.filter
def milliseconds(value: float | None) -> str:
    """``120 ms``; a dash for None."""
    return "–" if value is None else f"{text_of(round(value, 1))}\u00a0ms"


@register.filter
def metric_calls(calls: int) -> str:
    """What reading a page of figures costs."""
    return f"{calls} AWS call{'' if calls == 1 else 's'}"


@register.filter
def utc_minute(time: datetime) -> str:
    """``2026-11-20 14:05``, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


@register.filter
def quota_words(quota: Quota) -> str:
    """``5,000 requests a month``, its thousands as everywhere."""
    return f"{number(quota.limit)} requests {PERIODS.get(quota.period, quota.period.lower())}"
