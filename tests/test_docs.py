"""README and docs say what the code does: a failing test prints the lines that are missing."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.cli import create_app
from bot.settings import Settings
from engine.people.authority import RIGHTS, Right
from engine.programme.settings import DEFAULTS, SPECS
from handlers import menus
from handlers.matching import By, Word
from handlers.routes import ROUTES
from handlers.texts import settings as words
from tests.handlers.words_table import ROWS as WORDS_OF_ALL

DOCS = Path(__file__).parent.parent / "docs"
SECTIONS: dict[str, tuple[By | Right, ...]] = {
    "所有人": (By.ANYONE,),
    "推广员": (By.PROMOTER, By.UPLINE, By.EARNER),
    "店员（店主、审核、财务、客服）": (By.STAFF,),
    "审核": (Right.REVIEW,),
    "财务": (Right.FINANCE,),
    "客服": (Right.SERVICE,),
    "店主": (Right.OWNER,),
}
MENU = {
    entry.word
    for menu in (menus.VISITOR, menus.PROMOTER, menus.MERCHANT)
    for c in menu
    for entry in c.entries
}


def rows_below(page: str, heading: str) -> list[list[str]]:
    """The cells of every table row between a heading and the next; all rows of the page for no heading."""
    text = (DOCS / page).read_text(encoding="utf-8")
    if heading:
        _, found, text = text.partition(f"\n## {heading}\n")
        if not found:
            return []
        text = text.partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[1:]]


# -- settings.md -----------------------------------------------------------------------------------


def the_settings() -> dict[str, list[str]]:
    return {row[2].strip("`"): row for row in rows_below("settings.md", "") if len(row) == 9}


def expected_setting(key: str) -> list[str]:
    """Group, name, key, type, range, default and who may change it."""
    group = next(title for title, keys in words.GROUPS if key in keys)
    name, default = words.name_of(key), words.said(key, getattr(DEFAULTS, key))
    return [group, name, f"`{key}`", words.kind_of(key), words.range_of(key), default, words.WHO]


def test_every_setting_stands_in_the_table_and_nothing_else() -> None:
    missing = [f"| {' | '.join(expected_setting(key))} | … |" for key in SPECS if key not in the_settings()]
    assert not missing, "docs/settings.md lacks:\n" + "\n".join(missing)
    assert not set(the_settings()) - set(SPECS), "docs/settings.md has settings that are none"


@pytest.mark.parametrize("key", SPECS)
def test_each_settings_row_says_what_the_code_does(key: str) -> None:
    row, expected = the_settings()[key], expected_setting(key)
    assert row[:7] == expected, f"docs/settings.md should say:\n| {' | '.join(expected)} | … |"
    assert row[7], "what is refused, or —"
    assert row[8] == words.WORDS[key].orders
    assert f"- {words.name_of(key)}：{words.WORDS[key].does}" in (DOCS / "settings.md").read_text("utf-8")


def test_only_the_owner_may_change_a_setting() -> None:
    verbs = ("settings.change", "settings.propose", "settings.confirm", "settings.acknowledge")
    assert {RIGHTS[verb] for verb in verbs} == {Right.OWNER}
    assert words.WHO == "店主"


# -- commands.md -----------------------------------------------------------------------------------


def spoken(bys: tuple[By | Right, ...]) -> dict[str, tuple[str, ...]]:
    """First word or shape → the other words of the same route, for everything these people may say."""
    found: dict[str, tuple[str, ...]] = {}
    for route in ROUTES:
        if route.by not in bys:
            continue
        if isinstance(route.when, Word):
            found[route.when.words[0]] = route.when.words[1:]
        elif shape := getattr(route.when, "shape", ""):
            found.setdefault(shape, ())
    return found


@pytest.mark.parametrize("section", SECTIONS)
def test_every_word_of_a_role_stands_in_its_section_and_nothing_else(section: str) -> None:
    expected = spoken(SECTIONS[section])
    told = {row[0].strip("`"): row for row in rows_below("commands.md", section)}
    missing = [
        f"| `{head}` | {'、'.join(f'`{word}`' for word in also)} | {_menu(head, also)} | … |"
        for head, also in expected.items()
        if head not in told
    ]
    assert not missing, f"docs/commands.md, ## {section}, lacks:\n" + "\n".join(missing)
    assert not set(told) - set(expected), f"docs/commands.md, ## {section}, has words that nobody answers"
    for head, also in expected.items():
        assert told[head][1:3] == ["、".join(f"`{word}`" for word in also), _menu(head, also)], head
        assert told[head][3], f"{head}: what does it do?"


def test_every_menu_key_is_a_word() -> None:
    told = {
        word.strip("`")
        for section in SECTIONS
        for row in rows_below("commands.md", section)
        for word in (row[0], *row[1].split("、"))
    }
    assert told >= MENU, f"docs/commands.md lacks {MENU - told}"


def _menu(head: str, also: tuple[str, ...]) -> str:
    return "✓" if MENU & {head, *also} else ""


def test_the_table_of_who_may_say_what_has_every_word_of_the_page_and_no_other() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    said = {
        word
        for line in page.splitlines()
        if line.startswith("| `")
        for cell in line.split("|")[1:3]
        for word in re.findall(r"`([^`]+)`", cell)
    }
    written = {word for row in WORDS_OF_ALL for word in row.words}
    assert written == said, f"tests/handlers/words_table.py: {sorted(written ^ said)}"


# -- README, pages and examples ------------------------------------------------------------------------

ROOT = DOCS.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "bot" / "sandbox" / "README.md",
    ROOT / "tests" / "README.md",
    *sorted(DOCS.rglob("*.md")),
]
DEPLOYED = [
    *sorted((DOCS / "examples" / "systemd").iterdir()),
    DOCS / "examples" / "compose" / "compose.yaml",
]


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    dead = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not dead


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_file_of_code_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"`(tests/[\w./]+|\w[\w/]*/(?:\w+\.py)?(?=`))", page.read_text(encoding="utf-8"))
    roots = (ROOT, ROOT / "engine", ROOT / "tests", page.parent)
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


@pytest.mark.parametrize("page", [*PAGES, *DEPLOYED], ids=ids)
def test_every_command_that_is_named_is_one(page: Path) -> None:
    commands = create_app().cli.commands
    for group, verb in re.findall(r"\bflask ([a-z]+)(?: ([a-z]+))?", page.read_text(encoding="utf-8")):
        assert group in commands, group
        if isinstance(found := commands[group], click.Group) and verb:
            assert verb in found.commands, f"{group} {verb}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_make_target_that_is_named_is_one(page: Path) -> None:
    targets = set(re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([\w./-]+)", page.read_text(encoding="utf-8"))) <= targets


def test_going_live_names_every_setting_and_no_other() -> None:
    table = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("## Going live")[2].partition("3. **")[0]
    )
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", "".join(re.findall(r"^ +\| `.*? \|", table, re.MULTILINE))))
    templates = {f"WECHAT_TEMPLATE_{event}" for event in ("APPLICATION", "WITHDRAWAL", "TODO")}
    settings = {name.upper() for name in Settings.model_fields} - {"WECHAT_API_BASE"}
    assert named | templates | {"WECHAT_AES_KEY_PREVIOUS"} == settings, "WECHAT_API_BASE is the sandbox's"


def test_what_the_container_is_built_from_is_there() -> None:
    folder = DOCS / "examples" / "compose"
    assert ids(folder / "Dockerfile") in (folder / "compose.yaml").read_text(encoding="utf-8")
    kept = re.findall(
        r"^!(\S+)", (folder / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [name for name in kept if not (ROOT / name).exists()] == []
    assert set(kept) >= {"bot", "handlers", "engine", "posters", "wsgi.py"}
