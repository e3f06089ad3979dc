class NotATable(Exception):
    """What was uploaded cannot be read or used; the message is a whole sentence for the person."""
