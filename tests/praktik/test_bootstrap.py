"""Setting up: a step is done once, and one that fails says what failed and what to do."""

import sys

import pytest

from praktik import bootstrap


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "STATE", tmp_path)
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "setup.log")


def test_a_step_is_done_once_and_again_when_its_sources_change_or_its_result_is_gone(tmp_path):
    source, result, done = tmp_path / "source", tmp_path / "result", []

    def action():
        done.append(source.read_text())
        result.touch()

    def step():
        bootstrap.step("name", "Doing it", [source], action, made=[result])

    source.write_text("one")
    step()
    step()
    source.write_text("two")
    step()
    result.unlink()
    step()
    assert done == ["one", "two", "two"]


def test_a_step_that_failed_is_done_again(tmp_path):
    def fail():
        raise bootstrap.Failed("no luck")

    done = []
    with pytest.raises(bootstrap.Failed):
        bootstrap.step("name", "Doing it", ["x"], fail, made=[])
    bootstrap.step("name", "Doing it", ["x"], lambda: done.append(1), made=[])
    assert done == [1]


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("Max retries exceeded with url: /simple/django/", "registry could not be reached"),
        ("npm error code ENOTFOUND", "npm registry could not be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "do not use it"),
        ("something nobody thought of", "setup.log"),
    ],
)
def test_a_command_that_fails_says_its_last_words_and_what_to_do(said, advice):
    with pytest.raises(bootstrap.Failed) as failure:
        bootstrap.run(sys.executable, "-c", f"import sys; sys.exit({said!r})")
    assert said in str(failure.value)
    assert advice in str(failure.value)
