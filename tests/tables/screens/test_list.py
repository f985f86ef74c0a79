"""The list of tables."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from dashboard.accounts.models import Grant, User
from dashboard.accounts.place import Place
from tests.stub.server import Failure, StubAws
from tests.tables.screens.conftest import BASE, TABLE, description

DETAILS = "/c/main/eu-central-1/table-details/"


def names(stub: StubAws, place: Place, *wanted: str) -> None:
    """The place has these tables, and we know."""
    from dashboard.tables.operations import catalogue

    stub.reply("ListTables", {"TableNames": list(wanted)})
    catalogue.refresh_names(place)
    stub.requests.clear()


def test_it_works(aws: StubAws, web: Client) -> None:
    shown = web.get(BASE)
    assert shown.status_code == 200
    assert f'href="{BASE}{TABLE}/"' in shown.text
    assert "1 table" in shown.text
    assert f'hx-get="{DETAILS}?name={TABLE}"' in shown.text
    assert 'href="/c/main/eu-central-1/tables/~backups/">Backups</a>' in shown.text
    assert aws.count() == 0
    details = web.get(f"{DETAILS}?name={TABLE}")
    assert "Active" in details.text
    assert "On demand" in details.text
    assert "5,000" in details.text
    assert "1.2\u00a0MB" in details.text
    assert aws.count() == 0


def test_the_filter_is_the_url(aws: StubAws, place: Place, web: Client) -> None:
    names(aws, place, "orders", "orders-archive", "parcels", "drivers")
    shown = web.get(BASE, {"q": "ORDERS"})
    assert ">orders</a>" in shown.text
    assert ">orders-archive</a>" in shown.text
    assert ">drivers</a>" not in shown.text
    assert 'value="ORDERS"' in shown.text
    assert "2 of 4 tables" in " ".join(shown.text.split())
    nothing = web.get(BASE, {"q": "<script>alert(1)</script>"})
    assert "No table has that in its name" in nothing.text
    assert "<script>alert(1)" not in nothing.text


def test_2500_names_are_paged_without_a_call(aws: StubAws, place: Place, web: Client) -> None:
    names(aws, place, *(f"table-{n:04d}" for n in range(2500)))
    shown = web.get(BASE, {"q": "table"})
    assert shown.text.count('<th scope="row">') == 100
    assert shown.text.count("hx-get=") == 10
    assert 'href="?q=table&amp;page=2"' in shown.text
    last = web.get(BASE, {"page": "25"})
    assert ">table-2499</a>" in last.text
    assert aws.count() == 0


def test_one_denied_table_of_300_harms_its_row_only(aws: StubAws, place: Place, web: Client) -> None:
    wanted = [f"table-{n:03d}" for n in range(300)]
    names(aws, place, *wanted)

    def answer(body: dict[str, str]) -> dict[str, object]:
        if body["TableName"] == "table-003":
            raise Failure(
                "AccessDeniedException", "User is not authorized to perform: dynamodb:DescribeTable"
            )
        return description(body["TableName"])

    aws.reply("DescribeTable", answer)
    assert web.get(BASE).status_code == 200
    shown = web.get(DETAILS, {"name": wanted[:10]})
    assert shown.status_code == 200
    assert shown.text.count("Active") == 9
    assert shown.text.count("Denied</span>") == 1
    assert "AccessDeniedException" in shown.text
    assert f"{DETAILS}?name=table-003&amp;fresh=1" in shown.text
    assert aws.count() == 10
    aws.requests.clear()
    again = web.get(DETAILS, {"name": wanted[:10]})
    assert again.text.count("Active") == 9
    assert aws.count() == 1


def test_a_throttled_row_comes_back_by_its_retry_link(aws: StubAws, place: Place, web: Client) -> None:
    names(aws, place, "busy", "idle")
    aws.fail("DescribeTable", "ThrottlingException", "Rate exceeded", times=3)
    shown = web.get(DETAILS, {"name": ["busy", "idle"]})
    assert shown.text.count("Throttled") == 1
    assert shown.text.count("Active") == 1
    assert "Active" in web.get(DETAILS, {"name": "busy", "fresh": "1"}).text


def test_details_of_names_that_cannot_be_are_not_asked_for(aws: StubAws, web: Client) -> None:
    shown = web.get(DETAILS, {"name": ["..", "a/b", "<img src=x>", "no", "x" * 256]})
    assert shown.status_code == 200
    assert "<tr>" not in shown.text
    assert aws.count() == 0


def test_details_are_asked_for_a_few_at_a_time(aws: StubAws, web: Client) -> None:
    web.get(DETAILS, {"name": [f"table-{n}" for n in range(40)]})
    assert aws.count("DescribeTable") == 10


def test_refresh_reads_the_names_again_and_keeps_the_filter(aws: StubAws, web: Client) -> None:
    aws.reply("ListTables", {"TableNames": ["parcels", "made-meanwhile"]})
    done = web.post(f"{BASE}?q=made", follow=True)
    assert done.redirect_chain == [(f"{BASE}?q=made", 302)]
    assert ">made-meanwhile</a>" in done.text
    assert aws.count() == 1


def test_a_failed_refresh_says_why_and_keeps_the_names(aws: StubAws, web: Client) -> None:
    aws.fail("ListTables", "ExpiredTokenException", "The security token included in the request is expired")
    refused = web.post(BASE)
    assert refused.status_code == 502
    assert "ExpiredTokenException" in refused.text
    shown = web.get(BASE)
    assert ">parcels</a>" in shown.text
    assert "ExpiredTokenException" in shown.text


def test_the_first_visit_to_an_endpoint_that_is_down(
    place: Place, stub: StubAws, client_for: Callable[[User], Client], reader: User
) -> None:
    stub.stop()
    try:
        shown = client_for(reader).get(BASE)
    finally:
        stub.__init__()  # type: ignore[misc]
        stub.start()
    assert shown.status_code == 200
    assert "AWS cannot be reached" in shown.text
    assert "0 tables" not in shown.text
    assert "How many tables there are is not known." in shown.text
    assert "AWS says" not in shown.text  # nobody answered


def test_an_account_without_tables(aws: StubAws, place: Place, web: Client) -> None:
    names(aws, place)
    assert "No tables here that you may see" in web.get(BASE).text


def test_only_what_the_viewer_may_read_is_listed(
    aws: StubAws, place: Place, stranger: User, client_for: Callable[[User], Client]
) -> None:
    from django.contrib.auth.models import Group

    names(aws, place, "orders-a", "secrets")
    group = Group.objects.create(name="orders")
    Grant.objects.create(group=group, resource="table:orders-*", actions=["read"])
    stranger.groups.add(group)
    client = client_for(stranger)
    shown = client.get(BASE)
    assert shown.status_code == 200
    assert ">orders-a</a>" in shown.text
    assert "secrets" not in shown.text
    assert "secrets" not in client.get(DETAILS, {"name": ["secrets", "orders-a"]}).text


def test_a_stranger_sees_nothing(aws: StubAws, stranger: User, client_for: Callable[[User], Client]) -> None:
    assert client_for(stranger).get(BASE).status_code == 404
    assert client_for(stranger).get(f"{DETAILS}?name={TABLE}").status_code == 404


def test_an_unknown_place_is_404(web: Client) -> None:
    assert web.get("/c/main/eu-west-9/tables/").status_code == 404
    assert web.get("/c/other/eu-central-1/tables/").status_code == 404
