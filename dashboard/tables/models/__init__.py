"""The rows of the tables module: a cache of names and descriptions, and what people keep here for themselves."""

from dashboard.tables.models.catalogue import TableFacts, TableListing
from dashboard.tables.models.saved import Page, QueryRun, SavedQuery

__all__ = ["Page", "QueryRun", "SavedQuery", "TableFacts", "TableListing"]
