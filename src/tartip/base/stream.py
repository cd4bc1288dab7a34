"""`GET /stream`: the journal as server-sent events, filtered by the listener's rights at the server."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from tartip.core.acts import Actor
from tartip.core.journal.stream import Event, Sees, hub
from tartip.core.people.actors import actor_of
from tartip.core.problems import problem_of
from tartip.core.territory import tree
from tartip.errors import TartipError


async def stream(request: HttpRequest) -> HttpResponseBase:
    """Events after `Last-Event-ID` (or ?since=), then live ones. 401 without a log-in, 404 from the page server."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=404)  # a thread of the page server must not be held by a stream
    try:
        sees = await sync_to_async(sight)(request)
    except TartipError as error:
        return problem_of(error)
    last = request.headers.get("Last-Event-ID") or request.GET.get("since") or ""
    since = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None
    answer = StreamingHttpResponse(hub.listen(sees, since), content_type="text/event-stream")
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer


def sight(request: HttpRequest) -> Sees:
    """What this listener may hear of: entries of its territories. The tree is read here, not per event."""
    actor: Actor = actor_of(request)
    places = tree.subtree(actor.territory)

    def sees(event: Event) -> bool:
        return event.territory in places

    return sees
