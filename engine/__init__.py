"""The rules and the record; no delivery, no timers, no settings."""
