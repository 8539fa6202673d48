"""Plans on screen: files taken in and reviewed, plans as they stand, their versions."""
