"""Tasks on screen: lists, one's own work, the page of a task and what can be done there."""
