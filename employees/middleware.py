"""The language is chosen by the person, never by the browser: Danish until someone chooses otherwise."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_supported_language_variant


class PersonLanguageMiddleware:
    """Activates the signed-in person's language, else the one in the cookie, else Danish."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = _chosen_language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


def _chosen_language(request) -> str:
    if request.user.is_authenticated:
        return request.user.language
    try:
        return get_supported_language_variant(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    except LookupError:
        return settings.LANGUAGE_CODE
