"""Acts: one table, one page, one form for all of them."""
