"""Personal values: looked at, held, erased."""
