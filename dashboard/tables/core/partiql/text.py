"""A statement as text that DynamoDB reads: every name in double quotes, one spelling for one tree. ``parse(statement_text(t)) == t``."""

from __future__ import annotations

from dashboard.tables.core.partiql.tree import (
    And,
    Attribute,
    Between,
    Call,
    Compare,
    Condition,
    Delete,
    Exists,
    In,
    Insert,
    Is,
    ListOf,
    MapOf,
    Not,
    Operand,
    Or,
    Parameter,
    Path,
    Select,
    SetOf,
    SetTo,
    Statement,
    Sum,
    Test,
    Update,
    Value,
)


def statement_text(statement: Statement) -> str:
    """The statement on one line (but for line breaks inside strings)."""
    match statement:
        case Select():
            return _select(statement)
        case Insert():
            return f"INSERT INTO {name(statement.table)} VALUE {operand_text(statement.item)}"
        case Update():
            changes = " ".join(
                f"SET {path_text(one.path)} = {operand_text(one.value)}"
                if isinstance(one, SetTo)
                else f"REMOVE {path_text(one.path)}"
                for one in statement.changes
            )
            where = condition_text(statement.where)
            return f"UPDATE {name(statement.table)} {changes} WHERE {where}{_returning(statement.returning)}"
        case Exists():
            return f"EXISTS({_select(statement.select)})"
        case Delete():
            where = condition_text(statement.where)
            return f"DELETE FROM {name(statement.table)} WHERE {where}{_returning(statement.returning)}"


def name(text: str) -> str:
    """A name in double quotes."""
    return '"' + text.replace('"', '""') + '"'


def path_text(path: Path) -> str:
    """``"a"."b c"[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{name(part)}"
    return text


def operand_text(operand: Operand) -> str:
    """A value, path or sum."""
    match operand:
        case Value():
            return _literal(operand)
        case Parameter():
            return "?"
        case Attribute():
            return path_text(operand.path)
        case ListOf():
            return "[" + ", ".join(map(operand_text, operand.members)) + "]"
        case SetOf():
            return "<<" + ", ".join(map(operand_text, operand.members)) + ">>"
        case MapOf():
            members = (f"{_string(key)}: {operand_text(value)}" for key, value in operand.members)
            return "{" + ", ".join(members) + "}"
        case Call():
            return f"{operand.name}({', '.join(map(operand_text, operand.arguments))})"
        case Sum():
            right = operand_text(operand.right)
            return f"{operand_text(operand.left)} {operand.op} {f'({right})' if isinstance(operand.right, Sum) else right}"


def condition_text(condition: Condition) -> str:
    """A condition; brackets only where they are needed."""
    match condition:
        case Compare():
            return f"{operand_text(condition.left)} {condition.op} {operand_text(condition.right)}"
        case Between():
            low, high = operand_text(condition.low), operand_text(condition.high)
            return f"{operand_text(condition.operand)} BETWEEN {low} AND {high}"
        case In():
            return f"{operand_text(condition.operand)} IN [{', '.join(map(operand_text, condition.options))}]"
        case Is():
            return (
                f"{operand_text(condition.operand)} IS {'NOT ' if condition.negated else ''}{condition.what}"
            )
        case Test():
            return f"{condition.name}({', '.join(map(operand_text, condition.arguments))})"
        case Not():
            return f"NOT ({condition_text(condition.of)})"
        case And():
            return " AND ".join(_enclosed(part) for part in condition.all)
        case Or():
            return " OR ".join(_enclosed(part) for part in condition.any)


def _enclosed(condition: Condition) -> str:
    text = condition_text(condition)
    return f"({text})" if isinstance(condition, And | Or) else text


def _select(statement: Select) -> str:
    fields = ", ".join(map(path_text, statement.fields)) or "*"
    index = f".{name(statement.index)}" if statement.index else ""
    where = f" WHERE {condition_text(statement.where)}" if statement.where is not None else ""
    parts = (f"{path_text(path)}{' DESC' if descending else ' ASC'}" for path, descending in statement.order)
    order = f" ORDER BY {', '.join(parts)}" if statement.order else ""
    return f"SELECT {fields} FROM {name(statement.table)}{index}{where}{order}"


def _returning(words: str) -> str:
    return f" RETURNING {words} *" if words else ""


def _literal(value: Value) -> str:
    wire = value.wire
    if "S" in wire:
        return _string(wire["S"])
    if "N" in wire:
        return str(wire["N"])
    if "BOOL" in wire:
        return "true" if wire["BOOL"] else "false"
    return "NULL"


def _string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
