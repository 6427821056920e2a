"""Seals answers on a device so that only this instance can read them (HPKE, RFC 9180)."""
