"""The doors to the engine, and where everything is put together."""
