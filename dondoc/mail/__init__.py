"""How what people are told becomes mail, and how mail leaves."""
