"""The planner's sentences."""

from __future__ import annotations

from dashboard.core.dynamodb import Index, Table
from dashboard.core.expressions import Condition
from dashboard.tables.core.language import path_words
from dashboard.tables.core.parts import attributes
from dashboard.tables.core.search import Search
from dashboard.tables.core.ways import Way


def title(way: Way) -> str:
    """What the way is called: ``Query of the index by-depot``."""
    what = "the table" if way.index is None else f"the index {way.index.name}"
    if way.way == "get":
        return "GetItem" if len(way.gets) == 1 else f"{len(way.gets)} GetItem calls"
    return f"{'Query' if way.way == 'query' else 'Scan'} of {what}"


def why(table: Table, search: Search, way: Way) -> str:
    """Why the chosen way was chosen, with what it sends."""
    asked = f"You chose it{', though it may miss items. ' if way.missing else '. '}" if search.via else ""
    if way.way == "get":
        one = "The condition names the whole key" if len(way.gets) == 1 else "The condition names whole keys"
        return (
            f"{asked}{one}, so each item is read by itself."
            if len(way.gets) > 1
            else f"{asked}{one} of one item."
        )
    if way.way == "query":
        return asked + _why_query(table, way)
    return asked + _why_scan(search, way)


def _why_query(table: Table, way: Way) -> str:
    assert way.bound is not None
    partition = way.index.partition if way.index else (table.partition,)
    sort = way.index.sort if way.index else ((table.sort,) if table.sort else ())
    names = _list([part.name for part in partition])
    count = "" if len(way.keys) == 1 else f" {len(way.keys)} values make {len(way.keys)} Queries."
    compared = way.bound.equal - len(partition) + way.bound.ranged
    narrowed = (
        f" and {_list([part.name for part in sort[:compared]])} {'narrows' if compared == 1 else 'narrow'} it"
        if compared > 0
        else ""
    )
    whose = "its" if way.index else "the table's"
    rest = _rest(way)
    return f"{names} {'is' if len(partition) == 1 else 'are'} {whose} partition key{narrowed}.{count}{rest}"


def _rest(way: Way) -> str:
    text = ""
    if way.filter is not None:
        text += f" {_subject(way.filter)} filtered after reading, which costs the same."
    if way.after is not None:
        text += (
            f" {_subject(way.after)} compared here after reading, because a Query takes no filter on a key."
        )
    return text


def _subject(condition: Condition) -> str:
    """The attributes of a condition as the subject of a sentence: ``a is``, ``a and b are``."""
    names = sorted(attributes(condition))
    return f"{_list(names)} {'is' if len(names) == 1 else 'are'}"


def _why_scan(search: Search, way: Way) -> str:
    if way.index is not None:
        return (
            "No key equals a value, and every item that can match is in this index, which is smaller than the table."
            if way.complete
            else "It reads every item of the index."
        )
    if search.where is None:
        return "There is no condition: the items come in the order they lie in."
    return "No partition key is given that leads to every match, so every item has to be read."


def why_not(search: Search, way: Way, chosen: Way) -> str:
    """Why a way was not chosen."""
    if way.impossible or way.missing:
        return way.impossible or way.missing
    if search.via:
        return "You chose another way."
    if way.way == "scan" and chosen.way != "scan":
        return "It reads every item; the key finds them without."
    if way.way == "scan":
        return (
            "It is not smaller."
            if way.index
            else f"The index {_index(chosen)} holds every match and is smaller."
        )
    if chosen.way == "get":
        return "The whole key is known, and reading the item by it costs the least."
    if way.partial and not chosen.partial:
        return f"Its items are partial (projection {way.index.projection if way.index else ''}); {title(chosen)} gives whole ones."
    assert way.bound is not None and chosen.bound is not None
    if (way.bound.equal, way.bound.ranged) < (chosen.bound.equal, chosen.bound.ranged):
        return f"{title(chosen)} compares more of its key, so it reads less."
    if len(way.keys) > len(chosen.keys):
        return f"{title(chosen)} takes fewer calls."
    if len(way.bound.rest) > len(chosen.bound.rest):
        return f"{title(chosen)} filters less after reading."
    return f"It would do as well; {title(chosen)} holds {'less data' if chosen.index else 'the items themselves'}."


def if_all_have(names: tuple[str, ...]) -> str:
    """Under what condition an index that only holds items with ``names`` is as good: ``if what you look for has a and b``."""
    return f"if what you look for has {_list(list(names))}"


def warnings(search: Search, way: Way) -> tuple[str, ...]:
    """What the reader should know about the chosen way."""
    found = []
    if way.missing:
        found.append(f"Items may be missing. {way.missing}")
    if way.partial and way.index is not None and not search.fields:
        found.append(
            f"The items are partial: the index {way.index.name} holds {_projection(way.index)} only. Open an item to see all of it."
        )
    if search.backward and way.way != "query":
        found.append("There is no order to turn round: only a Query reads by its sort key.")
    if search.backward and way.way == "query" and len(way.keys) > 1:
        found.append("The order holds within each key; one comes after the other as written.")
    return tuple(found)


def _projection(index: Index) -> str:
    if index.projection == "KEYS_ONLY":
        return "the keys"
    return f"the keys and {_list(list(index.included))}" if index.included else "some attributes"


def _index(way: Way) -> str:
    return way.index.name if way.index else ""


def _list(names: list[str]) -> str:
    shown = [path_words((name,)) for name in names[:4]] + (
        [f"{len(names) - 4} more"] if len(names) > 4 else []
    )
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
