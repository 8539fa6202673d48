"""What happened and what was said: the audit log, notices, messages, help."""
