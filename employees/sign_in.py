"""Sign-in by a code in a mail, for people who are known. The code goes through the outbox."""

from datetime import timedelta
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils.translation import get_language

from employees.models import Employee
from mail import outbox, rendering
from praktik.lib import clock


class SignInAdapter(DefaultAccountAdapter):
    """How django-allauth signs people in here: nobody signs up, and mails are ours."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Post the sign-in code; it is the only mail that allauth sends here."""
        now = clock.now()
        outbox.post(
            key=f"sign-in-{uuid4()}",
            to_address=email,
            to_name=_name_at(email),
            language=get_language(),
            letter=rendering.render(
                "sign_in_code",
                language=get_language(),
                code=context["code"],
                minutes=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            ),
            now=now,
            confidential=True,
            expires_at=now + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
        )


def _name_at(email: str) -> str:
    """Whose address this is; empty when nobody here has it."""
    person = Employee.objects.filter(email=email).first()
    return person.name if person else ""
