"""Room 5, effectiveness: what relationships bring in; customer lifetime value, ABC classes, concentration of value."""
