"""Room 2, development: how relationships come about, deepen and end; phases, their histories, what moves them."""
