"""engage: community and youth engagement surveys by web, paper and text message, with honest results."""

__version__ = "0.1.0"
