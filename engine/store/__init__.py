"""Tables, transactions and all SQL."""
