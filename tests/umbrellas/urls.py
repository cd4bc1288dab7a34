from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tartip.core.people.actors import page_actor
from tartip.core.people.menu import work_at


def board(request: HttpRequest) -> HttpResponse:
    work_at(page_actor(request), "umbrellas:board")
    return HttpResponse("umbrellas")


prefix = "umbrellas/"
app_name = "umbrellas"
urlpatterns = [path("", board, name="board")]
