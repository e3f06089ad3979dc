"""Answers for what no page can answer."""

from django.http import HttpResponse
from django.shortcuts import render
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import TimeoutError as RedisIsSlow


class LastResortMiddleware:
    """A NUL in an address gets 400, for PostgreSQL takes none; a page that needs Redis while it is
    away gets 503 and a sentence."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse("Bad address", status=400, content_type="text/plain")
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, RedisIsAway | RedisIsSlow):
            return render(request, "503.html", status=503)
        return None
