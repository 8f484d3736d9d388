"""Checks of the house rules that can be counted: each message names file and line."""
