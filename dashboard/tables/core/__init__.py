"""Pure decisions about tables: conditions, cursors, drafts, forms of values."""
