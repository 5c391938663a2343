"""What a plan may not be if the software is to keep it (§8.4): silent, contradictory, or owed by nobody.

A limit that no act of the software starts, that nobody can owe or nothing can meet would stand on paper alone, and nobody
would be reminded. So a draft is refused with all its faults at once before it is decided, a row with its own when it is edited.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incidents.models import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    Level,
    Measure,
    NetworkScope,
    Organization,
    PlanVersion,
)
from incidents.refusals import WrongState
from incidents.services.drill.drill_dues import MUST_COVER

CLAUSE = "8.4"
Act, Clock, Creditor, Debtor, Kind, Recurs = (
    DeadlineRule.Act,
    DeadlineRule.Clock,
    DeadlineRule.Creditor,
    DeadlineRule.Debtor,
    DeadlineRule.Kind,
    DeadlineRule.Recurs,
)
EVERY, GRAVE = tuple(Level), (Level.I, Level.II, Level.III)
OFFICE_SIDE = (Debtor.OFFICE, Debtor.BUREAU, Debtor.HEADQUARTERS)
ABOVE = (Creditor.OFFICE, Creditor.HEADQUARTERS, Creditor.CITY_GOVERNMENT, Creditor.PROVINCE)


@dataclass(frozen=True)
class Frame:
    """What the software can carry of rules of one clock and kind; `levels`: those that one must be there for."""

    debtors: tuple[str, ...]
    answers: tuple[str, ...]
    creditors: tuple[str, ...] = ABOVE
    recurs: str = Recurs.ONCE
    levels: tuple[int, ...] = EVERY


FRAMES = {
    (Clock.KNOWN, Kind.ORAL): Frame((Debtor.ENTERPRISE,), (Act.ORAL, Act.BRIEF, Act.WRITTEN)),
    (Clock.KNOWN, Kind.WRITTEN): Frame((Debtor.ENTERPRISE,), (Act.BRIEF, Act.WRITTEN)),
    (Clock.RECEIVED, Kind.UPWARD): Frame(OFFICE_SIDE, (Act.REPORT_UP, Act.PROPOSAL)),
    (Clock.RECEIVED, Kind.GRADING): Frame(OFFICE_SIDE, (Act.GRADING,)),
    (Clock.FEED, Kind.TRIAGE): Frame(OFFICE_SIDE, (Act.TRIAGE,)),
    (Clock.RISK_KNOWN, Kind.RISK): Frame((Debtor.ENTERPRISE,), (Act.RISK_REPORT,)),
    (Clock.RISK_RECEIVED, Kind.RISK): Frame(OFFICE_SIDE, (Act.REPORT_UP,)),
    (Clock.IN_FORCE, Kind.DAILY): Frame(OFFICE_SIDE, (Act.DAILY,), recurs=Recurs.DAILY),
    (Clock.FOLLOW_UP, Kind.FOLLOW_UP): Frame(
        (Debtor.NAMED,), (Act.FOLLOW_UP, Act.FINAL), recurs=Recurs.INTERVAL
    ),
    (Clock.OUTGROWN, Kind.OUTGROWN): Frame(OFFICE_SIDE, (Act.REPORT_UP,)),
    (Clock.RESPONSE, Kind.PROGRESS): Frame(
        OFFICE_SIDE, (Act.REPORT_UP,), recurs=Recurs.INTERVAL, levels=GRAVE
    ),
    (Clock.PHONE_ORDER, Kind.ORDER): Frame(OFFICE_SIDE, (Act.ORDER_WRITTEN,), creditors=(Creditor.RECEIVER,)),
    (Clock.ORDER, Kind.ORDER): Frame((Debtor.RECEIVER,), (Act.ORDER_ACKNOWLEDGED, Act.ORDER_DONE)),
    (Clock.PHONE_APPROVAL, Kind.DOCUMENT): Frame((Debtor.APPROVER,), (Act.DOCUMENT,)),
    (Clock.SUPPORT, Kind.SUPPORT): Frame(
        (Debtor.HOLDER,), (Act.SUPPORT_ANSWERED,), creditors=(Creditor.REQUESTER,)
    ),
    (Clock.OVER, Kind.AFTERMATH): Frame(OFFICE_SIDE, (Act.EVALUATION, Act.INVESTIGATION)),
    (Clock.PROMISE, Kind.PROMISE): Frame((Debtor.CHASED,), tuple(Act), levels=()),
    (Clock.UNDERTAKEN, Kind.PREPARED): Frame((Debtor.BODY,), (Act.PREPARED,), levels=()),
    (Clock.UNDERTAKEN, Kind.ROLL_CALL): Frame((Debtor.BODY,), (Act.PREPARED,), levels=()),
    (Clock.UNDERTAKEN, Kind.ALL_QUIET): Frame(
        (Debtor.BODY,), (Act.PREPARED,), recurs=Recurs.SAME_TIME, levels=()
    ),
}
"""The city may do without the promises of a chase, and without what is owed before anything happens: nothing is owed then."""

NEEDED = {Clock.ORDER: ("T2", "T3")}
UNDERTAKEN = ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10")
"""Rules that the services call by their codes: an order can't be given without the former; of the latter there are no others."""

CLASSES = (*MUST_COVER, "other")
"""Event classes that the services name (§8.3)."""


@dataclass(frozen=True)
class Fault:
    code: str
    words: str
    clause: str = CLAUSE


def refuse_unsound(draft: PlanVersion):
    if found := faults(draft):
        words = [fault.words for fault in found]
        raise WrongState("；".join(words), found[0].code, found[0].clause, missing=words)


def faults(draft: PlanVersion) -> list[Fault]:
    """All that keeps this draft from being decided."""
    rules = list(DeadlineRule.objects.filter(version=draft))
    return [
        *_of_ladders(EscalationStep.objects.filter(version=draft)),
        *_of_clauses(draft, {rule.clause: rule for rule in rules}),
        *(Fault("not_carried", f"规则 {rule}：{words}") for rule in rules for _, words in of_rule(rule)),
        *_of_levels(rules),
        *_of_codes(rules),
        *_of_criteria(list(Criterion.objects.filter(version=draft))),
        *_of_classes(set(EventClass.objects.filter(version=draft).values_list("code", flat=True))),
        *_of_groups(GroupTemplate.objects.filter(version=draft).select_related("lead")),
    ]


def of_rule(rule: DeadlineRule) -> Iterator[tuple[str, str]]:
    """What the software can't carry of this rule: the column, and why."""
    frame = FRAMES.get((rule.clock, rule.kind))
    kinds = [kind for clock, kind in FRAMES if clock == rule.clock]
    if frame is None and kinds:
        yield "kind", f"自“{rule.get_clock_display()}”起算的，事项只能是{_any_of(Kind, kinds)}。"
    if frame is None:
        return
    begins = f"自“{rule.get_clock_display()}”起算的“{rule.get_kind_display()}”"
    if rule.debtor not in frame.debtors:
        yield "debtor", f"{begins}，责任方只能是{_any_of(Debtor, frame.debtors)}。"
    if rule.creditor not in frame.creditors:
        yield "creditor", f"{begins}，报告对象只能是{_any_of(Creditor, frame.creditors)}。"
    if wrong := [act for act in rule.answers or () if act not in frame.answers]:
        yield (
            "answers",
            f"{begins}，不能以{_any_of(Act, wrong)}履行；可以的是{_any_of(Act, frame.answers)}。",
        )
    if rule.recurs != frame.recurs:
        yield "recurs", f"{begins}，重复方式须为“{Recurs(frame.recurs).label}”。"
    if rule.clock == Clock.UNDERTAKEN and rule.code not in UNDERTAKEN:
        yield "code", f"{begins}，系统只办理 {'、'.join(UNDERTAKEN)}，没有哪项登记会使 {rule.code} 起算。"


def _any_of(choices, values: Iterable[str]) -> str:
    return "、".join(f"“{dict(choices.choices).get(value, value)}”" for value in values)


def _of_ladders(steps: Iterable[EscalationStep]) -> Iterator[Fault]:
    ladders: dict[tuple, set] = {}
    for step in steps:
        ladders.setdefault(step.scope, set()).add(step.label)
    without = [scope for scope, labels in ladders.items() if "breach" not in labels]
    if without or ("", Level.I, Level.IV) not in ladders:
        words = "每一套提醒与升级步骤都须有“到期时”一步，并须有一套适用于全部事项和级别。"
        yield Fault("no_breach_step", words)


def _of_clauses(draft: PlanVersion, cited: dict[str, DeadlineRule]) -> Iterator[Fault]:
    texts = dict(Clause.objects.filter(version=draft).values_list("number", "text"))
    for number, rule in cited.items():
        if number not in texts:
            yield Fault("no_clause", f"规则 {rule} 所依据的 §{number} 不在草案中。")
        elif not texts[number].strip():
            yield Fault("clause_empty", f"规则 {rule} 所依据的 §{number} 没有正文。")
    if draft.based_on_id is None:
        return  # as printed: of the annexes the gazette has the titles alone
    before = dict(Clause.objects.filter(version=draft.based_on_id).values_list("number", "text"))
    for number, text in texts.items():
        is_heading = any(other.startswith(f"{number}.") for other in texts)
        spoke = before[number].strip() if number in before else not is_heading
        if not text.strip() and spoke and number not in cited:
            yield Fault("clause_empty", f"条款 {number} 没有正文：须写明正文，或删去该条。")


def _of_levels(rules: list[DeadlineRule]) -> Iterator[Fault]:
    """Each level that an act opens rules for has one, and no two of them count for the same."""
    for (clock, kind), frame in FRAMES.items():
        those = [rule for rule in rules if (rule.clock, rule.kind) == (clock, kind)]
        if bare := [level for level in frame.levels if not any(rule.applies_at(level) for rule in those)]:
            what = f"“{Clock(clock).label}”起算的“{Kind(kind).label}”"
            words = f"{what}没有适用于{_levels(bare)}的规则：到时系统不再计时，也不提醒。"
            yield Fault("level_without_rule", words)
    same: dict[tuple, list[DeadlineRule]] = {}
    for rule in rules:
        key = (rule.kind, rule.creditor) if rule.runs_by_level else (rule.code, rule.creditor)
        same.setdefault((rule.clock, *key), []).append(rule)
    for those in same.values():
        for level in Level:
            if len(twice := [rule for rule in those if rule.applies_at(level)]) > 1:
                names = "、".join(dict.fromkeys(str(rule) for rule in twice))
                words = f"{level.roman}级时，规则 {names} 对{twice[0].get_creditor_display()}重复计时。"
                yield Fault("levels_overlap", words)
                break


def _of_codes(rules: list[DeadlineRule]) -> Iterator[Fault]:
    for clock, codes in NEEDED.items():
        for code in codes:
            those = [rule for rule in rules if (rule.clock, rule.code) == (clock, code)]
            if bare := [level for level in Level if not any(rule.applies_at(level) for rule in those)]:
                words = f"系统按代码 {code} 计时，草案中没有适用于{_levels(bare)}的规则 {code}：不能删去或改代码。"
                yield Fault("code_needed", words)


def _of_criteria(criteria: list[Criterion]) -> Iterator[Fault]:
    """Every figure that is asked for can grade, every level can be reached, and what is graver is graded no milder."""
    for measure in Measure:
        rows = sorted((row for row in criteria if row.measure == measure), key=lambda row: row.level)
        name = f"“{measure.label}”"
        if not rows:
            yield Fault("measure_without_criteria", f"{name}没有分级标准：报来的数字将不参与定级。", "3.2")
            continue
        strengths = [_strength(row) for row in rows]
        if any(milder >= severe for severe, milder in zip(strengths, strengths[1:], strict=False)):
            words = f"{name}的分级标准须逐级降低，级别越高下限（范围）越大。"
            yield Fault("criteria_out_of_order", words, "3.2")
        between = range(rows[0].level, rows[-1].level)
        if gap := [Level(level) for level in between if level not in {row.level for row in rows}]:
            yield Fault("criteria_with_gap", f"{name}的分级标准缺{_levels(gap)}。", "3.2")
    if bare := [level for level in Level if level not in {row.level for row in criteria}]:
        yield Fault("level_without_criteria", f"{_levels(bare)}没有任何分级标准。", "3.2")


def _strength(row: Criterion) -> int:
    return NetworkScope.values.index(row.scope) if row.scope else row.at_least


def _of_classes(codes: set[str]) -> Iterator[Fault]:
    if gone := [code for code in CLASSES if code not in codes]:
        words = f"系统按代码使用事件类别 {'、'.join(gone)}，不能删去或改代码；名称可以改。"
        yield Fault("class_needed", words, "8.3")


def _of_groups(groups: Iterable[GroupTemplate]) -> Iterator[Fault]:
    kinds = (Organization.Kind.MEMBER, Organization.Kind.COUNTY)
    able = set(Organization.objects.filter(kind__in=kinds, is_active=True).values_list("code", flat=True))
    for group in groups:
        if gone := [code for code in (group.lead.code, *group.members) if code not in able]:
            words = f"应急工作组“{group}”的单位 {'、'.join(dict.fromkeys(gone))} 不是在用的成员单位或县区。"
            yield Fault("group_without_body", words, "2.2.4")


def _levels(levels: Iterable[int]) -> str:
    return "、".join(f"{Level(level).roman}级" for level in levels)
