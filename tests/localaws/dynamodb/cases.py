"""The cases of the behaviour suite, by subject."""

from __future__ import annotations

from tests.localaws.dynamodb.behaviour import (
    ENVELOPE,
    INVALID,
    ONE_WAS_INVALID,
    TABLE,
    Case,
    kept,
    key,
    numbers,
    put,
    query,
    scan,
    table,
    update,
)

ONE = {":x": {"N": "1"}}
RESERVED = "Attribute name is a reserved keyword; reserved keyword:"

EXPRESSIONS = [
    scan("reserved word in a filter", "status = :x", f"Invalid FilterExpression: {RESERVED} status"),
    scan("reserved word in other letters", "Status = :x", f"Invalid FilterExpression: {RESERVED} Status"),
    scan("reserved word inside a path", "a.name = :x", f"Invalid FilterExpression: {RESERVED} name"),
    Case(
        "reserved word in a projection",
        "scan",
        {"ProjectionExpression": "pk, name"},
        (INVALID, f"Invalid ProjectionExpression: {RESERVED} name"),
    ),
    update(
        "reserved word in an update",
        "SET name = :x",
        (INVALID, f"Invalid UpdateExpression: {RESERVED} name"),
        values=ONE,
    ),
    Case(
        "reserved word in a condition",
        "delete_item",
        {"Key": key("x"), "ConditionExpression": "data = :x", "ExpressionAttributeValues": ONE},
        (INVALID, f"Invalid ConditionExpression: {RESERVED} data"),
    ),
    scan(
        "undefined value",
        "n = :y",
        "Invalid FilterExpression: An expression attribute value used in expression is not defined; attribute value: :y",
    ),
    scan(
        "undefined name",
        "#n = :x",
        "Invalid FilterExpression: An expression attribute name used in the document path is not defined; attribute name: #n",
    ),
    scan(
        "unused value",
        "n = :x",
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}",
        values={**ONE, ":y": {"N": "2"}},
    ),
    scan(
        "unused name",
        "n = :x",
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#y}",
        ExpressionAttributeNames={"#y": "y"},
    ),
    scan("empty expression", "", "Invalid FilterExpression: The expression can not be empty;"),
    scan("two operators", "n = = :x", 'Invalid FilterExpression: Syntax error; token: "=", near: "= = :x"'),
    scan(
        "nothing after an operator",
        "n =",
        'Invalid FilterExpression: Syntax error; token: "<EOF>", near: "="',
    ),
    scan(
        "redundant parentheses",
        "((n = :x))",
        "Invalid FilterExpression: The expression has redundant parentheses;",
    ),
    scan("unknown function", "foo(n, :x)", "Invalid FilterExpression: Invalid function name; function: foo"),
    scan(
        "too few operands",
        "begins_with(title)",
        "Invalid FilterExpression: Incorrect number of operands for operator or function; "
        "operator or function: begins_with, number of operands: 1",
    ),
    scan(
        "operand of the wrong type",
        "begins_with(n, :x)",
        "Invalid FilterExpression: Incorrect operand type for operator or function; "
        "operator or function: begins_with, operand type: N",
    ),
    Case(
        "values without an expression",
        "scan",
        {"ExpressionAttributeValues": ONE},
        (INVALID, "ExpressionAttributeValues can only be specified when using expressions"),
    ),
]

KEYS = [
    query("sorted as numbers", "pk = :p", [str(n) for n in range(10)], numbers),
    query("backwards", "pk = :p", [str(n) for n in range(9, -1, -1)], numbers, ScanIndexForward=False),
    query(
        "a range",
        "pk = :p AND sk BETWEEN :a AND :b",
        ["2", "3", "4"],
        numbers,
        {":a": {"N": "2"}, ":b": {"N": "4"}},
    ),
    query(
        "a page that ends exactly",
        "pk = :p",
        key("p", "9"),
        lambda answer: answer.get("LastEvaluatedKey"),
        Limit=10,
    ),
    query("counted only", "pk = :p", (10, True), lambda a: (a["Count"], "Items" not in a), Select="COUNT"),
    query("no partition key", "sk = :p", (INVALID, "Query condition missed key schema element: pk")),
    query("a range of partitions", "pk > :p", (INVALID, "Query key condition not supported")),
    query(
        "bounds in the wrong order",
        "pk = :p AND sk BETWEEN :a AND :b",
        (
            INVALID,
            "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower "
            "bound; lower bound operand: AttributeValue: {N:4}, upper bound operand: AttributeValue: {N:2}",
        ),
        values={":a": {"N": "4"}, ":b": {"N": "2"}},
    ),
    query(
        "a key in the filter",
        "pk = :p",
        (
            INVALID,
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        ),
        FilterExpression="sk = :x",
        values=ONE,
    ),
    query(
        "an index that is not there",
        "pk = :p",
        (INVALID, "The table does not have the specified index: nothing"),
        IndexName="nothing",
    ),
    query(
        "an index read consistently",
        "kind = :p",
        (INVALID, "Consistent reads are not supported on global secondary indexes"),
        IndexName="by-kind",
        ConsistentRead=True,
    ),
    query(
        "everything of an index that has not everything",
        "kind = :p",
        (
            INVALID,
            f"{ONE_WAS_INVALID} Select type ALL_ATTRIBUTES is not supported for global secondary index by-kind "
            "because its projection type is not ALL",
        ),
        IndexName="by-kind",
        Select="ALL_ATTRIBUTES",
    ),
    Case(
        "an index holds its keys only, sorted by its own",
        "query",
        {
            "IndexName": "by-kind",
            "KeyConditionExpression": "kind = :k",
            "ExpressionAttributeValues": {":k": {"S": "k"}},
        },
        [
            ("2", ["kind", "pk", "rank", "sk"]),
            ("1", ["kind", "pk", "rank", "sk"]),
            ("0", ["kind", "pk", "rank", "sk"]),
        ],
        lambda answer: [(item["sk"]["N"], sorted(item)) for item in answer["Items"]],
    ),
    Case(
        "a key with too much",
        "get_item",
        {"Key": key("p") | {"n": {"N": "1"}}},
        (INVALID, "The provided key element does not match the schema"),
    ),
    Case(
        "the same number written otherwise",
        "get_item",
        {"Key": key("p", "1.0")},
        "item 1",
        lambda a: a["Item"]["title"]["S"],
    ),
    put("no key", {"pk": {"S": "x"}}, f"{ONE_WAS_INVALID} Missing the key sk in the item"),
    put(
        "a key of another type",
        {"pk": {"N": "1"}, "sk": {"N": "1"}},
        f"{ONE_WAS_INVALID} Type mismatch for key pk expected: S actual: N",
    ),
    put(
        "an empty key",
        key(""),
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
        "empty string value. Key: pk",
    ),
    put(
        "an index key of another type",
        key("x") | {"kind": {"N": "1"}},
        f"{ONE_WAS_INVALID} Type mismatch for Index Key kind Expected: S Actual: N IndexName: by-kind",
    ),
]

VALUES = [
    kept("a number is written shortest", {"v": {"N": "1.50"}}, {"v": {"N": "1.5"}}),
    kept("a number without leading zeros", {"v": {"N": "007"}}, {"v": {"N": "7"}}),
    kept("empty text and binary", {"v": {"S": ""}, "w": {"B": b""}}, {"v": {"S": ""}, "w": {"B": b""}}),
    kept("38 digits", {"v": {"N": "1" * 38}}, {"v": {"N": "1" * 38}}),
    put(
        "39 digits",
        key("x") | {"v": {"N": "1" * 39}},
        f"{ENVELOPE} Attempting to store more than 38 significant digits in a Number",
    ),
    put(
        "no number",
        key("x") | {"v": {"N": "one"}},
        f"{ENVELOPE} The parameter cannot be converted to a numeric value: one",
    ),
    put("an empty set", key("x") | {"v": {"SS": []}}, f"{ONE_WAS_INVALID} An string set  may not be empty"),
    put(
        "a set with repeats",
        key("x") | {"v": {"SS": ["a", "a"]}},
        f'{ENVELOPE} {ONE_WAS_INVALID} Input collection ["a", "a"] contains duplicates.',
    ),
    put(
        "more than 400 KB",
        key("x") | {"v": {"S": "x" * 410_000}},
        "Item size has exceeded the maximum allowed size",
    ),
]

UPDATES = [
    update("a counter", "ADD n :x", {"n": {"N": "3"}}, {"n": {"N": "2"}}, ONE),
    update(
        "decimal arithmetic", "SET n = n + :x", {"n": {"N": "0.3"}}, {"n": {"N": "0.1"}}, {":x": {"N": "0.2"}}
    ),
    update("a default", "SET n = if_not_exists(n, :x)", {"n": {"N": "1"}}, {}, ONE),
    update(
        "a list grows",
        "SET l = list_append(l, :x)",
        {"l": {"L": [{"S": "a"}, {"S": "b"}]}},
        {"l": {"L": [{"S": "a"}]}},
        {":x": {"L": [{"S": "b"}]}},
    ),
    update(
        "a list closes up", "REMOVE l[0]", {"l": {"L": [{"S": "b"}]}}, {"l": {"L": [{"S": "a"}, {"S": "b"}]}}
    ),
    update("the last of a set", "DELETE s :x", {}, {"s": {"SS": ["a"]}}, {":x": {"SS": ["a"]}}),
    update(
        "both sides are of before",
        "SET a = b, b = a",
        {"a": {"N": "2"}, "b": {"N": "1"}},
        {"a": {"N": "1"}, "b": {"N": "2"}},
    ),
    update(
        "a key is not changed",
        "SET sk = :x",
        (INVALID, f"{ONE_WAS_INVALID} Cannot update attribute sk. This attribute is part of the key"),
        values=ONE,
    ),
    update(
        "adding to a text",
        "ADD t :x",
        (INVALID, "An operand in the update expression has an incorrect data type"),
        {"t": {"S": "a"}},
        ONE,
    ),
    update(
        "what is not there",
        "SET a = b",
        (INVALID, "The provided expression refers to an attribute that does not exist in the item"),
        {},
    ),
    update(
        "a path through nothing",
        "SET a.b = :x",
        (INVALID, "The document path provided in the update expression is invalid for update"),
        {},
        ONE,
    ),
    update(
        "paths that overlap",
        "SET a = :x, a.b = :x",
        (
            INVALID,
            f"{ENVELOPE} Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these "
            "paths; path one: [a], path two: [a, b]",
        ),
        {},
        ONE,
    ),
    update(
        "a clause twice",
        "SET a = :x SET b = :x",
        (
            INVALID,
            f'{ENVELOPE} Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
        ),
        {},
        ONE,
    ),
    update(
        "only what changed",
        "SET a = :x",
        {"a": {"N": "1"}},
        {"b": {"N": "2"}},
        ONE,
        ReturnValues="UPDATED_NEW",
    ),
]

SEVERAL = [
    Case(
        "a condition that fails",
        "put_item",
        {"Item": key("p"), "ConditionExpression": "attribute_not_exists(pk)"},
        ("ConditionalCheckFailedException", "The conditional request failed"),
    ),
    Case(
        "one item twice in a batch",
        "batch_write_item",
        {"RequestItems": {TABLE: [{"PutRequest": {"Item": key("x")}}, {"DeleteRequest": {"Key": key("x")}}]}},
        (INVALID, "Provided list of item keys contains duplicates"),
    ),
    Case(
        "one item twice in a transaction",
        "transact_write_items",
        {
            "TransactItems": [
                {"Put": {"TableName": TABLE, "Item": key("x")}},
                {"Delete": {"TableName": TABLE, "Key": key("x")}},
            ]
        },
        (INVALID, "Transaction request cannot include multiple operations on one item"),
    ),
    Case(
        "a transaction that is cancelled",
        "transact_write_items",
        {
            "TransactItems": [
                {
                    "Put": {
                        "TableName": TABLE,
                        "Item": key("p"),
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
                {"Put": {"TableName": TABLE, "Item": key("never")}},
            ]
        },
        (
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]",
        ),
    ),
    Case(
        "what it would have written",
        "get_item",
        {"Key": key("never")},
        False,
        lambda answer: "Item" in answer,
    ),
    Case(
        "a table that is not there",
        "get_item",
        {"TableName": "nowhere", "Key": key("x")},
        ("ResourceNotFoundException", "Requested resource not found"),
    ),
    Case(
        "the description of a table that is not there",
        "describe_table",
        {"TableName": "nowhere"},
        ("ResourceNotFoundException", "Requested resource not found: Table: nowhere not found"),
    ),
    Case(
        "a table twice", "create_table", table(), ("ResourceInUseException", f"Table already exists: {TABLE}")
    ),
    Case(
        "PartiQL in pages",
        "execute_statement",
        {"Statement": f"SELECT sk FROM {TABLE} WHERE pk = 'p'", "Limit": 3},
        (["0", "1", "2"], True),
        lambda answer: (numbers(answer), "NextToken" in answer),
    ),
]

CASES = [*EXPRESSIONS, *KEYS, *VALUES, *UPDATES, *SEVERAL]
