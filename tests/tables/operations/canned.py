"""A canned table of many items that pages as DynamoDB does, filters by a rule of the test's, and fails as often as it is told."""

from __future__ import annotations

import random
from collections.abc import Callable

from dashboard.core.wire import Item
from tests.stub.server import Body, Failure, StubAws

UNITS = 128.0
"""What a full page costs."""


class Shelf:
    """``pageful`` items are 1 MB; ``fits`` stands for the filter. Items lie in the order of their key ``pk``, ``sk``."""

    def __init__(
        self, stub: StubAws, items: list[Item], pageful: int, fits: Callable[[Item], bool] = lambda item: True
    ) -> None:
        self.items, self.pageful, self.fits = items, pageful, fits
        self._stub = stub
        self._places = {self._key(item): place for place, item in enumerate(items)}
        self._dice = random.Random(7)
        self._throttled = self._dropped = 0.0
        self.faults = 0
        stub.reply("Scan", self._answer)
        stub.reply("Query", self._answer)

    def trouble(self, throttled: float, dropped: float) -> None:
        """From now on this part of the calls is throttled, and that part gets no answer."""
        self._throttled, self._dropped = throttled, dropped

    @staticmethod
    def _key(item: Item) -> tuple[str, str]:
        return item["pk"]["S"], item["sk"]["S"]

    def _answer(self, body: Body) -> Body:
        operation = "Query" if "KeyConditionExpression" in body else "Scan"
        if self._dice.random() < self._dropped:
            self.faults += 1
            self._stub.drop(operation)  # the next one
        if self._dice.random() < self._throttled:
            self.faults += 1
            raise Failure("ProvisionedThroughputExceededException", "slow down")
        start = body.get("ExclusiveStartKey")
        first = self._places[self._key(start)] + 1 if start else 0
        last = first + min(self.pageful, body.get("Limit", self.pageful))
        read = self.items[first:last]
        found = [item for item in read if "FilterExpression" not in body or self.fits(item)]
        answer: Body = {
            "Items": found,
            "ScannedCount": len(read),
            "ConsumedCapacity": {"CapacityUnits": max(0.5, UNITS * len(read) / self.pageful)},
        }
        if last < len(self.items):
            answer["LastEvaluatedKey"] = {name: read[-1][name] for name in ("pk", "sk")}
        return answer


def numbered(count: int, **more: object) -> list[Item]:
    """Items with keys in order and ``n`` counting from 0."""
    return [
        {"pk": {"S": "p"}, "sk": {"S": f"{place:06}"}, "n": {"N": str(place)}, **more}  # type: ignore[dict-item]
        for place in range(count)
    ]
