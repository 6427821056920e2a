"""What came back: a submission, its answers and the consent they stand on (pure)."""
