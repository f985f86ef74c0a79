"""Where a call goes and as whom: plain, hashable, without any secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """How to get credentials. ``kind`` is ``default`` (botocore's chain), ``profile`` or ``role`` (AssumeRole).

    A role may be assumed from a profile. ``external_id`` is what the role's trust policy asks for; AWS does not treat it as secret.
    """

    kind: str = "default"
    profile: str = ""
    role_arn: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class Target:
    """One account in one region. ``read_only`` adds a read-only session policy when a role is assumed.

    ``endpoint`` replaces AWS's own address (for the embedded AWS) and is empty otherwise.
    ``background`` chooses the client with the patience and the budget of jobs instead of the screen's.
    """

    region: str
    credentials: Credentials = Credentials()
    endpoint: str = ""
    read_only: bool = False
    background: bool = False
