"""Paper: printed forms with a serial each, drawn from one layout in millimetres."""
