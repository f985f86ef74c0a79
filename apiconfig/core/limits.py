"""A throttle as a value, out of what a person entered and in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apiconfig.core.patch import text

MOST = 2_147_483_647
_RATE = re.compile(r"[0-9]{1,20}(\.[0-9]{1,6})?")
_BURST = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True)
class Limits:
    """``rate`` in requests a second (the refill of a token bucket), ``burst`` its capacity; None: this layer sets none."""

    rate: Decimal | None = None
    burst: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is set."""
        return self.rate is None and self.burst is None

    @property
    def blocks(self) -> bool:
        """Whether no call at all can pass."""
        return self.burst == 0 or (self.rate == 0 and not self.burst)

    @property
    def words(self) -> str:
        """``5 a second, burst 10``."""
        rate = "no rate" if self.rate is None else f"{figure(self.rate)} a second"
        burst = "no burst" if self.burst is None else f"burst {figure(self.burst)}"
        return "no limit of its own" if self.empty else f"{rate}, {burst}"


@dataclass(frozen=True)
class Parsed:
    """What was entered: ``limits`` when it can be used (empty ones: remove the limit), else a sentence for each ``field``."""

    limits: Limits | None
    errors: Mapping[str, str] = field(default_factory=dict)


def figure(value: Decimal | int) -> str:
    """A figure with thousands parted, without needless zeros."""
    whole, _, part = text(value).partition(".")
    return f"{int(whole):,}" + (f".{part}" if part else "")


def limits_of(record: Mapping[str, Any] | None, rate: str, burst: str) -> Limits:
    """The limits in a record of AWS's, under its members' names; −1 is how some tools write that none is set."""
    stated = record or {}
    return Limits(_stated(stated.get(rate)), _whole(_stated(stated.get(burst))))


def parse_limits(rate: str, burst: str) -> Parsed:
    """The two inputs of a throttle. Both empty means no limit of its own; one alone is refused, as AWS might take 0 for it."""
    entered_rate, entered_burst = rate.strip(), burst.strip()
    if not entered_rate and not entered_burst:
        return Parsed(Limits())
    errors: dict[str, str] = {}
    if wrong := _wrong("rate", entered_rate, _RATE, "a number such as 50 or 0.5"):
        errors["rate"] = wrong
    if wrong := _wrong("burst", entered_burst, _BURST, "a whole number such as 100"):
        errors["burst"] = wrong
    if errors:
        return Parsed(None, errors)
    return Parsed(Limits(Decimal(entered_rate), int(entered_burst)))


def _wrong(name: str, entered: str, form: re.Pattern[str], example: str) -> str:
    other = "burst" if name == "rate" else "rate"
    if not entered:
        return f"Enter the {name} as well as the {other}, or leave both empty for no limit of its own."
    if entered.startswith(("-", "\u2212")):
        return f"The {name} cannot be negative. Leave rate and burst empty to remove the limit."
    if not form.fullmatch(entered):
        return f"The {name} must be {example}, in digits only, without separators or signs."
    if Decimal(entered) > MOST:
        return f"The {name} must be at most {MOST:,}."
    return ""


def words(
    before: Limits, after: Limits, *, account: Limits, above: str = "the account's limits"
) -> tuple[str, ...]:
    """What a change means, most important first. ``above`` says what holds where nothing is set (``the stage's default``)."""
    if before == after:
        return ("Nothing changes.",)
    if after.empty:
        return (f"No limit of its own any more: {above} decide.",)
    told = [_blocking(after), _direction(before, after, account), *_shape(after), *_over(after, account)]
    return tuple(sentence for sentence in told if sentence)


def _blocking(after: Limits) -> str:
    if after.burst == 0:
        return "0 blocks every call: with a burst of 0 each one is answered 429."
    if after.rate == 0 and after.burst:
        return (
            f"0 blocks every call once the burst is used up: after {figure(after.burst)} "
            "no more tokens come in and each call is answered 429."
        )
    return "0 blocks every call: each one is answered 429." if after.blocks else ""


def _direction(before: Limits, after: Limits, account: Limits) -> str:
    standing = before.rate if before.rate is not None else account.rate
    found = []
    if after.rate is not None and standing is not None and after.rate != standing:
        way = "Fewer" if after.rate < standing else "More"
        own = "" if before.rate is not None else ", the account's limit"
        found.append(f"{way} calls pass: {figure(after.rate)} a second instead of {figure(standing)}{own}.")
    capacity = before.burst if before.burst is not None else account.burst
    if after.burst is not None and capacity is not None and after.burst != capacity:
        passing = "1 call passes" if after.burst == 1 else f"{figure(after.burst)} calls pass"
        found.append(f"At one instant {passing} instead of {figure(capacity)}.")
    return " ".join(found)


def _shape(after: Limits) -> tuple[str, ...]:
    if after.rate is None or not after.burst or not after.rate:
        return ()
    calls = "1 call" if after.burst == 1 else f"{figure(after.burst)} calls"
    if after.burst > after.rate:
        return (
            f"A burst above the rate is fine: up to {calls} at once, then {figure(after.rate)} a second.",
        )
    if after.burst < after.rate:
        return (
            f"A burst below the rate: of more than {calls} at one instant the rest are answered 429, "
            "though the rate is not used up.",
        )
    return ()


def _over(after: Limits, account: Limits) -> tuple[str, ...]:
    found = []
    if after.rate is not None and account.rate is not None and after.rate > account.rate:
        found.append(f"The account's {figure(account.rate)} a second decides: nothing below can raise it.")
    if after.burst is not None and account.burst is not None and after.burst > account.burst:
        found.append(f"The account's burst of {figure(account.burst)} decides: nothing below can raise it.")
    return tuple(found)


def _stated(value: Any) -> Decimal | None:
    found = None if value is None else Decimal(str(value))
    return None if found is None or found < 0 else found


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)
