"""The habits of the house that a machine can hold. Layers are held by import-linter (pyproject.toml)."""

import re

from django.conf import settings

ROOMS = ["employees", "hosts", "mail", "placements", "praktik"]


def sources(*suffixes, rooms=ROOMS):
    for room in rooms:
        for path in (settings.BASE_DIR / room).rglob("*"):
            if path.suffix in suffixes and "migrations" not in path.parts:
                yield path.relative_to(settings.BASE_DIR).as_posix(), path.read_text()


def places(pattern, *suffixes, rooms=ROOMS):
    return {name for name, text in sources(*suffixes, rooms=rooms) if re.search(pattern, text)}


def test_one_module_writes_the_state_of_a_placement():
    assert places(r"Placement\.objects[^\n]*\.update\(|update\(state=to", ".py") == {
        "placements/domain/lifecycle.py"
    }


def test_the_calendar_day_comes_from_the_domains_clock():
    assert places(r"date\.today\(\)|datetime\.now\(\)", ".py") == set()
    assert places(r"timezone\.now\(\)", ".py") == {"praktik/lib/clock.py"}


def test_pages_have_no_script_or_style_of_their_own():
    pattern = r"style=\"|<style|<script>|\bon(click|change|submit|load)="
    assert places(pattern, ".html", rooms=["templates"]) == set()


def test_no_task_is_given_a_time_to_come():
    assert places(r"\beta=|countdown=", ".py") == set()


def test_no_file_is_longer_than_four_hundred_lines():
    too_long = {name for name, text in sources(".py") if text.count("\n") > 400}
    assert too_long == set()


def test_tasks_that_are_asked_for_by_name_exist():
    from mail import outbox
    from placements.domain import mailplan
    from praktik.celery import app

    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {outbox.DELIVER, mailplan.SEND_DUE, *scheduled} <= set(app.tasks)
