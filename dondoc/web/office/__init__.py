"""The office itself on screen: units, people, calendars, workflows, ladders, operations."""
