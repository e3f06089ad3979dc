"""What the rooms above are told of people."""

from django.dispatch import Signal

# `people`: the keys of employees who have another manager now, or may sign in or no longer may.
people_changed = Signal()
