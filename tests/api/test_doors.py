"""Who is asked by session is asked for the form token too, whatever else the request says of itself."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tartip.operations.incidents.models import Incident

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize("header", [None, "", " ", "Basic", "Bearer", "Bearer ", "Bearer wrong", "bearer\twrong"])
def test_no_header_takes_the_place_of_the_form_token(dispatcher, header):
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(username="dispatcher"), BACKEND)
    headers = {} if header is None else {"Authorization": header}
    body = {"territory": "750000000", "kind": "noise", "address": "Абай 52"}
    answer = client.post("/api/v1/incidents", body, content_type="application/json", headers=headers)
    assert answer.status_code in (401, 403)
    assert not Incident.objects.exists()
