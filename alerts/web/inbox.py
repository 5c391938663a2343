from django.http import HttpResponse


def inbox(request):
    return HttpResponse("")


def read(request):
    return HttpResponse("")
