"""Tables for the planner's tests."""

from __future__ import annotations

from dashboard.core.dynamodb import Index, KeyPart, Table

MB = 1024 * 1024


def part(name: str, tag: str = "S") -> KeyPart:
    return KeyPart(name, tag)


def index(name: str, partition: str, sort: str = "", **more: object) -> Index:
    """Attribute names, ``n:age`` for a number; several separated by commas."""
    given = {"is_global": True, "projection": "ALL", "item_count": 10_000, "size_bytes": 10 * MB, **more}
    return Index(name, _parts(partition), _parts(sort), **given)  # type: ignore[arg-type]


def _parts(names: str) -> tuple[KeyPart, ...]:
    found = []
    for name in filter(None, names.split(",")):
        tag, _, plain = name.rpartition(":")
        found.append(KeyPart(plain, tag.upper() or "S"))
    return tuple(found)


ORDERS = Table(
    "orders",
    "ACTIVE",
    part("customer"),
    part("placed"),
    (
        index("by-status", "status", "placed"),
        index("by-product", "product", size_bytes=9 * MB),
        index("by-courier", "courier", "n:weight", projection="KEYS_ONLY", size_bytes=2 * MB),
        index("by-city", "city", projection="INCLUDE", included=("total", "street"), size_bytes=4 * MB),
        index("by-route", "region,n:route", "day,n:stop"),
        index("building", "email", status="CREATING"),
        index("leaving", "phone", status="DELETING"),
        index("resizing", "fax", status="UPDATING"),
        index("flagged", "flag", size_bytes=MB // 10, item_count=100),
        index("fresh", "voucher", size_bytes=0, item_count=0),
        index("local", "customer", "n:amount", is_global=False),
        index("local-keys", "customer", "note", is_global=False, projection="KEYS_ONLY", size_bytes=MB),
    ),
    billing="PAY_PER_REQUEST",
    item_count=10_000,
    size_bytes=10 * MB,
)
COUNTERS = Table(
    "counters",
    "ACTIVE",
    part("id", "N"),
    None,
    (),
    "PROVISIONED",
    read_units=10,
    item_count=50,
    size_bytes=5000,
)
