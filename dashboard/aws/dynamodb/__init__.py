"""DynamoDB through PynamoDB's low-level connection: plain functions, each one call; AwsError is all they raise."""

from dashboard.aws.dynamodb.control import describe_table, describe_time_to_live, list_tables
from dashboard.aws.dynamodb.expressions import expression_bytes, update_bytes
from dashboard.aws.dynamodb.items import delete_item, get_item, put_item, read, update_item
from dashboard.aws.dynamodb.transactions import batch_get, transact_get, transact_write

__all__ = [
    "batch_get",
    "delete_item",
    "describe_table",
    "describe_time_to_live",
    "expression_bytes",
    "get_item",
    "list_tables",
    "put_item",
    "read",
    "transact_get",
    "transact_write",
    "update_bytes",
    "update_item",
]
