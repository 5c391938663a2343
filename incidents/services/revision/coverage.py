"""Which of the plan's sentences oblige, and what of the system carries each: acts, transitions, rules, pages, tests.

The sentences stand in `fixtures/plan_coverage.json`: `by` names what carries an operative one, `why_not` says why
one is not operative, `pending` what is still to be built. The rest is read off the code itself.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.urls import get_resolver
from django_fsm import FSMField

from incidents.roles import TABLE

FIXTURES = settings.BASE_DIR / "fixtures"
TEMPLATE_TAG = re.compile(r'{%\s*clause\s+"([^"]+)"')
SENTENCE_END = re.compile(r"[^。；]+[。；]?|[。；]")


@dataclass(frozen=True)
class Sentence:
    clause: str
    words: str
    by: tuple[str, ...] = ()
    why_not: str = ""
    pending: str = ""

    @property
    def is_operative(self) -> bool:
        return not self.why_not


@dataclass(frozen=True)
class Transition:
    name: str
    model: str

    def __str__(self):
        return f"{self.model}.{self.name}"


@dataclass
class Covered:
    """One clause with what carries it. `tests`: their ids; none where the tests are not installed."""

    number: str
    title: str
    sentences: list[Sentence]
    acts: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    screens: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)

    @property
    def is_operative(self) -> bool:
        return any(sentence.is_operative for sentence in self.sentences)

    @property
    def is_owed(self) -> bool:
        """Whether something of it has to stand by now."""
        return any(sentence.is_operative and not sentence.pending for sentence in self.sentences)


def coverage() -> list[Covered]:
    """Every clause of the printed plan, in its order, with what carries it."""
    plan = json.loads((FIXTURES / "plan.json").read_text("utf-8"))
    sentences = defaultdict(list)
    for sentence in read_sentences():
        sentences[sentence.clause].append(sentence)
    rules = defaultdict(list)
    for rule in plan["rules"]:
        if rule["code"] not in rules[rule["clause"]]:
            rules[rule["clause"]].append(rule["code"])
    acts = _by_clause((act.clause, code) for code, act in TABLE.items())
    transitions, screens, tests = _transitions(), _screens(), _tests()
    return [
        Covered(
            number=number,
            title=row["title"],
            sentences=sentences[number],
            acts=acts[number],
            rules=rules[number],
            transitions=transitions[number],
            screens=screens[number],
            tests=tests[number],
        )
        for row in plan["clauses"]
        for number in [row["number"]]
    ]


def gaps(covered: list[Covered]) -> Iterator[str]:
    """What is amiss: sentences that nothing carries, carriers that do not exist, clauses without a test."""
    yield from _misquotes()
    for clause in covered:
        for sentence in clause.sentences:
            if not sentence.is_operative or sentence.pending:
                continue
            if not sentence.by:
                yield f"§{clause.number} 没有任何承载：{sentence.words}"
            for carrier in sentence.by:
                if not exists(carrier):
                    yield f"§{clause.number} 所列“{carrier}”不存在：{sentence.words}"
        if clause.is_owed and not clause.tests:
            yield f"§{clause.number} {clause.title} 没有测试。"


def read_sentences() -> list[Sentence]:
    rows = json.loads((FIXTURES / "plan_coverage.json").read_text("utf-8"))
    return [
        Sentence(
            row["clause"],
            row["sentence"],
            tuple(row.get("by", ())),
            row.get("why_not", ""),
            row.get("pending", ""),
        )
        for row in rows
    ]


def exists(carrier: str) -> bool:
    """A rule (`R1`), an act (`order.issue`), a page (`page:desk`) or a model (`model:Incident`)."""
    kind, _, name = carrier.rpartition(":")
    if kind == "page":
        return name in _url_names()
    if kind == "model":
        return any(name == model.__name__ for model in apps.get_models())
    return carrier in TABLE or carrier in _rule_codes()


def name_of(carrier: str) -> str:
    """What the carrier is called on screen."""
    kind, _, name = carrier.rpartition(":")
    if kind == "model":
        found = next((model for model in apps.get_models() if model.__name__ == name), None)
        return str(found._meta.verbose_name) if found else name
    if kind == "page":
        return PAGE_NAMES.get(name, name)
    return TABLE[carrier].name if carrier in TABLE else _rule_codes().get(carrier, carrier)


PAGE_NAMES = {"desk": "值班台", "telephone": "电话", "intake": "电话接报"}


def carriers_of(clause: Covered) -> list[str]:
    """The rules and acts that its sentences name: what can be taken away to see whether a test notices."""
    named = [carrier for sentence in clause.sentences for carrier in sentence.by if ":" not in carrier]
    return list(dict.fromkeys(named))


def _misquotes() -> Iterator[str]:
    """The sentences must be the plan's own words, all of them, in order."""
    plan = json.loads((FIXTURES / "plan.json").read_text("utf-8"))
    printed = [
        (row["number"], words)
        for row in plan["clauses"]
        for paragraph in row["text"]
        for words in SENTENCE_END.findall(paragraph)
    ]
    marked = [(sentence.clause, sentence.words) for sentence in read_sentences()]
    for number, words in printed:
        if (number, words) not in marked:
            yield f"§{number} 未标注的句子：{words}"
    for number, words in marked:
        if (number, words) not in printed:
            yield f"§{number} 预案中没有的句子：{words}"


@cache
def _rule_codes() -> dict[str, str]:
    plan = json.loads((FIXTURES / "plan.json").read_text("utf-8"))
    return {rule["code"]: rule["name"] for rule in plan["rules"]}


@cache
def _url_names() -> frozenset[str]:
    return frozenset(name for name in get_resolver().reverse_dict if isinstance(name, str))


@cache
def _transitions() -> dict[str, list[Transition]]:
    found = {
        (transition.custom["clause"], Transition(transition.name, model.__name__))
        for model in apps.get_models()
        for machine in model._meta.fields
        if isinstance(machine, FSMField)
        for transition in machine.get_all_transitions(model)
        if "clause" in transition.custom
    }
    return _by_clause(sorted(found, key=str))


@cache
def _screens() -> dict[str, list[str]]:
    """The templates that show the clause's tag."""
    folder = settings.BASE_DIR / "templates"
    return _by_clause(
        (clause, str(path.relative_to(folder)))
        for path in sorted(folder.rglob("*.html"))
        for clause in sorted(set(TEMPLATE_TAG.findall(path.read_text("utf-8"))))
    )


@cache
def _tests() -> dict[str, list[str]]:
    """The tests that carry the clause's mark."""
    folder = settings.BASE_DIR / "tests"
    return _by_clause(pair for path in sorted(folder.rglob("test_*.py")) for pair in _marks_in(path))


def _marks_in(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    file = path.relative_to(settings.BASE_DIR)
    of_the_file = [mark for node in tree.body if isinstance(node, ast.Assign) for mark in _marks(node)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            of_the_class = [mark for decorator in node.decorator_list for mark in _marks(decorator)]
            inner = [(f"{file}::{node.name}", each, of_the_class) for each in node.body]
        else:
            inner = [(str(file), node, [])]
        for prefix, each, outer in inner:
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                own = [mark for decorator in each.decorator_list for mark in _marks(decorator)]
                for mark in dict.fromkeys([*of_the_file, *outer, *own]):
                    yield mark, f"{prefix}::{each.name}"


def _marks(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "clause":
            for argument in call.args:
                if isinstance(argument, ast.Constant):
                    yield argument.value


def _by_clause(pairs) -> dict[str, list]:
    found = defaultdict(list)
    for clause, each in pairs:
        found[clause].append(each)
    return found
