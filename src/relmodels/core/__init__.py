"""The cellar: arrays, errors, periods, records, references, taxonomies and processes; it knows no statistics."""
