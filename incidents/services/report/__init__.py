"""What came in (§4.3, 5.2): intake, reports, figures, what lies beside them."""
