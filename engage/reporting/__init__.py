"""Giving out: releases of published tables, and every way they are read, drawn and written down."""
