"""What a response opens (§5.3–5.5): orders, meetings, experts, the scene."""
