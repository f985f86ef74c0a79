"""Figures of CloudWatch in templates: ``{% load table_figures %}``."""

from __future__ import annotations

from django import template

from dashboard.console.templatetags.console import number
from dashboard.tables.core import monthly

register = template.Library()


@register.filter
def figure(value: float | None, unit: str = "") -> str:
    """``1,234`` or ``3.5``, with its unit; a dash for None, one decimal below ten."""
    if value is None:
        return "–"
    text = number(round(value)) if value >= 10 or value == int(value) else f"{value:.1f}"
    return f"{text}\u00a0{unit}" if unit else text


@register.filter
def money(dollars: float | None) -> str:
    """US dollars in words, ``about $1.20``; None is what is not known."""
    return monthly.money(dollars)
