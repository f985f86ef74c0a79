"""Where the layer or moto does not do what AWS does, by case."""

LAYER: dict[str, str] = {}
"""Why the layer does not."""

ACCEPTED = "accepted"
MOTO: dict[str, str] = {
    "reserved word in a filter": "Invalid ConditionExpression",
    "reserved word in other letters": "Invalid ConditionExpression",
    "reserved word inside a path": "Invalid ConditionExpression",
    "reserved word in a projection": "'ProjectionExpression: Attribute name is a reserved keyword",
    "undefined value": "KeyError",
    "undefined name": "KeyError",
    "PartiQL in pages": "ModuleNotFoundError",
    "unused value": ACCEPTED,
    "two operators": "Bad Filter Expression",
    "nothing after an operator": "Bad Filter Expression",
    "redundant parentheses": "Invalid ConditionExpression",
    "unknown function": "Bad Filter Expression",
    "too few operands": "Bad Filter Expression",
    "operand of the wrong type": ACCEPTED,
    "values without an expression": ACCEPTED,
    "a page that ends exactly": "None",
    "bounds in the wrong order": ACCEPTED,
    "a key in the filter": ACCEPTED,
    "an index that is not there": "Invalid index: nothing",
    "an empty key": "An AttributeValue may not contain an empty string",
    "an index key of another type": ACCEPTED,
    "a number is written shortest": "1.50",
    "a number without leading zeros": "007",
    "39 digits": ACCEPTED,
    "no number": "'The parameter cannot be converted",
    "an empty set": "1 validation error detected",
    "a set with repeats": ACCEPTED,
    "one item twice in a batch": ACCEPTED,
}
"""A part of what moto answers instead."""
