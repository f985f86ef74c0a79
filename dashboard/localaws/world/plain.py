"""Two plain tables: every attribute type, and every kind of key that tools get wrong."""

from __future__ import annotations

import random

from dashboard.localaws.world.wire import BotoItem, b, flag, m, many, n, s

AWKWARD = (
    "2026/11/HAM1/0001",
    "../../etc/passwd",
    "..",
    ".",
    "100%",
    "%2F",
    "a?b=c&d#e",
    "left,right",
    'say "fragile"',
    "O'Brien",
    "back\\slash",
    "first line\nsecond line",
    "tab\there",
    " leading and trailing ",
    "📦 parcel 🚚",
    "naïve-straße-Łódź-東京",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "SELECT * FROM labels; --",
    "k" * 1000,
    "\u202eright to left",
    "e\u0301 and \u00e9",
    "null",
    "0",
)
LARGEST = "9" * 38
NUMBERS = (
    LARGEST,
    f"-{LARGEST}",
    "12345678901234567890123456789012345678",
    "12345678901234567890123456789012345679",
    "1.2345678901234567890123456789012345678",
    "9007199254740993",
    "0",
    "-0.5",
    "1E-100",
    "1E+100",
)


def every_type() -> BotoItem:
    """One attribute of each type that DynamoDB has, nested ones too, under names that tools get wrong."""
    return {
        "string": s("Fragile – this side up"),
        "empty string": s(""),
        "number": n("12345678901234567890123456789012345678"),
        "fraction": n("0.00000000000000000000000000000000000001"),
        "binary": b(bytes(range(256))),
        "empty binary": b(b""),
        "string set": {"SS": ["fragile", "liquid", "übergroß"]},
        "number set": {"NS": ["-1", "2.5", LARGEST]},
        "binary set": {"BS": [b"\x00", b"\xff\xfe"]},
        "boolean": flag(True),
        "nothing": {"NULL": True},
        "empty map": m({}),
        "empty list": many([]),
        "map": m({"S": s("a key called S"), "a.b": n("1"), "nested": m({"M": m({"N": n("-7")})})}),
        "list": many([s("1"), n("1"), flag(False), {"NULL": True}, many([m({"deep": many([n("3.14")])})])]),
        "dotted.name": s("this is one name, not a path"),
        "brackets[0]": s("and so is this"),
        "<img src=x onerror=alert(1)>": s("<b>bold?</b>"),
        "__proto__": s("polluted?"),
        "constructor": m({"prototype": s("no")}),
        "#hash": s(":colon"),
        "größe": n("42"),
        "📦": s("emoji name"),
    }


def labels(seed: int = 21) -> list[BotoItem]:
    """Table ``shipping-labels``: partition key ``label`` (string), no sort key."""
    dice = random.Random(seed)
    items: list[BotoItem] = [
        {"label": s(key), "printed": n(dice.randint(1, 9)), **every_type()} for key in AWKWARD
    ]
    items += [
        {
            "label": s(f"LBL-{number:05d}"),
            "printer": s(f"zebra-{dice.randint(1, 9)}"),
            "zpl": s(f"^XA^FO50,50^A0N,50,50^FDParcel {number}^FS^XZ"),
            "copies": n(dice.randint(1, 3)),
            "checksum": b(dice.randbytes(16)),
        }
        for number in range(1, 151)
    ]
    items.append(
        {"label": s("LBL-BIG"), "bitmap": s("0123456789abcdef" * 24_960), "note": s("390 KB of bitmap")}
    )
    return items


def seals(seed: int = 22) -> list[BotoItem]:
    """Table ``customs-seals``: partition key ``seal_number`` (number), sort key ``chip`` (binary)."""
    dice = random.Random(seed)
    chips = (b"\x00", b"\xff\xfe\xfd", b"a/b?c#d", "Zoll 🛃".encode(), b"\x00\x00\x01")
    items: list[BotoItem] = [
        {
            "seal_number": n(number),
            "chip": b(chip),
            "office": s(f"DE00{dice.randint(1000, 9999)}"),
            **every_type(),
        }
        for number in NUMBERS
        for chip in chips[: 1 + len(number) % len(chips)]
    ]
    items += [
        {
            "seal_number": n(4_000_000 + number),
            "chip": b(dice.randbytes(8)),
            "office": s(f"DE00{dice.randint(1000, 9999)}"),
            "broken": flag(dice.random() < 0.05),
            "value_eur": n(f"{dice.randint(100, 999_999) / 100:.2f}"),
        }
        for number in range(120)
    ]
    return items
