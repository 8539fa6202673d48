"""Our own figures beside those of the same work done raw, in one run."""
