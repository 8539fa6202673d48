"""What is run, as data, and how a plan document is read."""
