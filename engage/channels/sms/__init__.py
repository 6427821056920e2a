"""Answers by text message: what a provider brings, how it is read, and what goes back."""
