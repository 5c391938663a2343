"""What an incident is and which response it gets (§3.2, 5.1, 5.3-5.5): graded, merged, conferred on, started."""
