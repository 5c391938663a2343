"""What is owed beside the plan's clocks, and what people do about a debt: enforced, waived, chased."""
