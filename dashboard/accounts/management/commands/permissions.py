"""``manage.py permissions``: every URL, what it asks for, and which groups may."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from dashboard.accounts.operations.permissions import Asked, table


class Command(BaseCommand):
    """Read off the running console's own URLs, so that the table cannot be out of date."""

    help = "Print what every URL asks for and which groups may; --json for a program."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--json``."""
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        lines = table()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(line) for line in lines], indent=1))
            return
        cells = [
            ("METHOD", "URL", "ACTION", "RESOURCE", "GROUPS (in part)"),
            *(_cells(line) for line in lines),
        ]
        widths = [max(len(row[column]) for row in cells) for column in range(4)]
        for row in cells:
            padded = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*padded, row[4]]).rstrip())


def _cells(line: Asked) -> tuple[str, str, str, str, str]:
    partly = [f"({name})" for name in line.partly]
    return line.method, line.pattern, line.action, line.resource, " ".join([*line.groups, *partly])
