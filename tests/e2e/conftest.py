"""A browser, and the whole of Praktik around it: web server, worker, beat and a mail server."""

import os
import re
from urllib.parse import urlparse

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.mail_server import part, wait_until
from tests.processes import beat, environment, worker

# A busy machine may take its time; what is asserted is that it comes, not how fast.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {
        "executable_path": os.environ["CHROMIUM"],
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args():
    return {"locale": "da-DK", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def site(live_server, settings):
    """The running web server; links in mails lead to it."""
    settings.SITE_URL = urlparse(live_server.url)
    return live_server


@pytest.fixture
def background(site, settings, mail_server):
    """A real worker and a real beat, on the demo's movable clock."""
    settings.DEMO = True
    env = environment(settings.REDIS_URL, mail_server, SITE_URL=site.url, DEMO="1")
    with worker(env), beat(env):
        yield mail_server


@pytest.fixture
def sign_in(site):
    """Puts a person's session into a browser context."""

    def sign_in(page, person):
        client = Client()
        client.force_login(person)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])

    return sign_in


@pytest.fixture
def on_a_phone(browser, browser_context_args, site, sign_in):
    """Opens an address as somebody signed in sees it on a phone, where nothing sticks out sideways."""

    def on_a_phone(person, address):
        phone = browser_context_args | {"viewport": {"width": 375, "height": 700}}
        page = browser.new_context(**phone, base_url=site.url).new_page()
        sign_in(page, person)
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        return page

    return on_a_phone


@pytest.fixture
def listened(page):
    """A page whose console must stay clean: script errors and refusals by the CSP are collected."""
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: message.type == "error" and page.complaints.append(message.text),
    )
    return page


def letter_to(mail_server, address: str, words: str, seconds: float = 60):
    """The letter to this address whose subject holds these words, once it has arrived."""

    def found():
        return [
            letter for letter in mail_server.to(address) if words in " ".join(letter["Subject"].split())
        ]

    wait_until(found, seconds)
    return found()[0]


def link_in(letter, path: str) -> str:
    """The address in a letter that leads to this part of the site."""
    return re.search(rf"http\S+/{path}/\S*", part(letter, "text/plain"))[0]
