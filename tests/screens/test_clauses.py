"""The plan's own words, in place and as pages, with what of the system stands on them."""

import pytest
from django.urls import reverse

from incidents.models import Clause
from incidents.roles import TABLE
from tests.screens.stage import sign_in, text_of


def test_all_clauses_are_there_in_their_order(cast):
    page = sign_in(cast.enterprise).get(reverse("clauses")).content.decode()
    numbers = list(Clause.objects.order_by("order").values_list("number", flat=True))
    places = [page.index(f'id="c{number}"') for number in numbers]
    assert places == sorted(places) and len(places) > 50


@pytest.mark.clause("5.2.1")
def test_a_clause_shows_its_text_rules_and_acts(cast):
    words = text_of(sign_in(cast.enterprise).get(reverse("clause", args=["5.2.1"])))
    assert "1小时内书面简要报告" in words
    assert "R2" in words and "法定时限" in words and "催报" in words


def test_in_place_it_is_a_fragment(cast):
    response = sign_in(cast.enterprise).get(reverse("clause", args=["5.2.1"]), headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode() and "1小时内书面简要报告" in response.content.decode()


def test_criteria_are_marked_as_not_from_the_gazette(cast):
    words = text_of(sign_in(cast.auditor).get(reverse("clause", args=["3.2"])))
    assert "非公报原文" in words and "1亿" in words


def test_an_annex_that_the_gazette_left_out_says_so(cast):
    client = sign_in(cast.auditor)
    assert "公报未刊载" in text_of(client.get(reverse("clause", args=["附件3"])))


@pytest.mark.parametrize("number", ["9.9", "5.2.1'", "x" * 50])
def test_an_unknown_clause_is_404(cast, number):
    response = sign_in(cast.auditor).get(reverse("clause", args=[number]))
    assert response.status_code == 404 and "没有找到" in text_of(response)


def test_every_act_of_the_role_table_stands_on_a_clause_of_the_plan(db):
    known = set(Clause.objects.values_list("number", flat=True))
    assert {act.clause for act in TABLE.values()} <= known
