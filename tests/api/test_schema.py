"""An outside judge: schemathesis reads our OpenAPI and looks for a server error with whatever it can make up."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tartip.core.people.actors import make_token
from tartip.core.people.models import Appointment
from tartip.server.supervisor import granian
from tests.e2e.harness import answers, free_port, wait_until


@pytest.mark.long
def test_no_request_makes_the_server_fail(committed, persona):
    from django.db import connection

    token = make_token(Appointment.objects.get(account=persona("dispatcher").account), "schema")
    port = free_port()
    environment = {**os.environ, "TARTIP_DB_NAME": connection.settings_dict["NAME"], "TARTIP_LOG_LEVEL": "ERROR"}
    server = subprocess.Popen(
        granian("127.0.0.1", port),
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(lambda: answers(port))
        judged = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{port}/api/v1/openapi.json"),
                *("--header", f"Authorization: Bearer {token}", "--max-examples", "6", "--seed", "1"),
                # Says 503 on purpose while a part of the system does not work, as here, where only pages run.
                *("--exclude-path", "/api/v1/health"),
                *("--checks", "not_a_server_error", "--phases", "examples,fuzzing", "--no-color"),
            ],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    finally:
        os.killpg(server.pid, 9)
        server.wait()
    assert judged.returncode == 0, judged.stdout[-6000:] + judged.stderr[-2000:]
