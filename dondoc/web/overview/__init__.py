"""How things stand: the dashboard, its charts, periodic reports."""
