from django.http import HttpResponse


def act(request, **kwargs):
    return HttpResponse("")


def debt_act(request, **kwargs):
    return HttpResponse("")
