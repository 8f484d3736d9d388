"""Data frames of any library: taken in at one door, handed out as the kind that came in."""
