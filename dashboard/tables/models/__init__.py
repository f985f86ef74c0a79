"""The rows of the tables module: a cache of names and descriptions, and what people keep here for themselves."""

from dashboard.tables.models.catalogue import TableFacts, TableListing
from dashboard.tables.models.columns import ColumnChoice
from dashboard.tables.models.saved import Page, QueryRun, SavedQuery
from dashboard.tables.models.timemachine import Procedure

__all__ = ["ColumnChoice", "Page", "Procedure", "QueryRun", "SavedQuery", "TableFacts", "TableListing"]
