"""Logs Insights in the embedded AWS: a pure parser and evaluator of queries, and the operations around them."""
