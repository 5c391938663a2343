"""Worked examples of W0–W3, R8 and T4 beside those of the oracle, in its own words, played by its runner."""

import pytest

from tests.scenarios.runner import Play

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3")]


def step(at: str, do: str, by: str = "duty_officer", **more) -> dict:
    return {"at": at, "do": do, "by": by, **more}


def expect(at: str, debt: str, due: str | None, state: str | None, **more) -> dict:
    return {"at": at, "debt": debt, "due": due, "state": state, **more}


HQ, PROVINCE = {"creditor": "HEADQUARTERS"}, {"creditor": "PROVINCE"}

EXAMPLES = {
    "it came from the province": (
        [
            step("0:00", "warning.receive", channel="PROVINCE"),
            step("0:30", "warning.report_up", to="HEADQUARTERS"),
        ],
        [
            expect("0:01", "W2", "1:00", "open", **HQ),
            expect("0:01", "W2", None, None, **PROVINCE),
            expect("0:31", "W2", "1:00", "met", **HQ),
        ],
    ),
    "a firm is late, and the office is not": (
        [
            step("1:10", "warning.receive", "enterprise", known_at="0:00"),
            step("2:10", "warning.report_up", to="PROVINCE"),
        ],
        [
            expect("1:11", "W1", "1:00", "met_late"),
            expect("2:11", "W2", "2:10", "met", **PROVINCE),
            expect("2:11", "W2", "2:10", "breached", **HQ),
        ],
    ),
    "a call typed in later counts from when it came": (
        [step("0:40", "warning.receive", known_at="0:00", arrived_at="0:20")],
        [expect("0:41", "W1", "1:00", "met"), expect("0:41", "W2", "1:20", "open", **HQ)],
    ),
    "an item of a feed is accepted late": (
        [step("0:00", "warning.candidate"), step("0:40", "warning.accept")],
        [
            expect("0:29", "W0", "0:30", "open"),
            expect("0:29", "W2", None, None, **HQ),
            expect("0:41", "W0", "0:30", "met_late"),
            expect("0:41", "W2", "1:40", "open", **PROVINCE),
        ],
    ),
    "dismissed within the hour": (
        [
            step("0:00", "warning.receive", "enterprise", known_at="0:00"),
            step("0:10", "warning.dismiss", reason="", refused={"field": "reason"}),
            step("0:20", "warning.dismiss", reason="误报"),
            step("0:30", "warning.issue", "commander", level="III", refused={"why": "state"}),
        ],
        [expect("2:00", "W2", "1:00", "void", **HQ), {"at": "2:00", "warning": "dismissed"}],
    ),
    "two days missed, one answered late, lifted on the day": (
        [
            step("0:00", "warning.issue", "commander", level="III"),
            step("51:00", "report.file", kind="DAILY", day="2026-03-03"),
            step("52:00", "report.file", kind="DAILY", day="2026-03-06", refused={"field": "day"}),
            step("53:00", "warning.lift", "duty_officer", refused={"why": "role"}),
            step("53:00", "warning.lift", "commander"),
        ],
        [
            expect("50:01", "W3", "2:00", "breached", day="2026-03-02"),
            expect("50:01", "W3", "26:00", "breached", day="2026-03-03"),
            expect("51:01", "W3", "26:00", "met_late", day="2026-03-03"),
            expect("53:01", "W3", "2:00", "breached", day="2026-03-02"),
            expect("53:01", "W3", None, "void", day="2026-03-05"),
        ],
    ),
    "headquarters sets an interval": (
        [
            step("0:00", "warning.issue", "commander", level="IV"),
            step("3:00", "warning.set_interval", "office_director", hours=6, refused={"why": "role"}),
            step("3:00", "warning.set_interval", "commander", hours=6),
            step("8:00", "report.file", kind="DAILY"),
        ],
        [
            expect("8:01", "W3", "9:00", "met", day="2026-03-03"),
            expect("8:01", "W3", "14:00", "open", day="2026-03-03"),
            expect("14:01", "W3", "14:00", "breached", day="2026-03-03"),
            expect("14:01", "W3", "20:00", "open", day="2026-03-03"),
        ],
    ),
    "a severe one by telephone": (
        [
            step("0:00", "warning.issue", "commander", level="II", by_phone=True),
            step("0:10", "warning.report_up", to="PROVINCE"),
            step("1:00", "warning.document", document_no="驻邮应〔2026〕1号"),
            step("2:00", "warning.adjust", "commander", level="I"),
        ],
        [
            expect("0:01", "R8", "0:15", "open"),
            expect("0:01", "T4", "24:00", "open"),
            expect("0:11", "R8", "0:15", "met"),
            expect("0:11", "W2", "1:00", "met", **PROVINCE),
            expect("1:01", "T4", "24:00", "met"),
            expect("2:01", "R8", "2:15", "open"),
        ],
    ),
    "an incident that may outgrow the city": (
        [
            step("0:00", "incident.open", report="ORAL", known_at="0:00", facts={"deaths": 0}),
            step("0:20", "incident.declare_outgrown", "commander"),
            step("0:50", "incident.report_up", to="PROVINCE"),
        ],
        [expect("0:21", "R8", "0:35", "open"), expect("0:51", "R8", "0:35", "met_late")],
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(cast, name):
    steps, expected = EXAMPLES[name]
    Play({"t0": "2026-03-02T22:00:00+08:00", "steps": steps, "expect": expected}, cast).run()
