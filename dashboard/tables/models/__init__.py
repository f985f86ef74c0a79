"""The rows of the tables module: a cache of names and descriptions, nothing that cannot be fetched again."""

from dashboard.tables.models.catalogue import TableFacts, TableListing

__all__ = ["TableFacts", "TableListing"]
