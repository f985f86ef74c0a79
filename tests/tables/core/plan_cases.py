"""The planner's table: searches of ``ORDERS`` and ``COUNTERS``, and how each is read."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.core.dynamodb import Table
from tests.tables.core.plans import COUNTERS, ORDERS


@dataclass(frozen=True)
class Case:
    """A search and its plan. ``way`` is ``get``, ``query``, ``query:<index>``, ``scan`` or ``scan:<index>``.

    ``key`` is the first key condition or key, ``rest`` what is filtered by DynamoDB, ``after`` what is compared here. ``says`` is a part
    of the reason or of a warning; ``not_`` an option that was not taken and a part of why.
    """

    where: str
    way: str
    key: str = ""
    rest: str = ""
    after: str = ""
    says: str = ""
    not_: tuple[str, str] = ("", "")
    via: str = ""
    fields: str = ""
    count: int = 1
    partial: bool = False
    consistent: bool = False
    backward: bool = False
    table: Table = ORDERS


C, P = "customer = 'c'", "placed = '2025'"
KEY = f"{C} AND {P}"
STATUS = "status = 'open'"
CASES = [
    # reading by the whole key
    Case(KEY, "get", KEY, says="the whole key of one item", not_=("scan", "reads every item")),
    Case(f"{P} AND {C}", "get", KEY),
    Case(f"{KEY} AND total > 3", "get", KEY, after="total > 3"),
    Case(f"{KEY} AND {STATUS}", "get", KEY, after=STATUS, not_=("index:by-status", "by it costs the least")),
    Case(f"{C} AND placed IN ('a', 'b')", "get", f"{C} AND placed = 'a'", count=2, says="whole keys"),
    Case(f"{C} AND (placed = 'a' OR placed = 'b' OR placed = 'a')", "get", f"{C} AND placed = 'a'", count=2),
    Case(f"customer IN ('c', 'd') AND {P}", "get", KEY, count=2),
    Case("customer IN ('c', 'd') AND placed IN ('a', 'b', 'e')", "get", f"{C} AND placed = 'a'", count=6),
    Case(f"{KEY} AND customer <> 'x'", "get", KEY, after="customer <> 'x'"),
    Case(f"{KEY} AND (total = 1 OR note = 'x')", "get", KEY, after="total = 1 OR note = 'x'"),
    Case("id = 7", "get", "id = 7", table=COUNTERS),
    Case("id IN (1, 1.0, 2)", "get", "id = 1", count=2, table=COUNTERS),
    Case("id = 7", "get", "id = 7", backward=True, table=COUNTERS, says="no order to turn round"),
    Case(KEY, "get", KEY, consistent=True),
    # a Query of the table
    Case(C, "query", C, says="customer is the table's partition key"),
    Case(f"{C} AND placed > '2025'", "query", f"{C} AND placed > '2025'", says="placed narrows it"),
    Case(f"{C} AND placed >= '2025'", "query", f"{C} AND placed >= '2025'"),
    Case(f"{C} AND placed < '2025'", "query", f"{C} AND placed < '2025'"),
    Case(f"{C} AND placed <= '2025'", "query", f"{C} AND placed <= '2025'"),
    Case(f"{C} AND begins_with(placed, '2025')", "query", f"{C} AND begins_with(placed, '2025')"),
    Case(f"{C} AND placed BETWEEN 'a' AND 'b'", "query", f"{C} AND placed BETWEEN 'a' AND 'b'"),
    Case(f"{C} AND placed >= 'a' AND placed <= 'b'", "query", f"{C} AND placed BETWEEN 'a' AND 'b'"),
    Case(
        f"{C} AND placed > 'a' AND placed <= 'b'",
        "query",
        f"{C} AND placed BETWEEN 'a' AND 'b'",
        after="placed > 'a'",
    ),
    Case(
        f"{C} AND placed > 'a' AND placed < 'b'",
        "query",
        f"{C} AND placed BETWEEN 'a' AND 'b'",
        after="placed > 'a' AND placed < 'b'",
    ),
    Case(f"{C} AND placed > 'b' AND placed < 'a'", "query", f"{C} AND placed > 'b'", after="placed < 'a'"),
    Case(
        f"{C} AND contains(placed, 'x')", "query", C, after="contains(placed, 'x')", says="no filter on a key"
    ),
    Case(f"{C} AND placed <> 'x'", "query", C, after="placed <> 'x'"),
    Case(f"{C} AND placed > ''", "query", C, after="placed > ''"),
    Case(f"{C} AND begins_with(placed, '')", "query", C, after="begins_with(placed, '')"),
    Case(f"{C} AND placed > '{'x' * 1025}'", "query", C, after=f"placed > '{'x' * 1025}'"),
    Case(f"{C} AND (placed = 'a' OR total = 1)", "query", C, after="placed = 'a' OR total = 1"),
    Case(f"{C} AND NOT begins_with(placed, 'x')", "query", C, after="NOT begins_with(placed, 'x')"),
    Case(f"{C} AND total > 3", "query", C, rest="total > 3", says="total is filtered after reading"),
    Case(
        f"{C} AND total > paid",
        "query",
        C,
        rest="total > paid",
        says="paid and total are filtered after reading",
    ),
    Case(
        f"{C} AND total = placed",
        "query",
        C,
        after="total = placed",
        says="placed and total are compared here",
    ),
    Case(f"{C} AND attribute_exists(gift.note[0])", "query", C, rest="attribute_exists(gift.note[0])"),
    Case(f"{C} AND size(tags) > 2", "query", C, rest="size(tags) > 2"),
    Case(f"{C} AND total = paid", "query", C, rest="total = paid"),
    Case(f"{C} AND total = placed", "query", C, after="total = placed"),
    Case("customer IN ('a', 'b', 'c')", "query", "customer = 'a'", count=3, says="3 values make 3 Queries"),
    Case("customer = 'a' OR customer = 'b'", "query", "customer = 'a'", count=2),
    Case("customer IN ('a', 'b')", "query", "customer = 'a'", count=2, backward=True, says="within each key"),
    Case(f"{C} AND customer = 'd'", "query", C, after="customer = 'd'"),
    Case(f"({C} AND total = 1) AND placed > 'a'", "query", f"{C} AND placed > 'a'", rest="total = 1"),
    Case(f"{C} AND placed IN ({', '.join(repr(str(n)) for n in range(26))})", "query", C, after="x"),
    # a Query of an index
    Case(
        f"{STATUS} AND placed > 'a'",
        "query:by-status",
        f"{STATUS} AND placed > 'a'",
        says="placed narrows it",
    ),
    Case(STATUS, "query:by-status", STATUS, says="status is its partition key", not_=("table", "customer")),
    Case("product = 'p'", "query:by-product", "product = 'p'"),
    Case("product = 'p' AND total > 3", "query:by-product", "product = 'p'", rest="total > 3"),
    Case("product = 'p' AND customer = 'c'", "query", C, rest="product = 'p'", not_=("index:by-product", "")),
    Case(
        "product = 'p' AND contains(customer, 'c')",
        "query:by-product",
        "product = 'p'",
        rest="contains(customer, 'c')",
    ),
    Case(
        "product = 'p' AND contains(product, 'c')",
        "query:by-product",
        "product = 'p'",
        after="contains(product, 'c')",
    ),
    Case("product IN ('p', 'q')", "query:by-product", "product = 'p'", count=2),
    Case(
        f"{C} AND amount > 3",
        "query:local",
        f"{C} AND amount > 3",
        not_=("table", "compares more of its key"),
    ),
    Case(f"{C} AND amount = 3", "query:local", f"{C} AND amount = 3", consistent=True),
    Case(
        "region = 'N' AND route = 7 AND day = 'd' AND stop > 3",
        "query:by-route",
        "region = 'N' AND route = 7 AND day = 'd' AND stop > 3",
        says="region and route are its partition key and day and stop narrow it",
    ),
    Case(
        "stop = 3 AND route = 7 AND region = 'N' AND day BETWEEN 'a' AND 'b'",
        "query:by-route",
        "region = 'N' AND route = 7 AND day BETWEEN 'a' AND 'b'",
        after="stop = 3",
    ),
    Case(
        "region = 'N' AND route IN (1, 2) AND day = 'd' AND stop = 1",
        "query:by-route",
        "region = 'N' AND route = 1 AND day = 'd' AND stop = 1",
        count=2,
    ),
    Case("fax = '1'", "query:resizing", "fax = '1'"),
    Case("voucher = 'v'", "query:fresh", "voucher = 'v'"),
    # an index that would miss items, or cannot be read
    Case("courier = 'c'", "scan", rest="courier = 'c'", not_=("index:by-courier", "have weight")),
    Case(
        "courier = 'c'", "scan", rest="courier = 'c'", not_=("index:by-courier", "attribute_exists(weight)")
    ),
    Case("courier = 'c' AND weight <> 3", "scan", rest="courier = 'c' AND weight <> 3"),
    Case("courier = 'c' AND NOT weight = 3", "scan", rest="courier = 'c' AND NOT weight = 3"),
    Case(
        "courier = 'c' AND (weight = 3 OR note = 'x')",
        "scan",
        rest="courier = 'c' AND (weight = 3 OR note = 'x')",
    ),
    Case(
        "region = 'N' AND route = 7 AND day = 'd'",
        "scan",
        rest="region = 'N' AND route = 7 AND day = 'd'",
        not_=("index:by-route", "have stop"),
    ),
    Case(
        "region = 'N' AND day = 'd' AND stop = 1",
        "scan",
        rest="region = 'N' AND day = 'd' AND stop = 1",
        not_=("index:by-route", "what route, its partition key, equals"),
    ),
    Case(
        "courier = 'c' AND attribute_exists(weight)",
        "query:by-courier",
        "courier = 'c'",
        after="attribute_exists(weight)",
        partial=True,
    ),
    Case(
        "courier = 'c' AND weight > 3",
        "query:by-courier",
        "courier = 'c' AND weight > 3",
        partial=True,
        says="The items are partial",
    ),
    Case(
        "courier = 'c' AND weight > 3 AND total = 1",
        "scan",
        rest="courier = 'c' AND weight > 3 AND total = 1",
        not_=("index:by-courier", "does not hold total"),
    ),
    Case(
        "courier = 'c' AND weight > 3",
        "scan",
        fields="total",
        rest="courier = 'c' AND weight > 3",
        not_=("index:by-courier", "which you want to see"),
    ),
    Case(
        "courier = 'c' AND weight > 3",
        "query:by-courier",
        "courier = 'c' AND weight > 3",
        fields="placed",
        partial=True,
    ),
    Case(
        "city = 'X' AND total > 3",
        "query:by-city",
        "city = 'X'",
        rest="total > 3",
        partial=True,
        says="the keys and total and street",
    ),
    Case(
        "city = 'X' AND note = 'n'",
        "scan",
        rest="city = 'X' AND note = 'n'",
        not_=("index:by-city", "projection is INCLUDE"),
    ),
    Case(
        "city = 'X' AND attribute_not_exists(note)", "scan", rest="city = 'X' AND attribute_not_exists(note)"
    ),
    Case(
        f"{C} AND note = 'n'",
        "query",
        C,
        rest="note = 'n'",
        not_=("index:local-keys", "Its items are partial"),
    ),
    Case("email = 'e'", "scan", rest="email = 'e'", not_=("index:building", "is being made")),
    Case("phone = 'e'", "scan", rest="phone = 'e'", not_=("index:leaving", "is being deleted")),
    Case(
        f"{STATUS} AND placed > 'a'",
        "scan",
        rest=f"{STATUS} AND placed > 'a'",
        consistent=True,
        not_=("index:by-status", "strongly consistent"),
    ),
    Case(
        "product = 5",
        "scan",
        rest="product = 5",
        not_=("index:by-product", "is a string there and is compared with a number"),
    ),
    Case("product > 'p'", "scan:by-product", rest="product > 'p'", not_=("index:by-product", "with = only")),
    Case("product = ''", "scan", rest="product = ''", not_=("index:by-product", "cannot be a key")),
    Case("product = other", "scan:by-product", rest="product = other"),
    Case("product.name = 'x'", "scan", rest="product.name = 'x'"),
    Case(
        f"product IN ({', '.join(repr(str(n)) for n in range(26))})",
        "scan:by-product",
        rest="x",
        not_=("index:by-product", "26 partitions"),
    ),
    # reading everything
    Case("", "scan", says="no condition"),
    Case("total > 3", "scan", rest="total > 3", says="every item has to be read"),
    Case("customer > 'a'", "scan", rest="customer > 'a'", not_=("table", "with = only")),
    Case(f"{C} OR total = 1", "scan", rest=f"{C} OR total = 1"),
    Case(f"NOT {C}", "scan", rest=f"NOT {C}"),
    Case(
        f"({C} AND {P}) OR (customer = 'd' AND placed = 'x')",
        "scan",
        rest=f"({C} AND {P}) OR (customer = 'd' AND placed = 'x')",
    ),
    Case("", "scan", backward=True, says="no order to turn round"),
    Case(
        "attribute_exists(flag)",
        "scan:flagged",
        rest="attribute_exists(flag)",
        says="smaller than the table",
        not_=("scan", "holds every match and is smaller"),
    ),
    Case("flag > 'a' AND total = 1", "scan:flagged", rest="flag > 'a' AND total = 1"),
    Case("attribute_exists(voucher)", "scan", rest="attribute_exists(voucher)"),
    Case("attribute_exists(flag)", "scan", rest="attribute_exists(flag)", consistent=True),
    Case("attribute_exists(city)", "scan", rest="attribute_exists(city)"),
    Case(
        "attribute_exists(city)", "scan:by-city", rest="attribute_exists(city)", fields="street", partial=True
    ),
    # as the reader says
    Case(C, "scan", via="scan", rest=C, says="You chose it.", not_=("table", "You chose another way")),
    Case(KEY, "scan", via="scan", rest=KEY),
    Case(
        "product = 'p' AND customer = 'c'",
        "query:by-product",
        "product = 'p'",
        via="index:by-product",
        rest=C,
    ),
    Case(
        "courier = 'c'",
        "query:by-courier",
        "courier = 'c'",
        via="index:by-courier",
        partial=True,
        says="Items may be missing",
    ),
    Case(
        "total = 1",
        "scan:by-courier",
        via="scan:by-courier",
        rest="total = 1",
        partial=True,
        says="Items may be missing",
    ),
    Case("", "scan:by-status", via="scan:by-status", says="It holds only items that have status"),
    Case(KEY, "get", KEY, via="table"),
    Case(f"{C} AND {P} AND amount = 1", "query:local", f"{C} AND amount = 1", via="index:local", rest=P),
]
