"""What the passing of time does: it finds what is due and has it told."""
