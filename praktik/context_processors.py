"""What every page may use."""

from django.conf import settings


def site(request) -> dict:
    return {"demo": settings.DEMO, "mail_catcher_url": settings.MAIL_CATCHER_URL}
