"""Tables as JSON in our database."""

from __future__ import annotations

import json
from dataclasses import replace

from dashboard.tables.core.described import from_json, to_json
from tests.tables.tables import COUNTERS, PARCELS


def test_it_works() -> None:
    for table in (PARCELS, COUNTERS):
        assert from_json(json.loads(json.dumps(to_json(table)))) == table


def test_what_another_version_wrote_is_passed_over() -> None:
    stored = {**json.loads(json.dumps(to_json(COUNTERS))), "colour": "red"}
    del stored["billing"]
    assert from_json(stored) == replace(COUNTERS, billing="PROVISIONED")
