"""The text of a condition, as it stands in a URL and in the box a person types in.

It is DynamoDB's own condition syntax with the values in their places::

    status = 'open' AND (total > 10 OR NOT contains(tags, 'x')) AND attribute_exists(a.b[0].c) AND size(name) < 5

Names that are no plain words, or are words of the language, stand in double quotes (``"we.ird"."x y"[0]``, a double quote doubled);
strings in single quotes (doubled inside); numbers as written; ``true``, ``false``, ``null``; binary ``b'base64'``; sets
``<<'a', 'b'>>``; lists ``['a', 1]``; maps ``{'k': 1}``. Words of the language are read in any case.
"""

from dashboard.tables.core.language.parser import parse_path, parse_where
from dashboard.tables.core.language.writer import path_words, value_text, where_text

__all__ = ["parse_path", "parse_where", "path_words", "value_text", "where_text"]
