"""What the domain says when it will not do something; rooms further down say it too."""

from praktik.lib.errors import Refused

__all__ = ["Refused"]
