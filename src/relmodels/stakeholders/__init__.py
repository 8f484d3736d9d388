"""Room 1, stakeholders: with whom a firm has relationships; taxonomies, parties, ties, and the network of them."""
