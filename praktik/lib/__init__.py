"""Small things that any app may use. Imports no app."""
