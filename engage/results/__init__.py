"""What may be said of a survey's answers: counting, hiding small counts, rounding and intervals (pure)."""
