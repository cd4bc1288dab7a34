from __future__ import annotations

from django.urls import path

from tartip.operations.console import pages

prefix = "console/"
app_name = "console"
urlpatterns = [
    path("", pages.console, name="console"),
    path("board/", pages.board, name="board"),
    path("calls/new/", pages.new_call, name="new_call"),
    path("calls/<uuid:call_id>/caller/", pages.caller, name="caller"),
    path("assignments/<uuid:assignment_id>/<slug:name>/", pages.step, name="step"),
    path("units/<uuid:unit_id>/<slug:name>/", pages.alarm, name="alarm"),
    path("hand-overs/<uuid:hand_over_id>/<slug:name>/", pages.hand_over, name="hand_over"),
    path("<uuid:incident_id>/card/", pages.card, name="card"),
    path("<uuid:incident_id>/<slug:name>/", pages.act, name="act"),
]
