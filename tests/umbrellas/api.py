from __future__ import annotations

from django.http import HttpRequest
from ninja import Router
from umbrellas.models import Umbrella

from tartip.core.acts.access import visible
from tartip.core.people.actors import acting

router = Router(tags=["umbrellas"])
routers = {"/umbrellas": router}


@router.get("")
def umbrellas(request: HttpRequest) -> list[str]:
    return list(visible(acting(request), Umbrella.objects.all()).values_list("colour", flat=True))
