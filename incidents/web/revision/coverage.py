"""条款落实: every sentence of the plan, whether it obliges, and what of the system carries it."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents.services.revision.coverage import Sentence, coverage, name_of
from incidents.web.caller import signed_in


@signed_in
@require_GET
def page(request):
    clauses = [clause for clause in coverage() if clause.sentences]
    sentences = [sentence for clause in clauses for sentence in clause.sentences]
    context = {
        "clauses": [
            {"clause": clause, "sentences": [_line(each) for each in clause.sentences]} for clause in clauses
        ],
        "carried": sum(bool(each.by) for each in sentences),
        "pending": sum(bool(each.pending) for each in sentences),
        "not_operative": sum(not each.is_operative for each in sentences),
    }
    return render(request, "incidents/revision/coverage.html", context)


def _line(sentence: Sentence) -> dict:
    return {
        "words": sentence.words,
        "by": [
            {"code": carrier if ":" not in carrier else "", "name": name_of(carrier)}
            for carrier in sentence.by
        ],
        "pending": sentence.pending,
        "why_not": sentence.why_not,
    }
