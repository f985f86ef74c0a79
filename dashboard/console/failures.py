"""Designed pages for what goes wrong: refused by us, refused by AWS."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.accounts.policy import Refused
from dashboard.core.errors import AwsError, Kind

STATUS = {
    Kind.NOT_FOUND: 404,
    Kind.CONDITION: 409,
    Kind.CONFLICT: 409,
    Kind.VALIDATION: 400,
    Kind.THROTTLED: 503,
    Kind.QUOTA: 503,
}


def aws_failure(request: HttpRequest, error: AwsError) -> HttpResponse:
    """The page of an AWS failure, with the request id and the next step; 502 where no better status fits."""
    response = render(request, "console/aws_failure.html", {"error": error}, status=STATUS.get(error.kind, 502))
    if error.retry_after is not None:
        response["Retry-After"] = str(max(1, round(error.retry_after)))
    return response


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """403 with the reason, for somebody who may read the resource."""
    return render(request, "403.html", {"refused": error}, status=403)
