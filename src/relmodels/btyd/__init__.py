"""The buy-till-you-die workshop: purchase summaries and the models of buying, leaving and spending."""
