"""How a plan document becomes a draft plan; nothing here decides."""
