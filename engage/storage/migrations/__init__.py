"""How the tables came to be, step by step, each way up and down."""
