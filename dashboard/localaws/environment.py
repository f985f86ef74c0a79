"""The environment that ministack must find before its first import: closed doors, no Docker, no file of its own.

ministack reads its settings once, at import. It listens everywhere by default, opens an MQTT and an SFTP port and looks for
Docker; none of that is wanted on a developer's machine. What the caller's environment says is overruled on purpose.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

ACCOUNT = "000000000000"
"""The account of every access key that is not itself twelve digits long."""
SERVICES = ("dynamodb", "dynamodbstreams", "sts", "iam", "monitoring", "logs", "tagging")
"""What the embedded AWS answers, by the name in a request's signature."""
_FOREIGN = (
    "MINISTACK_",
    "LOCALSTACK_",
    "LAMBDA_",
    "S3_",
    "IOT_",
    "SFTP_",
    "USE_SSL",
    "AUTH",
    "EDGE_PORT",
    "DOCKER_",
)


def secure(
    port: int, scratch: Path, kept: Path | None = None, environ: MutableMapping[str, str] = os.environ
) -> None:
    """Make ``environ`` safe for ministack on ``port``; whatever it writes after all goes into ``scratch``, S3's objects into ``kept``.

    Its own persistence stays off: ``state.py`` saves instead, because ministack saves only when it is asked to stop, and
    reads its JSON back wrongly when an attribute has the name of one of its markers.
    """
    for name in [name for name in environ if name.startswith(_FOREIGN)]:
        del environ[name]
    environ.update(
        {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_WORKER_THREADS": "8",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "SERVICES": ",".join(SERVICES),
            "PERSIST_STATE": "0",
            "S3_PERSIST": "1" if kept else "0",
            "STATE_DIR": str(scratch),
            "S3_DATA_DIR": str((kept or scratch) / "s3"),
            "LOG_LEVEL": "WARNING",
        }
    )
