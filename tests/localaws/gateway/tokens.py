"""An issuer of tokens on this machine."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256


def b64(data: bytes) -> str:
    """base64 as tokens write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def new_key() -> RSAPrivateKey:
    """A key to sign with."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def token(key: RSAPrivateKey, claims: dict[str, Any], **header: str) -> str:
    """A signed token, good for an hour unless ``claims`` say otherwise; a claim that is None is left out."""
    head = {"alg": "RS256", "typ": "JWT", "kid": "one"} | header
    body = {"exp": int(time.time()) + 3600, "aud": "shop", "sub": "anna"} | claims
    body = {name: value for name, value in body.items() if value is not None}
    signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}"
    return f"{signed}.{b64(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


@contextmanager
def issuer(key: RSAPrivateKey) -> Iterator[str]:
    """The address of an issuer that publishes the key as ``one``."""
    numbers = key.public_key().public_numbers()
    parts = {
        name: b64(value.to_bytes((value.bit_length() + 7) // 8))
        for name, value in (("e", numbers.e), ("n", numbers.n))
    }

    class Issuer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here = f"http://{self.headers['Host']}"
            pages: dict[str, Any] = {
                "/.well-known/openid-configuration": {"issuer": here, "jwks_uri": f"{here}/keys"},
                "/keys": {"keys": [{"kty": "RSA", "kid": "one", "alg": "RS256", **parts}]},
            }
            data = json.dumps(pages.get(self.path, {})).encode()
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Nothing on the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Issuer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
