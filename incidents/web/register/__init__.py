"""What threatens and what is ready (§4.1, 4.3), from the page 准备 on."""
