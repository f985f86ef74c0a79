"""Functions made of a few lines."""

from __future__ import annotations

import io
import textwrap
import uuid
import zipfile
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/lambda"


def zipped(source: str, file: str = "app.py") -> bytes:
    """A zip archive with one file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(file, textwrap.dedent(source))
    return data.getvalue()


def function(client: Any, source: str, *, allowed: bool = True, **more: Any) -> tuple[str, str]:
    """A function ``app.handler``; its name and ARN. API Gateway may invoke it when it is ``allowed``."""
    name = f"f-{uuid.uuid4().hex[:8]}"
    given = {"Runtime": "python3.12", "Role": ROLE, "Handler": "app.handler", "Timeout": 10} | more
    made = client.create_function(FunctionName=name, Code={"ZipFile": zipped(source)}, **given)
    if allowed:
        client.add_permission(
            FunctionName=name,
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )
    return name, made["FunctionArn"]


def uri(arn: str) -> str:
    """A function's address in API Gateway's form."""
    return f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{arn}/invocations"
