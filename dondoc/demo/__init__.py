"""A sample plan of ours and the play of its year."""
