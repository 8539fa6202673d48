"""How fast the hot paths are here and now, each beside the least that its work can cost."""
