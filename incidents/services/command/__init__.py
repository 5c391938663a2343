"""What a response asks of people (§5.2–5.4): orders, instructions, support, meetings, experts, the scene."""
