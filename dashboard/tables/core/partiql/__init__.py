"""DynamoDB's PartiQL, read whole before anything is sent: what cannot be read here is refused, and what is sent is written from the tree.

So there is no second reading that could disagree about which table a text names: a comment, an odd quote or a second statement that is
smuggled in never leaves this process.
"""

from dashboard.tables.core.partiql.parser import MOST_STATEMENT, parse, parse_all
from dashboard.tables.core.partiql.text import statement_text

__all__ = ["MOST_STATEMENT", "parse", "parse_all", "statement_text"]
