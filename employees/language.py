"""The language that somebody chose before signing in stays theirs."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

# In the session: what was chosen in this browser while nobody was signed in.
CHOSEN_BEFORE = "language_chosen"


@receiver(user_logged_in)
def keep_chosen_language(sender, request, user, **kwargs) -> None:
    """Write the language that was chosen on the way in on the person."""
    language = request.session.pop(CHOSEN_BEFORE, user.language)
    if language != user.language:
        user.language = language
        user.save(update_fields=["language"])
