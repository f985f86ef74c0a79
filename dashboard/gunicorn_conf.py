"""gunicorn's configuration: ``gunicorn -c dashboard/gunicorn_conf.py dashboard.wsgi``.

Threads, not processes or an event loop: a request waits for AWS most of its time. Where it listens and how many threads
it has are settings (docs/settings.md); importing them first means that a wrong setting stops the start with its one line.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dashboard import settings
from dashboard.config.collected import complaint
from dashboard.config.reader import SettingError

if settings.STATIC_COLLECTED:
    wrong = complaint(settings.STATIC_ROOT, (settings.BASE_DIR / "dashboard").glob("**/static"))
    if wrong:
        raise SettingError("STATIC_ROOT", wrong)

bind = settings.BIND
worker_class = "gthread"
workers = settings.WEB_WORKERS
threads = settings.WEB_THREADS
# The application is loaded once, before the fork. No AWS client and no database connection is made at import.
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5
# A key in a URL may be 2 KB, percent-encoded three times as long, so the line may be as long as gunicorn allows with a limit.
limit_request_line = 8190
limit_request_fields = 100
# Django decides whom to believe (TRUSTED_PROXIES), so gunicorn believes nobody.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
# The access log is a line of ours (dashboard.console.requests), without query strings and item keys.
accesslog = None
# gunicorn's management socket would be one file for every installation of this user.
control_socket_disable = True
# Workers report that they live by touching a file: in memory, where a slow disk cannot make them look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def when_ready(server: Any) -> None:
    """Leave what was loaded out of garbage collection, so that the workers go on sharing its memory with the parent.

    A page of 100 items makes some 20,000 objects that end with it, nearly all of them by their reference counts: looking through them
    for cycles every 700 objects, as Python does unless told otherwise, finds nothing and takes time out of every page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    server.log.info("Gatehouse listens on %s", settings.BIND)
