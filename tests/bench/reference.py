"""What dynamodb-admin 5.3.3 did where we measure: shown beside our figures.

It was run on another day against dynalite 4.0.0 (100,000 items of 501 bytes, a proxy that counts), each time beside raw boto3 through the
same proxy. Its ratios and counts can be held against ours; its milliseconds are an order of magnitude.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.bench.figures import Figure

DYNAMODB_ADMIN = {
    "tables.scan_page_calls": "2 DescribeTable and 11 Scan",
    "tables.query_page_calls": "2 DescribeTable and 11 Query; page 2 of it 9,431 Scan",
    "tables.index_page_calls": "2 DescribeTable and 11 Query; page 2 of it 2,079 Scan, with 43 of 107 rows",
    "tables.scan_page_own_ms": "60 ms where boto3 took 11",
    "tables.query_page_own_ms": "56 ms where boto3 took 13",
    "tables.index_page_own_ms": "50 ms where boto3 took 11",
    "tables.turn_own_ms": "38.6 s in a browser where boto3 took 13 ms",
    "tables.item_own_ms": "8 ms where boto3 took 3",
    "tables.save_own_ms": "11 ms where boto3 took 3, unconditionally and without a record",
    "tables.scan_page_ratio_20ms": "8.5",
    "tables.query_page_ratio_20ms": "7.9",
    "tables.index_page_ratio_20ms": "10.0",
    "tables.turn_ratio_20ms": "about 3,000 (0 ms added)",
    "tables.filter_ratio": "17",
    "tables.filter_calls": "10,001",
    "tables.list_2500_cold_calls": "303 for 300 tables",
    "tables.list_2500_warm_ms": "1,214 ms for 300 tables, each time",
}


def beside(figures: Iterable[Figure]) -> list[Figure]:
    """The figures with those of dynamodb-admin in their words."""
    return [
        replace(figure, against=f"{figure.against} (dynamodb-admin: {DYNAMODB_ADMIN[figure.name]})")
        if figure.name in DYNAMODB_ADMIN
        else figure
        for figure in figures
    ]
