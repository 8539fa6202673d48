"""Settings, logs and the policy every office starts with; imported by `dondoc` alone."""
