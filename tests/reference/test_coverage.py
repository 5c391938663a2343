"""Every operative clause is carried by something that stands, and by a test that would miss it."""

import io
import os
import re
from collections import defaultdict

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from incidents.services.revision import coverage
from tests.screens.stage import sign_in


def test_every_operative_clause_is_carried_and_tested():
    assert list(coverage.gaps(coverage.coverage())) == []


def test_the_command_names_what_is_missing(monkeypatch):
    whole = coverage.read_sentences()
    amiss = [coverage.Sentence(whole[0].clause, "预案里没有的话。", ("order.nothing",)), *whole[1:]]
    monkeypatch.setattr(coverage, "read_sentences", lambda: amiss)
    said = io.StringIO()
    with pytest.raises(CommandError, match="缺口"):
        call_command("plan_coverage", stdout=io.StringIO(), stderr=said)
    assert "order.nothing" in said.getvalue()
    assert "预案中没有的句子：预案里没有的话。" in said.getvalue()
    assert f"§{whole[0].clause} 未标注的句子：{whole[0].words}" in said.getvalue()


def test_a_clause_without_a_test_is_a_gap():
    found = coverage.coverage()
    clause = next(clause for clause in found if clause.number == "5.2.1")
    assert len(clause.tests) > 20 and {"R1", "R2", "R3", "R4"} <= set(clause.rules)
    clause.tests = []
    assert any("§5.2.1" in gap and "没有测试" in gap for gap in coverage.gaps(found))


@pytest.mark.skipif("ZMD_WITHOUT" in os.environ, reason="is itself run without something")
def test_taking_an_act_away_is_noticed_by_the_clauses_tests(monkeypatch):
    """The command's own proof, on one act and one of its tests; the whole proof runs for an hour."""
    of_the_clause = coverage._tests()["4.2"]
    chosen = [test for test in of_the_clause if "warnings/test_receiving" in test][:1]
    monkeypatch.setattr(coverage, "_tests", lambda: defaultdict(list, {"4.2": chosen}))
    monkeypatch.setattr(
        "incidents.management.commands.plan_coverage.carriers_of", lambda clause: ["warning.receive"]
    )
    said = io.StringIO()
    call_command("plan_coverage", "4.2", prove=True, stdout=said)
    assert re.search(r"§4.2 去掉 warning.receive：有测试失败", said.getvalue())


def test_the_page_shows_the_same(cast):
    shown = sign_in(cast.auditor).get(reverse("coverage")).content.decode()
    assert "1小时内书面简要报告" in shown and "R2" in shown
    assert "不设义务" in shown
