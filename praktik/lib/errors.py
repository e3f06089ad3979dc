"""What a domain says when it will not do something."""


class Refused(Exception):
    """The step is not possible; the message is a whole sentence for the person who tried."""
