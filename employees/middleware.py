"""The language is chosen by the person, never by the browser: Danish until someone chooses otherwise."""

from django.conf import settings
from django.utils import translation

from praktik.lib.links import LANGUAGE


class PersonLanguageMiddleware:
    """Activates the signed-in person's language, else the one in the cookie, else that of the letter whose
    link was followed, else Danish.

    The letter's is kept while the browser is open: the page that the link leads to asks to sign in first.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen, of_letter = _chosen_language(request), _supported(request.GET.get(LANGUAGE))
        language = chosen or of_letter or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if of_letter and not chosen:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, of_letter, samesite="Lax")
        return response


def _chosen_language(request) -> str:
    if request.user.is_authenticated:
        return request.user.language
    return _supported(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))


def _supported(language: str | None) -> str:
    return language if language in dict(settings.LANGUAGES) else ""
