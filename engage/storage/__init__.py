"""Where it is kept: one module per noun, its table and its queries together."""
