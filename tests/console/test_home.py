"""The home page, the menu and the frame around every page."""

from __future__ import annotations

import pytest

from dashboard.accounts.models import Connection, Grant
from dashboard.aws.calls import collect
from dashboard.console.registry import HomePanel, registry
from dashboard.core.errors import AwsError, Kind

HOSTILE = '<img src=x onerror="alert(1)">'
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def parts_of(header: str) -> set[str]:
    return {part.strip() for part in header.split(";") if part.strip()}


def test_it_works(client_for, reader, connection):
    response = client_for(reader).get("/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "<h1>Home</h1>" in page
    assert "Main" in page
    assert "/c/main/eu-central-1/tables/" in page


def test_signed_out_people_are_led_to_sign_in(client, db):
    response = client.get("/?a=1")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/%3Fa%3D1"


def test_a_part_of_a_page_leads_the_whole_page_to_sign_in(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/changes/?user=a"}
    response = client.get("/", headers=headers)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/account/login/?next=/changes/%3Fuser%3Da"


@pytest.mark.parametrize("address", ["http://[", "", "about:blank", "//"])
def test_a_part_whose_page_is_no_address_leads_there_too(client, db, address):
    response = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": address})
    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/account/login/?next=")


def test_a_stranger_gets_404(client_for, stranger, connection):
    response = client_for(stranger).get("/")
    assert response.status_code == 404
    assert b"eu-central-1" not in response.content


def test_warm_home_makes_no_call_and_few_queries(
    client_for, reader, connection, django_assert_max_num_queries
):
    client = client_for(reader)
    client.get("/")
    with collect() as calls, django_assert_max_num_queries(14):
        assert client.get("/").status_code == 200
    assert calls.made == []


@pytest.mark.parametrize(
    ("environment", "endpoint", "said"),
    [
        ("demo", "http://127.0.0.1:4566", True),
        ("demo", "", False),
        ("production", "http://127.0.0.1:4566", False),
    ],
)
def test_a_demo_says_that_its_past_is_generated(client_for, reader, connection, environment, endpoint, said):
    Connection.objects.filter(pk=connection.pk).update(environment=environment, endpoint=endpoint)
    page = client_for(reader).get("/").content.decode()
    assert ("are generated, not measured" in page) is said


@pytest.mark.parametrize("path", ["/", "/nothing/here/", "/account/login/"])
def test_headers(client_for, reader, connection, path):
    response = client_for(reader).get(path)
    assert parts_of(response["Content-Security-Policy"]) == parts_of(POLICY)
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Request-ID"] in response.content.decode() or path == "/account/login/"


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("reader", ["Tables", "Changes", "Connections"], ["Manage", "Components"]),
        ("editor", ["Tables", "Changes"], ["Manage", "Components"]),
        ("admin", ["Tables", "Changes", "Manage", "Components"], []),
    ],
)
def test_menu_by_role(request, client_for, connection, stub, role, shown, hidden):
    Connection.objects.filter(pk=connection.pk).update(regions=["eu-central-1"])
    page = client_for(request.getfixturevalue(role)).get("/").content.decode()
    menu = page.split('<nav class="side"')[1].split("</nav>")[0]
    for title in shown:
        assert f"<span>{title}</span>" in menu
    for title in hidden:
        assert f"<span>{title}</span>" not in menu


def test_only_readable_places_are_offered(client_for, stranger, connection):
    from django.contrib.auth.models import Group

    Connection.objects.create(slug="secret", name="Secret", regions=["eu-central-1"])
    group = Group.objects.create(name="some")
    Grant.objects.create(
        group=group, connection="main", region="us-east-1", resource="table:orders-*", actions=["read"]
    )
    stranger.groups.add(group)
    page = client_for(stranger).get("/").content.decode()
    assert "/c/main/us-east-1/tables/" in page
    assert "/c/main/eu-central-1/" not in page
    assert "Secret" not in page


def test_without_a_connection_the_next_step_is_said(client_for, reader, admin):
    assert "Ask an administrator" in client_for(reader).get("/").content.decode()
    assert 'href="/connections/new/"' in client_for(admin).get("/").content.decode()


def test_hostile_names_are_text(client_for, reader, connection):
    Connection.objects.filter(pk=connection.pk).update(name=HOSTILE)
    page = client_for(reader).get("/").content.decode()
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in page


def test_the_environment_is_named(client_for, reader, connection, stub):
    stub.reply("ListTables", {"TableNames": []})
    Connection.objects.filter(pk=connection.pk).update(environment="production", read_only=True)
    page = client_for(reader).get("/c/main/eu-central-1/tables/").content.decode()
    header = page.split('<header class="top env-production">')[1].split("</header>")[0]
    assert '<span class="env-word">Production</span>' in header
    assert 'aria-label="read-only"' in header


def test_recent_changes_are_on_the_home_page(client_for, reader, connection):
    from dashboard.accounts.actor import Actor
    from dashboard.core.resources import Resource
    from dashboard.history.record import recording

    resource = Resource("table:parcels", "main", "eu-central-1")
    with recording(Actor(reader, "r"), resource, "item.update", label=HOSTILE) as change:
        change.done()
    page = client_for(reader).get("/").content.decode()
    assert f"/changes/{change.id}/" in page
    assert HOSTILE not in page


def test_a_panel_fails_alone(client_for, reader, connection, monkeypatch):
    def denied(request):
        raise AwsError("AccessDeniedException", f"no {HOSTILE}", Kind.DENIED, request_id="REQ123")

    panel = HomePanel("Broken", "console/panels/start.html", denied, order=1)
    monkeypatch.setattr(registry, "panels", [panel, *registry.panels])
    response = client_for(reader).get("/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "AWS refused: permission is missing" in page
    assert "REQ123" in page
    assert HOSTILE not in page
    assert "Main" in page


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("auto", "auto"), ('"><b>', "auto")]
)
def test_the_colours_come_from_the_cookie(client_for, reader, cookie, theme):
    client = client_for(reader)
    client.cookies["theme"] = cookie
    assert f'<html lang="en" data-theme="{theme}">' in client.get("/").content.decode()


def test_calls_are_shown_to_staff_only(client_for, reader, admin, connection, stub):
    stub.fail("DescribeTable", "AccessDeniedException", "no", times=9)
    for user, shown in ((admin, True), (reader, False)):
        page = client_for(user).get("/c/main/eu-central-1/tables/parcels/").content.decode()
        assert ("dynamodb:DescribeTable</td>" in page) is shown
