"""One client per target and process, shared by its threads.

Clients are built whole under a lock at first use, and again after a fork: a client that two processes share would mix
their answers. The service models (10 MB, 45 ms) are loaded once and shared by every session.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, cast

from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session
from pynamodb.connection.base import Connection

from dashboard.aws import options
from dashboard.aws.calling import Sending, measured, parse_quickly, watch
from dashboard.aws.target import Credentials, Target

MOST_CLIENTS = 256
SENDS_ONCE = frozenset({"apigateway", "apigatewayv2"})
"""botocore would repeat LimitExceededException, which is a quota, and a Create whose answer was lost."""
ROLE_SECONDS = 3600
"""botocore renews credentials 15 minutes before they end: with 900 s it would assume the role at every call."""

READ_ONLY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "dynamodb:BatchGetItem",
                "dynamodb:ConditionCheckItem",
                "dynamodb:Describe*",
                "dynamodb:Get*",
                "dynamodb:List*",
                "dynamodb:PartiQLSelect",
                "dynamodb:Query",
                "dynamodb:Scan",
                "apigateway:GET",
                "application-autoscaling:Describe*",
                "cloudwatch:Describe*",
                "cloudwatch:Get*",
                "cloudwatch:List*",
                "dax:Describe*",
                "logs:Describe*",
                "logs:FilterLogEvents",
                "logs:Get*",
                "logs:StartQuery",
                "logs:StopQuery",
                "sts:GetCallerIdentity",
            ],
            "Resource": "*",
        }
    ],
}
"""A session policy: what the role may do is cut down to reading for as long as we hold it."""


class Dynamo(Connection):
    """PynamoDB's low-level connection on a client of ours: made at once, with our session, shared by threads."""

    def __init__(self, client: BaseClient, region: str, endpoint: str) -> None:
        super().__init__(region=region, host=endpoint or None)
        self._ready = client

    @property
    def client(self) -> Any:
        """The botocore client."""
        return self._ready


@dataclass
class _Store:
    lock: Lock = field(default_factory=Lock)
    loader: Any = None
    sessions: dict[tuple[Credentials, str, bool], Session] = field(default_factory=dict)
    clients: dict[tuple[str, Target], Any] = field(default_factory=dict)


_store = _Store()


def forget() -> None:
    """Build every client anew at its next use."""
    global _store
    _store = _Store(loader=_store.loader)


os.register_at_fork(after_in_child=forget)


def dynamodb(target: Target) -> Dynamo:
    """The connection to DynamoDB of that target; BotoCoreError when it has no credentials."""
    return cast(Dynamo, _shared("dynamodb", target, _dynamo))


def sts(target: Target) -> Any:
    """The STS client of that target."""
    return _shared("sts", target, _client)


def apigateway(target: Target) -> Any:
    """The client for REST APIs, usage plans and keys. It sends once: ``dashboard.aws.budget`` repeats."""
    return _shared("apigateway", target, _client)


def apigatewayv2(target: Target) -> Any:
    """The client for HTTP and WebSocket APIs; it too sends once."""
    return _shared("apigatewayv2", target, _client)


def autoscaling(target: Target) -> Any:
    """The client for Application Auto Scaling, which scales provisioned tables."""
    return _shared("application-autoscaling", target, _client)


def dax(target: Target) -> Any:
    """The client for DAX clusters."""
    return _shared("dax", target, _client)


def dynamodbstreams(target: Target) -> Any:
    """The client for streams; like DynamoDB's own it keeps values in wire form."""
    return _shared("dynamodbstreams", target, _quick)


def cloudwatch(target: Target) -> Any:
    """The client for metrics."""
    return _shared("cloudwatch", target, _client)


def _shared(service: str, target: Target, build: Callable[[_Store, str, Target], Any]) -> Any:
    store, key = _store, (service, target)
    found = store.clients.get(key)
    if found is not None:
        return found
    with store.lock:
        if key not in store.clients:
            while len(store.clients) >= MOST_CLIENTS:
                del store.clients[next(iter(store.clients))]
            store.clients[key] = build(store, service, target)
        return store.clients[key]


def _dynamo(store: _Store, service: str, target: Target) -> Dynamo:
    client = _client(store, service, target)
    parse_quickly(client)
    return Dynamo(client, target.region, target.endpoint)


def _quick(store: _Store, service: str, target: Target) -> BaseClient:
    client = _client(store, service, target)
    parse_quickly(client)
    return client


def _client(store: _Store, service: str, target: Target) -> BaseClient:
    """A client with working credentials; one without would stay without for ever, so none is made."""
    session = _session(store, target)
    if session.get_credentials() is None:
        raise NoCredentialsError
    return _create(session, service, target)


def _create(session: Session, service: str, target: Target, **credentials: Any) -> BaseClient:
    client = session.create_client(
        service,
        region_name=target.region,
        endpoint_url=target.endpoint or None,
        config=config(target, service, session.user_agent()),
        **credentials,
    )
    watch(client)
    return client


def config(target: Target, service: str = "", agent: str | None = None) -> Config:
    """Timeouts, retries and pool for that target's kind of work.

    ``agent`` is botocore's own part of the User-Agent, which botocore puts together anew twice a call when it is not given.
    """
    chosen = options.current()
    attempts = chosen.background_attempts if target.background else chosen.attempts
    endpoint: dict[str, Any] = {"account_id_endpoint_mode": "disabled"} if target.endpoint else {}
    return Config(
        connect_timeout=chosen.connect_timeout,
        read_timeout=chosen.background_read_timeout if target.background else chosen.read_timeout,
        retries={
            "mode": "standard",
            "total_max_attempts": 1 if service in SENDS_ONCE else attempts,
        },
        max_pool_connections=chosen.pool,
        tcp_keepalive=True,
        parameter_validation=False,
        user_agent=agent,
        user_agent_extra=chosen.user_agent_extra,
        **endpoint,
    )


def _session(store: _Store, target: Target) -> Session:
    """One session for an account and role, whatever the region: a role is assumed once for all of them, at the endpoint."""
    credentials = target.credentials
    assumes = credentials.kind == "role"
    read_only = target.read_only and assumes
    key = (credentials, target.endpoint if assumes else "", read_only)
    if key not in store.sessions:
        session = _plain_session(store, credentials.profile)
        if assumes:
            _assume(store, session, replace(target, read_only=read_only))
        store.sessions[key] = session
    return store.sessions[key]


def _plain_session(store: _Store, profile: str) -> Session:
    for noisy in ("botocore", "pynamodb"):  # at DEBUG they write bodies, keys and signatures to the log
        if logging.getLogger(noisy).level < logging.INFO:
            logging.getLogger(noisy).setLevel(logging.INFO)
    session = Session(profile=profile or None)
    if store.loader is None:
        store.loader = session.get_component("data_loader")
    session.register_component("data_loader", store.loader)
    return session


def _assume(store: _Store, session: Session, target: Target) -> None:
    """Give the session the role's credentials, fetched at first use and renewed in time."""
    source = session.get_credentials()
    if source is None:
        raise NoCredentialsError
    credentials = target.credentials
    arguments: dict[str, Any] = {"RoleSessionName": "gatehouse", "DurationSeconds": ROLE_SECONDS}
    if credentials.external_id:
        arguments["ExternalId"] = credentials.external_id
    if target.read_only:
        arguments["Policy"] = json.dumps(READ_ONLY_POLICY, separators=(",", ":"))
    plain = _plain_session(store, credentials.profile)

    def create(service: str, **given: Any) -> BaseClient:
        plain.set_credentials(
            given["aws_access_key_id"], given["aws_secret_access_key"], given["aws_session_token"]
        )
        return _create(plain, service, target)

    fetcher = AssumeRoleCredentialFetcher(create, source, credentials.role_arn, extra_args=arguments)
    sending = Sending("sts", "AssumeRole", credentials.role_arn)
    session._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined]
        method="assume-role", refresh_using=lambda: measured(sending, fetcher.fetch_credentials).body
    )
