"""What is asked: the questionnaire, its conditions, its route and its words (pure)."""
