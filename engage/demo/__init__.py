"""The demo: one closed and published wave and one open wave, filled through the one door with made-up answers."""

from engage.demo.filling import DemoRefused, fill_demo

__all__ = ["DemoRefused", "fill_demo"]
