"""A scenario played against the real engine on a virtual clock; it has no rules of its own."""
