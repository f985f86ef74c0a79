"""The builder as it is drawn: one line for each row and each edge of a group, so that the template is a single loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.core.dynamodb import Table
from dashboard.core.errors import InputError
from dashboard.core.expressions import Condition
from dashboard.tables.core.builder import ROOT, Group, Row, from_fields, with_key_rows
from dashboard.tables.core.operators import KINDS, MANY, OPERATORS, choices, guess
from dashboard.tables.core.rows import Declared, declared_type, rows_of
from dashboard.tables.core.search import parse_path, parse_where, path_words, where_text

MOST_NAMES = 150
"""Attribute names that are offered while typing."""
OPTIONS = ("via", "order", "limit", "consistent")
NOTHING = SafeString("")


@dataclass(frozen=True)
class Draft:
    """What stands in the form: rows, or the condition as text (``text`` is not None), and the other fields as they were entered."""

    group: Group
    text: str | None = None
    via: str = ""
    order: str = ""
    limit: str = ""
    consistent: bool = False
    fields: str = ""

    @property
    def more(self) -> str:
        """What stands under "More", in words; empty for nothing. The order is not told: the head that turns it shows it."""
        limit = f"{self.limit} a page" if self.limit else ""
        fields = f"only {self.fields}" if self.fields else ""
        parts = (self.via.replace(":", " "), limit, "consistent read" if self.consistent else "", fields)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Line:
    """A row (``row``), the beginning of a group (``group``) or the end of one (neither), at ``path``.

    ``wrong`` is the sentence of the row, ``wrong_in`` the input of it that it is about.
    """

    path: str
    row: Row | None = None
    group: Group | None = None
    number: str = ""
    operators: SafeString = NOTHING
    kinds: SafeString = NOTHING
    wrong: str = ""
    wrong_in: str = ""

    @property
    def first(self) -> str:
        """The row's first value."""
        return self.row.values[0] if self.row is not None and self.row.values else ""

    @property
    def others(self) -> tuple[str, ...]:
        """The further values of an operator that takes many."""
        return self.row.values[1:] if self.row is not None and OPERATORS[self.row.op].values == MANY else ()


def declared_types(table: Table) -> dict[str, str]:
    """The key attributes of the table and its indexes, with their types."""
    parts = [table.partition, *([table.sort] if table.sort else [])]
    parts += [part for index in table.indexes for part in (*index.partition, *index.sort)]
    return {part.name: part.tag for part in parts}


def draft_of(table: Table, data: QueryDict, condition: Condition | None) -> Draft:
    """The form for an address whose condition is ``condition``: rows, or text where rows would be too many."""
    group = rows_of(condition, declared_types(table))
    as_text = data.get("as") == "text" or not group.drawable
    names = [path_words((name,)) for name in table.key_names]
    return Draft(
        with_key_rows(group, condition, names),
        (where_text(condition) if condition is not None else "") if as_text else None,
        via=data.get("via", "") or _old_way(data),
        order=data.get("order", ""),
        limit=data.get("limit", ""),
        consistent=data.get("consistent", "") not in ("", "0"),
        fields=", ".join(text for text in data.getlist("field") if text),
    )


def draft_refused(table: Table, data: QueryDict) -> Draft:
    """The form for an address that cannot be read: rows while its condition can, else its text; an older address as rows."""
    where = data.get("where", "")
    try:
        condition = parse_where(where) if where.strip() else None
    except InputError:
        return replace(draft_of(table, data, None), text=where)
    draft = draft_of(table, data, condition)
    return draft if where else replace(draft, group=_old_rows(table, data) or draft.group)


def _old_rows(table: Table, data: QueryDict) -> Group | None:
    """The key as an address of the older form has it."""
    index = table.index(data.get("index", ""))
    parts = index.partition if index else (table.partition,)
    sort = index.sort if index else ((table.sort,) if table.sort else ())
    rows = [Row(path_words((parts[0].name,)), "=", (data.get("partition", ""),))]
    if sort and (data.get("sort") or data.get("sort_op")):
        op = data.get("sort_op", "")
        given = (data.get("sort", ""),), data.get("sort_to", "")
        rows.append(Row(path_words((sort[0].name,)), op if op in OPERATORS else "=", *given))
    return Group("all", tuple(rows)) if data.get("partition") or len(rows) > 1 else None


def _old_way(data: QueryDict) -> str:
    """How an address of the older form reads."""
    if data.get("where") or not data.get("index"):
        return ""
    return f"index:{data['index']}" if data.get("mode") == "query" else f"scan:{data['index']}"


def draft_sent(data: QueryDict) -> Draft:
    """The form as it was sent."""
    return Draft(
        from_fields(data.lists()),
        data.get("where", "").replace("\r\n", "\n") if "where" in data else None,
        via=data.get("via", ""),
        order=data.get("order", ""),
        limit=data.get("limit", "").strip(),
        consistent="consistent" in data,
        fields=data.get("fields", ""),
    )


def builder_context(
    table: Table, draft: Draft, wrong: InputError | None = None, seen: Iterable[str] = ()
) -> dict[str, Any]:
    """What the form's templates show. ``wrong`` stands at its input; ``seen`` are attribute names of the page."""
    declared = declared_types(table)
    lines = tuple(_lines(draft.group, ROOT, "", declared, wrong))
    placed = wrong is not None and (any(line.wrong for line in lines) or wrong.field in _FIELDS)
    return {
        "draft": draft,
        "root": ROOT,
        "lines": lines,
        "joined": draft.group.join != "all" or len(draft.group.members) > 1,
        "wrong": wrong,
        "wrong_whole": wrong is not None and not placed,
        "names": _names(table, declared, seen),
        "ways": _ways(table, draft.via),
        "more_open": wrong is not None and wrong.field in _FIELDS,
    }


_FIELDS = ("via", "order", "limit", "field")


def _lines(
    group: Group, path: str, number: str, declared: Declared, wrong: InputError | None
) -> Iterator[Line]:
    """The members of a group; a group inside begins and ends with a line of its own."""
    for place, member in enumerate(group.members):
        inner = f"{path}.{place}"
        label = f"{number}{place + 1}"
        if isinstance(member, Group):
            yield Line(inner, group=member, number=label)
            yield from _lines(member, inner, f"{label}.", declared, wrong)
            yield Line(inner, number=label)
        else:
            yield _row_line(member, inner, label, declared, wrong)


def _row_line(row: Row, path: str, label: str, declared: Declared, wrong: InputError | None) -> Line:
    tag = _declared(row, declared)
    about = wrong is not None and wrong.field.rpartition(".")[0] == path
    return Line(
        path,
        row,
        number=label,
        operators=_operator_options(tag, row.op),
        kinds=_kind_options(row.kind, meaning(row, tag)),
        wrong=wrong.rule if about and wrong is not None else "",
        wrong_in=wrong.field.rpartition(".")[2] if about and wrong is not None else "",
    )


def _declared(row: Row, declared: Declared) -> str:
    """The declared type of the row's attribute."""
    if row.attribute in declared:
        return declared[row.attribute]
    if '"' not in row.attribute:
        return ""
    try:
        return declared_type(parse_path(row.attribute), declared)
    except InputError:
        return ""


def meaning(row: Row, tag: str) -> str:
    """How an automatic value is meant, in words: the key's type, or what the text looks like."""
    if tag and not row.op.startswith("size:"):
        return f"{KINDS[tag].split(' ')[0]} (key)"
    texts = [text for text in row.entered if text]
    if not texts:
        return KINDS[""]
    return " / ".join(dict.fromkeys(KINDS[guess(row.op, text, "")] for text in texts)) + " (auto)"


@lru_cache(maxsize=512)
def _operator_options(tag: str, chosen: str) -> SafeString:
    """The list of operators for an attribute of that declared type. All of it is ours, and the same for many rows."""
    codes = choices(tag, chosen)
    found = SafeString("")
    for group, members in groupby(codes, lambda code: OPERATORS[code].group):
        options = format_html_join("", '<option value="{}"{}>{}</option>', _options(members, chosen))
        found += format_html('<optgroup label="{}">{}</optgroup>', group, options) if group else options
    return found


def _options(codes: Iterable[str], chosen: str) -> Iterator[tuple[str, SafeString, str]]:
    for code in codes:
        yield code, SafeString(" selected" if code == chosen else ""), OPERATORS[code].words


@lru_cache(maxsize=512)
def _kind_options(chosen: str, automatic: str) -> SafeString:
    """The list of types; the first says what an automatic value is taken for."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (kind, SafeString(" selected" if kind == chosen else ""), words if kind else automatic)
            for kind, words in KINDS.items()
        ),
    )


def _names(table: Table, declared: Mapping[str, str], seen: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The attribute names that are known, keys first, each as a path's text with the type it was declared with."""
    projected = (name for index in table.indexes for name in index.included)
    names = list(dict.fromkeys([*declared, *projected, *seen]))[:MOST_NAMES]
    return tuple((path_words((name,)), declared.get(name, "")) for name in names)


def _ways(table: Table, chosen: str) -> tuple[tuple[str, str], ...]:
    """How it can be read, for the list under "More"; a way that the table does not have stays as it was entered."""
    ways = [("", "the planner's choice"), ("table", "Query of the table")]
    ways += [(f"index:{index.name}", f"Query of index {index.name}") for index in table.indexes]
    ways += [("scan", "Scan of the table")]
    ways += [(f"scan:{index.name}", f"Scan of index {index.name}") for index in table.indexes]
    if chosen not in dict(ways):
        ways.append((chosen, chosen))
    return tuple(ways)
