"""Docs kept true: generated parts, links, commands and targets that exist, no paths of a machine."""

import re
import tomllib
from pathlib import Path

import pytest
import typer

from leafroot.cli import app, run
from leafroot.docs import main, render

PROJECT = Path(__file__).parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md"), PROJECT / "assets/corpora/sample/README.md"])
COMMAND = re.compile(r"^\.venv/bin/leafroot (\w+)(?: (\w+))?", re.MULTILINE)


def blocks(page: str) -> str:
    return "\n".join(re.findall(r"```sh\n(.*?)```", (PROJECT / page).read_text(encoding="utf-8"), re.DOTALL))


def test_generated_parts_are_up_to_date() -> None:
    assert main(["--check"]) == 0


def test_an_unknown_marker_is_refused() -> None:
    with pytest.raises(KeyError):
        render("<!-- generated: nothing -->\n<!-- end -->")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_commands_of_the_readme_exist(page: str) -> None:
    group = typer.main.get_command(app)
    found = COMMAND.findall(blocks(page))
    assert found
    for name, below in found:
        command = group.commands[name]
        if hasattr(command, "commands") and (below or not command.invoke_without_command):
            assert below in command.commands


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_make_targets_of_the_readme_exist(page: str) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    text = (PROJECT / page).read_text(encoding="utf-8")
    for target in {*re.findall(r"`make (\w+)`", text), *re.findall(r"^make (\w+)", blocks(page), re.MULTILINE)}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        assert command.help, name
        assert run([name, "--help"]) == 0
    capsys.readouterr()
    assert run(["--help"]) == 0
    assert "--home" in capsys.readouterr().out


def test_the_changelog_has_this_version() -> None:
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    import leafroot

    assert leafroot.__version__ == version


def test_error_tree_in_the_docstring_is_the_one_in_the_code() -> None:
    import resources.errors as errors

    drawn = set(re.findall(r"\b[A-Z]\w+Error\b", errors.__doc__ or ""))
    assert drawn == set(errors.__all__)
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), errors.PlatformError)
