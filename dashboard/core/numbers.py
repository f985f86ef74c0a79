"""DynamoDB's numbers as text: whether a text is one, and when two texts are the same number. Never a float.

A number has up to 38 significant digits and a magnitude from 1E-130 to 9.99...E+125, or is zero
(DynamoDB Developer Guide, "Data types", Number). DynamoDB stores the value, not the spelling: ``1.0`` comes back as ``1``.
"""

from __future__ import annotations

import re

MAX_DIGITS = 38
MAX_EXPONENT = 125
MIN_EXPONENT = -130
_NUMBER = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?)0*([0-9]+))?", re.ASCII)
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_LONGEST_EXPONENT = 9  # digits; beyond it only the sign of the exponent matters, and int() stays cheap

Number = tuple[bool, str, int]
"""Negative or not, the significant digits without zeros at either end, the power of ten of the last one."""
ZERO: Number = (False, "", 0)


def parse(text: str) -> Number | None:
    """The value that ``text`` spells, None when it is not a decimal number; equal values give equal results."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, fraction, bare, exponent_sign, exponent_digits = found.groups()
    fraction = fraction if bare is None else bare
    digits = (whole or "") + (fraction or "")
    exponent = int((exponent_digits or "0")[: _LONGEST_EXPONENT + 1])
    power = (-exponent if exponent_sign == "-" else exponent) - len(fraction or "")
    digits = digits.lstrip("0")
    trimmed = digits.rstrip("0")
    if not trimmed:
        return ZERO
    return sign == "-", trimmed, power + len(digits) - len(trimmed)


def problem(text: str) -> str:
    """Why DynamoDB would refuse ``text`` as a number, as a sentence without a subject; empty when it would not."""
    value = parse(text)
    if value is None:
        return f"is not a number: {_short(text)}. Write digits such as 12, -0.5 or 1.5E+10"
    if value == ZERO:
        return ""
    _, digits, power = value
    largest = power + len(digits) - 1
    if largest > MAX_EXPONENT or largest < MIN_EXPONENT:
        return f"is outside DynamoDB's range, 1E-130 to 9.99...E+125 either side of zero: {_short(text)}"
    if len(digits) > MAX_DIGITS:
        return f"has {len(digits)} significant digits; DynamoDB keeps at most {MAX_DIGITS}"
    return ""


def same_number(a: str, b: str) -> bool:
    """Whether two texts spell one value; texts that are no numbers are the same only when they are equal."""
    if a == b:
        return True
    value = parse(a)
    return value is not None and value == parse(b)


def canonical(text: str) -> str:
    """The spelling DynamoDB answers with: plain digits, no exponent, no spare zero. A text that is no number stays as it is."""
    value = parse(text)
    if value is None or problem(text):
        return text
    negative, digits, power = value
    if value == ZERO:
        return "0"
    if power >= 0:
        plain = digits + "0" * power
    else:
        padded = digits.rjust(-power + 1, "0")
        plain = f"{padded[:power]}.{padded[power:]}"
    return "-" + plain if negative else plain


def order(text: str) -> tuple[int, int, str]:
    """A sort key for numbers of DynamoDB's range; zero and what is no number sort as zero."""
    negative, digits, power = parse(text) or ZERO
    if not digits:
        return (0, 0, "")
    size = power + len(digits)
    if not negative:
        return (1, size, digits)
    # The complement of the digits, with a mark above every digit, turns "longer is larger" round.
    return (-1, -size, "".join(chr(ord("0") + ord("9") - ord(digit)) for digit in digits) + "~")


def is_json_number(text: str) -> bool:
    """Whether JSON would take ``text`` as a number, character for character."""
    return _JSON_NUMBER.fullmatch(text) is not None


def _short(text: str) -> str:
    shown = text if len(text) <= 50 else text[:50] + "…"
    return f'"{shown}"'
