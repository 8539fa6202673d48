"""Signing in and out, and what a person settles about his own account."""
