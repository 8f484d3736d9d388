"""Room 3, drivers: what makes relationships work, and in which phase."""
