"""What can be done; the door that opened the transaction commits it."""
