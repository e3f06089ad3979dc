from django.db import models


class Digest(models.Model):
    """The days on which the consultants' morning mail has been seen to, so that it goes out once."""

    day = models.DateField(primary_key=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)
