"""System checks: a wrong or missing environment variable is said with what to set."""

from django.conf import settings
from django.core.checks import Error, Warning, register

WHAT_TO_SET = {
    "SECRET_KEY": "Set SECRET_KEY to a long random text that only this installation knows.",
    "SITE_URL": "Set SITE_URL to the address people open, for example https://praktik.kommune.dk.",
    "DATABASE_URL": "Set DATABASE_URL, for example postgres://praktik:password@db.internal/praktik.",
    "REDIS_URL": "Set REDIS_URL, for example redis://redis.internal/0.",
    "MAIL_FROM": "Set MAIL_FROM to the consultants' shared mailbox: Praktik <praktik@kommune.dk>.",
    "EMAIL_URL": "Set EMAIL_URL, for example submission://user:password@smtp.internal:587.",
}


@register()
def environment_is_complete(app_configs, **kwargs):
    """One error (praktik.E001) for each environment variable that is missing or unreadable."""
    return [
        Error(
            f"{name}: {' '.join(map(str, problems))}",
            hint=WHAT_TO_SET.get(name, f"Set {name} to a value of the right form, or unset it."),
            id="praktik.E001",
        )
        for name, problems in settings.CONFIGURATION_PROBLEMS.items()
    ]


@register()
def demo_is_not_served_to_the_world(app_configs, **kwargs):
    """The demo lets anybody sign in as anybody: say so, and refuse it on an https address."""
    if not settings.DEMO:
        return []
    if settings.SERVED_OVER_HTTPS:
        return [
            Error(
                "DEMO is on and SITE_URL is an https address: anybody could sign in as anybody.",
                hint="Unset DEMO. The demo belongs on a machine of your own.",
                id="praktik.E002",
            )
        ]
    return [
        Warning(
            "DEMO is on: the start page signs anybody in as any demo person.",
            hint="Unset DEMO where real people use Praktik.",
            id="praktik.W001",
        )
    ]
