"""The rules by which requests go wrong, and what a rule does to a request. Pure but for its dice."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from dashboard.localaws.faults.asked import Asked

THROTTLED, FAILED, DENIED, EXPIRED = "throttled", "500", "AccessDenied", "expired"
LATENCY, DROP, UNPROCESSED = "latency", "drop", "unprocessed"
KINDS = (THROTTLED, FAILED, DENIED, EXPIRED, LATENCY, DROP, UNPROCESSED)
MOST_MS = 60_000
_PATTERNS = ("service", "operation", "resource")


class RuleError(ValueError):
    """A rule that cannot be; the text names the field and the rule for it."""


@dataclass(frozen=True)
class Rule:
    """``service``, ``operation`` and ``resource`` are shell patterns. ``every`` n means the n-th, 2n-th, … matching request.

    ``milliseconds`` belongs to latency; ``share`` is the part of a batch that stays unprocessed.
    """

    id: str
    kind: str
    service: str = "*"
    operation: str = "*"
    resource: str = "*"
    probability: float | None = None
    every: int | None = None
    milliseconds: int = 0
    share: float = 0.0

    def fits(self, request: Asked) -> bool:
        """Whether the rule is about this request."""
        return (
            fnmatchcase(request.service, self.service)
            and fnmatchcase(request.operation, self.operation)
            and (self.resource == "*" or any(fnmatchcase(name, self.resource) for name in request.resources))
        )


@dataclass(frozen=True)
class Verdict:
    """What befalls a request: wait, then at most one of ``kind`` (an error or the drop), and a share left unprocessed."""

    milliseconds: int = 0
    kind: str = ""
    share: float = 0.0


NOTHING = Verdict()


@dataclass
class Faults:
    """The rules of now, with how often each was met."""

    dice: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._met: dict[str, int] = {}
        self._hit: dict[str, int] = {}
        self._ids = itertools.count(1)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, given: Any) -> list[Rule]:
        """Take a rule or a list of rules, all or none; RuleError."""
        rules = [
            rule_of(one, str(next(self._ids))) for one in (given if isinstance(given, list) else [given])
        ]
        self._rules.update((rule.id, rule) for rule in rules)
        return rules

    def listed(self, rules: Iterable[Rule] | None = None) -> list[dict[str, Any]]:
        """The rules as JSON, each with ``met`` (requests it was about) and ``hit`` (those it befell)."""
        return [
            {name: value for name, value in asdict(rule).items() if value is not None}
            | {"met": self._met.get(rule.id, 0), "hit": self._hit.get(rule.id, 0)}
            for rule in (self._rules.values() if rules is None else rules)
        ]

    def clear(self, only: str = "") -> bool:
        """Forget one rule or all; False when there is none of that id."""
        if only and only not in self._rules:
            return False
        for name in [only] if only else list(self._rules):
            del self._rules[name]
            self._met.pop(name, None)
            self._hit.pop(name, None)
        return True

    def verdict(self, request: Asked) -> Verdict:
        """What befalls this request. Every rule about it counts it; of errors the first rule's wins."""
        wait, kind, share = 0, "", 0.0
        for rule in self._rules.values():
            if not rule.fits(request) or not self._strikes(rule):
                continue
            self._hit[rule.id] = self._hit.get(rule.id, 0) + 1
            wait += rule.milliseconds if rule.kind == LATENCY else 0
            if rule.kind == UNPROCESSED:
                share = max(share, rule.share)
            elif rule.kind != LATENCY:
                kind = kind or rule.kind
        return Verdict(min(wait, MOST_MS), kind, share)

    def _strikes(self, rule: Rule) -> bool:
        met = self._met[rule.id] = self._met.get(rule.id, 0) + 1
        if rule.every is not None:
            return met % rule.every == 0
        return rule.probability is None or self.dice.random() < rule.probability


def rule_of(given: Any, name: str) -> Rule:
    """A rule out of JSON; RuleError."""
    if not isinstance(given, Mapping):
        raise RuleError("A rule is a JSON object.")
    known = {"kind", *_PATTERNS, "probability", "every", "milliseconds", "share"}
    if unknown := sorted(given.keys() - known):
        raise RuleError(f"{unknown[0]!r} is no field of a rule; there are {', '.join(sorted(known))}.")
    kind = given.get("kind")
    if kind not in KINDS:
        raise RuleError(f"kind is one of {', '.join(KINDS)}.")
    patterns = {part: given[part] for part in _PATTERNS if part in given}
    for part, value in patterns.items():
        if not isinstance(value, str) or not value:
            raise RuleError(f"{part} is a pattern such as orders-*.")
    probability, every = given.get("probability"), given.get("every")
    if probability is not None and every is not None:
        raise RuleError("probability and every exclude each other.")
    if probability is not None and not _number(probability, 0, 1):
        raise RuleError("probability is a number from 0 to 1.")
    if every is not None and (not isinstance(every, int) or isinstance(every, bool) or every < 1):
        raise RuleError("every is a whole number from 1.")
    milliseconds, share = given.get("milliseconds", 0), given.get("share", 0.0)
    if (kind == LATENCY) != ("milliseconds" in given) or not _number(milliseconds, 0, MOST_MS):
        raise RuleError(f"milliseconds, from 0 to {MOST_MS}, belongs to the kind {LATENCY} and only to it.")
    if (kind == UNPROCESSED) != ("share" in given) or not _number(share, 0, 1):
        raise RuleError(f"share, from 0 to 1, belongs to the kind {UNPROCESSED} and only to it.")
    return Rule(
        name,
        kind,
        **patterns,
        probability=probability,
        every=every,
        milliseconds=int(milliseconds),
        share=share,
    )


def _number(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
