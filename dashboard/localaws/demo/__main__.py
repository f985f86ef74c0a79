"""``make demo``: everything on this machine until Ctrl-C or SIGTERM. ``--reset`` forgets what was kept and starts anew."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from types import FrameType

from dashboard.localaws.demo import choices, folder
from dashboard.localaws.demo.choices import Asked, Choices, StopAsked, TroubleError
from dashboard.localaws.demo.folder import Folder
from dashboard.localaws.demo.processes import Crew, environment
from dashboard.localaws.layer import HEALTH
from dashboard.localaws.parent import die_with_parent
from dashboard.localaws.serve import HOST, listen
from dashboard.localaws.server import command

AWS, DATABASE, WORLD, WORKER, WEB = "embedded AWS", "database", "world", "job worker", "web server"
UPSTREAM, TRAFFIC = "carrier server", "traffic generator"


def main() -> int:
    """0 when it was asked to stop, 1 with one sentence on standard error when it cannot go on."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.localaws.demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="delete the demo's data first")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started it is gone"
    )
    given = parser.parse_args()
    asked = _listen_for_signals()
    if given.with_parent and (prepare := die_with_parent(os.getppid())):
        prepare()
    try:
        chosen = choices.read()
        with folder.held(chosen.folder) as ours:
            if given.reset:
                folder.reset(ours)
            folder.prepare(ours)
            _run(chosen, ours, asked)
    except StopAsked:
        print("\nThe demo has stopped; its data is kept.", flush=True)
        return 0
    except TroubleError as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    return 0


def _run(chosen: Choices, ours: Folder, asked: Asked) -> None:
    """Start everything, say so, and watch; whatever happens, nothing is left running."""
    _free(chosen.port, "PORT")
    _free(chosen.aws_port, "AWS_PORT")
    crew = Crew(environment(chosen, ours), ours.log, asked)
    try:
        crew.guard()
        changed = _start(crew, chosen, ours)
        print(_greeting(chosen, ours, changed), flush=True)
        crew.watch()
    finally:
        crew.stop(last=[AWS])


def _start(crew: Crew, chosen: Choices, ours: Folder) -> set[str]:
    """Everything in its order, in parallel where it can be; the names of those who changed their password."""
    crew.start(AWS, *command(chosen.aws_port, ours.aws)[1:])
    upstream = folder.upstream_port(ours, {chosen.port, chosen.aws_port})
    crew.start(UPSTREAM, "-m", "dashboard.localaws.traffic.upstream", "--port", str(upstream))
    crew.start(DATABASE, "-m", "dashboard.localaws.demo.seed", chosen.aws, str(ours.sign_ins))
    crew.answering(AWS, chosen.aws_port, HEALTH)
    crew.start(WORLD, "-m", "dashboard.localaws.world", chosen.aws, f"{HOST}:{upstream}")
    changed = set(crew.finish(DATABASE).splitlines())
    crew.start(WORKER, "manage.py", "qcluster")
    crew.start(WEB, "-m", "gunicorn", "-c", "dashboard/gunicorn_conf.py", "dashboard.wsgi")
    crew.finish(WORLD)
    crew.start(TRAFFIC, "-m", "dashboard.localaws.traffic", chosen.aws)
    crew.answering(WEB, chosen.port, "/readyz")
    return changed


def _greeting(chosen: Choices, ours: Folder, changed: set[str]) -> str:
    lines = [f"Gatehouse is ready: {chosen.url}"]
    for name, password in ours.passwords().items():
        lines.append(f"  {name:<7} {'(the password was changed)' if name in changed else password}")
    lines += [
        f"This is a demo: its AWS is an emulator on this machine ({chosen.aws}), no real account is touched.",
        "The APIs' 30 days of metrics, logs and usage are generated; since the first start a small generator calls them here.",
        f"Its APIs answer real requests: {chosen.aws}/_aws/execute-api/API-ID/STAGE/PATH",
        f"Everything is kept in {chosen.folder}; Ctrl-C stops, `make demo-reset` starts anew.",
    ]
    return "\n".join(lines)


def _free(port: int, name: str) -> None:
    """TroubleError when nobody can listen on ``port``."""
    try:
        listen(port).close()
    except OSError as error:
        raise TroubleError(
            f"Port {port} on 127.0.0.1 is in use; choose another one, for example `make demo {name}={port + 1}`."
        ) from error


def _listen_for_signals() -> Asked:
    """What the handlers of the usual signals note in."""
    asked = Asked()

    def note(_number: int, _frame: FrameType | None) -> None:
        asked.to_stop = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)
    return asked


if __name__ == "__main__":
    sys.exit(main())
