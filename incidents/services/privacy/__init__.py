"""What is personal: masked, looked at, held, erased."""
