"""What stands before every route: who may ask, how much, from where; and what every answer says."""
