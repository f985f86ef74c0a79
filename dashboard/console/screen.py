"""The wrapper every screen passes through: sign-in, place, permission, and AWS failures as designed pages.

    @screen("read", "table:{table}", post="write")
    def item(request, place, table, key): ...

A signed-out person goes to the sign-in page; a stranger gets 404; who may read but not write gets 403 for a POST.
URL parameters ``connection`` and ``region`` become ``place``; without them the view gets none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

from dashboard.accounts.actor import Actor, as_user
from dashboard.accounts.place import find_place
from dashboard.accounts.policy import Refused, connections_of, require
from dashboard.console.failures import aws_failure, is_part, refused
from dashboard.core.errors import AwsError
from dashboard.core.resources import Resource

View = Callable[..., HttpResponse]
AnyView = Callable[..., HttpResponseBase]
"""Also a library's."""


@dataclass(frozen=True)
class Access:
    """What a URL asks of its visitor; ``manage.py permissions`` prints it and a test walks it."""

    action: str
    resource: str
    post: str | None = None
    public: bool = False
    personal: bool = False
    """Everybody who is signed in, also without any grant: their own password, their own rights."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods the screen answers; a public or personal page of a library decides for itself."""
        return ("GET", "HEAD", "POST") if self.post or self.public or self.personal else ("GET", "HEAD")


def screen(action: str, resource: str = "console:home", *, post: str | None = None) -> Callable[[View], View]:
    """Declare what a screen needs. ``resource`` is a name with the URL's parameters in braces; ``post`` is the action a POST needs."""
    access = Access(action, resource, post)

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **params: str) -> HttpResponse:
            if not request.user.is_authenticated:
                return _sign_in(request)
            if request.method not in access.methods:
                return HttpResponseNotAllowed(access.methods)
            try:
                return view(request, **_admit(request, access, params))
            except Refused as error:
                if not error.seen:
                    raise Http404 from error
                return refused(request, error)
            except AwsError as error:
                return aws_failure(request, error)

        guarded.access = access  # type: ignore[attr-defined]
        return guarded

    return wrap


def public(view: AnyView) -> AnyView:
    """Declare that anybody may open this URL."""

    @wraps(view)
    def opened(request: HttpRequest, **params: str) -> HttpResponseBase:
        return view(request, **params)

    opened.access = Access("", "", public=True)  # type: ignore[attr-defined]
    return opened


def personal(view: AnyView) -> AnyView:
    """Declare that everybody who is signed in may open this URL, also somebody without any grant."""

    @wraps(view)
    def opened(request: HttpRequest, **params: str) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        return view(request, **params)

    opened.access = Access("", "", personal=True)  # type: ignore[attr-defined]
    return opened


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request."""
    return Actor(as_user(request.user), str(getattr(request, "request_id", "")))


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page; a part of a page (htmx) takes the whole page there, and comes back to that page."""
    if not is_part(request):
        return redirect_to_login(request.get_full_path())
    url = redirect_to_login(_path_of(request.headers.get("HX-Current-URL", ""))).url
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def _path_of(url: str) -> str:
    """Path and query of an address that a browser sent; the home page for what is no address."""
    try:
        page = urlsplit(url)
    except ValueError:
        return "/"
    return page.path + ("?" + page.query if page.query else "") if page.path else "/"


def _admit(request: HttpRequest, access: Access, params: dict[str, str]) -> dict[str, Any]:
    """The view's arguments, after the permission check; Http404 for an unknown place."""
    admitted: dict[str, Any] = dict(params)
    name = access.resource.format_map(params)
    resource = Resource(name)
    if "connection" in params:
        user = as_user(request.user)
        known = connections_of(user) if user is not None else None
        place = find_place(admitted.pop("connection"), admitted.pop("region"), known)
        if place is None:
            raise Http404("There is no such connection or region.")
        resource = place.resource(name)
        admitted["place"] = place
        request.place = place  # type: ignore[attr-defined]
    require(
        request.user, access.action, resource
    )  # 404 for a stranger, 403 for who may read this but no more
    if request.method == "POST" and access.post:
        require(request.user, access.post, resource)
    return admitted
