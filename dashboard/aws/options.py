"""What may be set about calls to AWS; the console hands it over once at start, tests when they like."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Seconds, and how often a request is sent at most (the first time included).

    A person waits for the screen's calls; the background ones belong to jobs and have clients, connections and a retry
    quota of their own, so that one sick table in a job does not take the screen's retries away. ``pool`` is the number of
    kept connections a client: at least the threads of a process. ``user_agent_extra`` says whose calls they are.

    ``patience`` is how long the calls of one request may wait, all together, for the rate of API Gateway's control plane;
    ``background_patience`` is the same for a single call of a job.
    """

    connect_timeout: float = 3.0
    read_timeout: float = 10.0
    attempts: int = 3
    background_read_timeout: float = 30.0
    background_attempts: int = 5
    pool: int = 32
    user_agent_extra: str = "gatehouse"
    patience: float = 5.0
    background_patience: float = 30.0


_current = Options()


def configure(options: Options) -> None:
    """Use these from now on; clients that were made before are forgotten."""
    from dashboard.aws import clients  # it reads the options, so it cannot be imported above

    global _current
    _current = options
    clients.forget()


def current() -> Options:
    """The options in use."""
    return _current
