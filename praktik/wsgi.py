"""The web application for gunicorn."""

import os

from django.core.checks import run_checks
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praktik.settings")

application = get_wsgi_application()

if problems := [message for message in run_checks() if message.is_serious()]:
    raise SystemExit("Praktik cannot start:\n" + "\n".join(map(str, problems)))
