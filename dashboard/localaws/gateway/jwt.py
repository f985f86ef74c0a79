"""JSON Web Tokens for JWT and Cognito authorizers.

The signature (RS256) is checked when the issuer is on this machine: its keys are read from
``<issuer>/.well-known/openid-configuration``. Of every other issuer nothing can be read, so only the token's form, its times,
its issuer and its audience count; that is said in the log once for each issuer.
"""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from dashboard.localaws.gateway import upstream

logger = logging.getLogger("gatehouse.localaws")
KEPT = 300.0
"""Seconds for which an issuer's keys are kept."""
_PATIENCE = 5.0


class JwtError(Exception):
    """The token is not good; the text says why. ``expired`` tells a token that was."""

    def __init__(self, message: str, *, expired: bool = False) -> None:
        super().__init__(message)
        self.expired = expired


class Tokens:
    """Checks tokens. ``clock`` gives epoch seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._keys: dict[str, tuple[float, dict[str, RSAPublicKey]]] = {}
        self._told: set[str] = set()

    async def claims(self, given: str, issuer: str = "", audience: tuple[str, ...] = ()) -> dict[str, Any]:
        """The token's claims; JwtError for one that is malformed, too old, too young, of another issuer or for others.

        ``given`` may begin with ``Bearer``. Without ``issuer`` the token's own counts.
        """
        token = given.removeprefix("Bearer ").removeprefix("bearer ").strip()
        header, claims, signed, signature = _parts(token)
        self._in_time(claims)
        if issuer and claims.get("iss") != issuer:
            raise JwtError("the token's issuer is not the authorizer's")
        if audience and not _audience(claims) & set(audience):
            raise JwtError("the token is not for this audience")
        await self._signed(header, str(claims.get("iss", "")), signed, signature)
        return claims

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        now = self._clock()
        for name in ("exp", "nbf", "iat"):
            if name in claims and not isinstance(claims[name], int | float):
                raise JwtError(f"the claim {name} is not a time")
        if "exp" not in claims:
            raise JwtError("the token has no exp claim")
        if claims["exp"] <= now:
            raise JwtError("the token has expired", expired=True)
        if max(claims.get("nbf", 0), claims.get("iat", 0)) > now:
            raise JwtError("the token is not valid yet")

    async def _signed(self, header: Mapping[str, Any], issuer: str, signed: bytes, signature: bytes) -> None:
        if header.get("alg") != "RS256":
            raise JwtError("signing method is invalid: RS256 is wanted")
        try:
            upstream.check(issuer)
        except upstream.BadTarget:
            if issuer not in self._told and len(self._told) < 100:
                self._told.add(issuer)
                logger.warning(
                    "Tokens of the issuer %s are taken without a look at their signature.", issuer[:200]
                )
            return
        keys = await self._of(issuer)
        key = keys.get(str(header.get("kid", "")))
        if key is None:
            raise JwtError("the token is signed with a key that the issuer does not have")
        try:
            key.verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise JwtError("the signature is invalid") from None

    async def _of(self, issuer: str) -> dict[str, RSAPublicKey]:
        """The keys of an issuer on this machine by their id."""
        read, keys = self._keys.get(issuer, (float("-inf"), {}))
        if self._clock() - read < KEPT:
            return keys
        try:
            place = (await _get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))["jwks_uri"]
            listed = (await _get(place))["keys"]
            keys = {str(key.get("kid", "")): _key(key) for key in listed if key.get("kty") == "RSA"}
        except (
            upstream.UpstreamError,
            upstream.BadTarget,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
        ) as error:
            raise JwtError("the issuer's keys cannot be read") from error
        self._keys[issuer] = (self._clock(), keys)
        return keys


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    pieces = token.split(".")
    if len(pieces) != 3:
        raise JwtError("the token has not three parts")
    try:
        header, claims = (json.loads(_bytes(piece)) for piece in pieces[:2])
        signature = _bytes(pieces[2])
    except (ValueError, UnicodeDecodeError):
        raise JwtError("the token cannot be read") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise JwtError("the token cannot be read")
    return header, claims, f"{pieces[0]}.{pieces[1]}".encode(), signature


def _bytes(piece: str) -> bytes:
    return base64.b64decode(piece + "=" * (-len(piece) % 4), altchars=b"-_", validate=True)


def _audience(claims: Mapping[str, Any]) -> set[str]:
    """Whom the token is for: ``aud``, or ``client_id`` of an access token."""
    audience = claims.get("aud", claims.get("client_id", []))
    return {str(each) for each in (audience if isinstance(audience, list) else [audience])}


async def _get(url: str) -> Any:
    reply = await upstream.call("GET", url, [("Accept", "application/json")], b"", _PATIENCE)
    if reply.status != 200:
        raise ValueError(f"{url} answered {reply.status}")
    return json.loads(reply.body)


def _key(jwk: Mapping[str, str]) -> RSAPublicKey:
    numbers = (int.from_bytes(_bytes(jwk[name])) for name in ("e", "n"))
    return RSAPublicNumbers(*numbers).public_key()
