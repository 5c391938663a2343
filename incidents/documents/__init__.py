"""Word files, in the form in which an office files them. Each module draws one kind of paper with `paper.Paper`."""
