"""What every free text must satisfy; rooms further down ask it too."""

from praktik.lib.texts import LONGEST_TEXT, text_problems

__all__ = ["LONGEST_TEXT", "text_problems"]
