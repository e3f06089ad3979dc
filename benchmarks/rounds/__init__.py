"""Invented rounds of any size in the format visit-match/1, and the plain ways to place people."""
