"""Queries of Logs Insights over JSON lines, as tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.localaws.logs.insights.parser import parse
from dashboard.localaws.logs.insights.tokens import QueryError
from tests.localaws.logs.insights.support import ask, column


def test_it_works() -> None:
    found = ask("fields status, path | filter status >= 400 | sort ms desc | limit 2")
    assert found == [{"status": "500", "path": "/a"}, {"status": "404", "path": "/none"}]


def test_without_fields_the_time_and_the_message_are_shown_the_latest_first() -> None:
    assert ask("limit 1") == [
        {"@timestamp": "2023-11-14 22:17:20.000", "@message": '{"status": "200", "ms": "8.5", "path": "/a"}'}
    ]


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("status = 200", ["8.5", "20", "12"]),
        ('status = "200"', ["8.5", "20", "12"]),
        ("status != 200", ["3", "45"]),
        ("ms < 12", ["8.5", "3"]),
        ("ms <= 12", ["8.5", "3", "12"]),
        ("ms > 20", ["45"]),
        ("ms >= 20", ["45", "20"]),
        ("path like /^\\/[ab]$/", ["8.5", "45", "20", "12"]),
        ("path =~ /none/", ["3"]),
        ("path like 'non'", ["3"]),
        ("path not like /a/", ["3", "20"]),
        ("@message like /(?i)boom/", ["45"]),
        ("status in [404, 500]", ["3", "45"]),
        ("status not in [404, 500]", ["8.5", "20", "12"]),
        ("path in ['/a', '/b'] and not status = 200", ["45"]),
        ("status = 404 or status = 500 and ms = 1", ["3"]),
        ("(status = 404 or status = 500) and ms = 45", ["45"]),
        ("not ispresent(user.id)", ["8.5", "3"]),
        ("ispresent(error)", ["45"]),
        ("user.id = 'u1'", ["45", "12"]),
        ("list.1.y = 7", ["3"]),
        ("list.0 = 'x'", ["3"]),
        ("ok = 1", ["20", "12"]),
        ("ok = 0", ["45"]),
        ("error != 'x'", ["8.5", "3", "45", "20", "12"]),
        ("error = 'x'", []),
        ("ms + 1 = 13", ["12"]),
        ("strcontains(path, 'none')", ["3"]),
        ("`path` = '/b'", ["20"]),
        ("@logStream = 'stream' and @log = '1:group' and path='/b'", ["20"]),
        ("-ms < -40", ["45"]),
    ],
)
def test_filters(condition: str, wanted: list[str]) -> None:
    assert column(f"fields ms | filter {condition}") == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("ms * 2", "24"),
        ("ms / 7", "1.7143"),
        ("ms % 5", "2"),
        ("2 ^ 3 ^ 2", "512"),
        ("ms - 2 - 3", "7"),
        ("ms / 0", ""),
        ("10 ^ 9999999", ""),
        ("path + 1", ""),
        ("abs(-3)", "3"),
        ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"),
        ("sqrt(2)", "1.4142"),
        ("log(0 - 1)", ""),
        ("greatest(1, ms, 3)", "12"),
        ("least(1, ms, 3)", "1"),
        ("coalesce(nothing, path)", "/a"),
        ("concat(path, '-', status)", "/a-200"),
        ("strlen(path)", "2"),
        ("toupper(path)", "/A"),
        ("substr('abcdef', 2, 3)", "cde"),
        ("replace(path, '/', '.')", ".a"),
        ("trim('  x ')", "x"),
        ("ltrim('xxy', 'x')", "y"),
        ("isempty(nothing)", "1"),
        ("isvalidIp('10.1.2.3')", "1"),
        ("isIpv4InSubnet('10.1.2.3', '10.0.0.0/8')", "1"),
        ("bin(1h)", "2023-11-14 22:00:00.000"),
        ("datefloor(@timestamp, 1d)", "2023-11-14 00:00:00.000"),
        ("dateceil(@timestamp, 1h)", "2023-11-14 23:00:00.000"),
        ("bin(1mo)", "2023-11-01 00:00:00.000"),
        ("toMillis(@timestamp)", "1700000000000"),
        ("fromMillis(1700000000000)", "2023-11-14 22:13:20.000"),
        ("'it\\'s'", "it's"),
        ("(ms + 1) * 2", "26"),
    ],
)
def test_expressions(expression: str, wanted: str) -> None:
    (row, *_) = ask(f"fields {expression} as x | sort @timestamp asc | limit 1")
    assert row.get("x", "") == wanted


def test_a_column_without_alias_has_the_name_that_the_query_wrote() -> None:
    assert list(ask("fields ms*2, toupper( path )")[0]) == ["ms*2", "toupper( path )"]


@pytest.mark.parametrize(
    ("stats", "wanted"),
    [
        ("count(*) as n", [{"n": "5"}]),
        ("count(*)", [{"count(*)": "5"}]),
        ("count(error)", [{"count(error)": "1"}]),
        ("count() as n", [{"n": "5"}]),
        ("count_distinct(path) as n", [{"n": "3"}]),
        ("sum(ms) as s, avg(ms) as a", [{"s": "88.5", "a": "17.7"}]),
        ("min(ms) as low, max(ms) as high", [{"low": "3", "high": "45"}]),
        ("pct(ms, 50) as p", [{"p": "12"}]),
        ("pct(ms, 90) as p, median(ms) as m", [{"p": "35", "m": "12"}]),
        ("sum(ms)/count(*) as mean", [{"mean": "17.7"}]),
        ("earliest(path) as f, latest(path) as l", [{"f": "/a", "l": "/a"}]),
        ("sum(nothing) as s", [{}]),
        (
            "count(*) as n by path | sort n desc, path asc",
            [{"path": "/a", "n": "3"}, {"path": "/b", "n": "1"}, {"path": "/none", "n": "1"}],
        ),
        (
            "count(*) as n by bin(2m) | sort bin(2m) asc",
            [
                {"bin(2m)": "2023-11-14 22:12:00.000", "n": "1"},
                {"bin(2m)": "2023-11-14 22:14:00.000", "n": "2"},
                {"bin(2m)": "2023-11-14 22:16:00.000", "n": "2"},
            ],
        ),
        (
            "sum(status >= 500) as bad by bin(1h) as hour",
            [{"hour": "2023-11-14 22:00:00.000", "bad": "1"}],
        ),
        ("count(*) by path | stats max(`count(*)`) as most", [{"most": "3"}]),
        ("count(*) as n by path | filter n > 1", [{"path": "/a", "n": "3"}]),
        (
            "count(*) by status >= 400 as bad | sort bad",
            [{"bad": "0", "count(*)": "3"}, {"bad": "1", "count(*)": "2"}],
        ),
        ("count(*) by error | sort count(*)", [{"error": "Boom", "count(*)": "1"}, {"count(*)": "4"}]),
    ],
)
def test_stats(stats: str, wanted: list[dict[str, str]]) -> None:
    assert ask(f"stats {stats}") == wanted


def test_stats_without_a_line() -> None:
    assert ask("stats count(*) as n", []) == [{"n": "0"}]
    assert ask("stats count(*) as n by path", []) == []


def test_sorting_is_natural_and_what_is_missing_comes_last() -> None:
    lines = [{"v": v} for v in ("2", "b10", "b9", "01", "a", "5A", "111A", "#", 1)] + [{"w": 1}]
    assert column("fields v | sort v asc", lines) == ["#", "5A", "111A", "a", "b9", "b10", "1", "01", "2", ""]
    assert column("fields v | sort v desc", lines)[:2] == ["2", "1"]


def test_dedup_keeps_the_first_of_each_and_what_has_no_value() -> None:
    assert column("fields ms | sort ms | dedup path") == ["3", "8.5", "20"]
    assert len(ask("dedup error")) == 5


def test_parse_takes_parts_out() -> None:
    lines = ["user=ann took 12 ms", "nothing"]
    assert ask("parse @message 'user=* took * ms' as user, ms | display user, ms | filter ms > 1", lines) == [
        {"user": "ann", "ms": "12"}
    ]
    assert column("parse @message /took (?<ms>\\d+)/ | display ms | filter ispresent(ms)", lines) == ["12"]


def test_comments_and_lines_are_space() -> None:
    assert column("# all of them\nfields ms # the time\n| filter ms = 3") == ["3"]


def test_a_line_that_is_no_json_has_its_own_fields_alone() -> None:
    assert ask("fields @message, status", ["plain", "{broken"]) == [
        {"@message": "{broken"},
        {"@message": "plain"},
    ]


def test_numbers_keep_their_digits() -> None:
    digits = "12345678901234567890123456789012345678"
    assert column("fields n", [f'{{"n": {digits}}}']) == [digits]


def test_a_line_that_is_nested_too_deeply_has_no_fields_of_its_own() -> None:
    deep = '{"a":' * 900 + "1" + "}" * 900
    assert len(ask("fields @message", [deep, '{"a":' * 100_000, '{"a": 1}'])) == 3


@pytest.mark.parametrize(
    ("query", "place", "found"),
    [
        ("", 0, "<EOF>"),
        ("fields", 6, "<EOF>"),
        ("fields a,", 9, "<EOF>"),
        ("felds a", 0, "felds"),
        ("fields a | ", 11, "<EOF>"),
        ("fields a b", 9, "b"),
        ("filter a =", 10, "<EOF>"),
        ("filter a ! b", 9, "!"),
        ("filter nosuch(a)", 7, "nosuch"),
        ("filter (a = 1", 13, "<EOF>"),
        ("filter a in 1", 12, "1"),
        ("filter a like b", 14, "b"),
        ("filter a like /(/", 14, "("),
        ("limit 0", 6, "0"),
        ("limit 10001", 6, "10001"),
        ("limit x", 6, "x"),
        ("stats", 5, "<EOF>"),
        ("stats ms", 8, "<EOF>"),
        ("stats count(*) by", 17, "<EOF>"),
        ("stats pct(ms)", 12, ")"),
        ("sort", 4, "<EOF>"),
        ("fields 'open", 7, "'"),
        ("parse @message '* *' as one", 15, "'* *'"),
    ],
)
def test_a_query_that_cannot_be_read_says_where(query: str, place: int, found: str) -> None:
    with pytest.raises(QueryError) as refusal:
        parse(query)
    assert refusal.value.start == place
    assert f"unexpected symbol found {found} at line 1 and position {place + 1}" in refusal.value.message


def test_the_place_counts_from_its_line() -> None:
    with pytest.raises(QueryError, match="at line 2 and position 9"):
        parse("fields a\n| filter")


def test_an_aggregate_outside_stats_is_refused() -> None:
    with pytest.raises(QueryError, match="stats command only"):
        parse("filter count(*) > 1")


@given(st.text(alphabet="fieldstacounbyor ()[],|=<>!'\"/`@.*0123456789#\n", max_size=60))
def test_whatever_is_written_is_read_or_refused(query: str) -> None:
    try:
        parse(query)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(query)
        return
    ask(query)
