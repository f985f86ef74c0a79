"""A process beside the workers that obeys the test: one JSON object a line, ``{"do": name, …}``, one answer a line.

The test's own process has another database; this one has the workers'.
"""

from __future__ import annotations

import json
import os
import sys

import django


def main() -> None:
    """Answer until standard input ends."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.jobs.cluster.settings"
    django.setup()
    from django.db import connection

    from tests.jobs.cluster.commands import COMMANDS

    for line in sys.stdin:
        command = json.loads(line)
        answer = COMMANDS[command.pop("do")](**command)
        connection.close()
        print(json.dumps(answer), flush=True)


main()
