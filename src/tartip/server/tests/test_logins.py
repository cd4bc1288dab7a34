"""Two log-ins to a server given by URL: the application's, which cannot become the owner, and the owner's.

The tests use the PostgreSQL service of the machine, with databases and roles of their own.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
NAME = f"test_tartip_login_{os.getpid()}"
ROLES = ("tartip_app", "tartip_sealer")
OWNER = f"test_tartip_owner_{os.getpid()}"


def url(user: str) -> str:
    return f"postgresql://{user}@127.0.0.1:5432/{NAME}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[dict[str, str]]:
    """A migrated database of an owner who is no superuser; gives the environment that knows nothing of a database."""
    try:
        admin = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL service with trust on 127.0.0.1:5432: {error}")
    had = [name for (name,) in admin.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])]
    admin.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE")
    admin.execute(f"CREATE DATABASE {NAME} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'")
    for role in had:
        admin.execute(f"GRANT {role} TO {OWNER} WITH ADMIN OPTION")
    var = str(tmp_path_factory.mktemp("var"))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("TARTIP_")}
    environment["TARTIP_VAR"] = var
    try:
        made = tartip({**environment, "TARTIP_DATABASE_OWNER_URL": url(OWNER)}, "migrate")
        assert made.returncode == 0, made.stderr
        yield environment
    finally:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"DROP OWNED BY {OWNER}")
        admin.execute(f"DROP ROLE {OWNER}")
        for role in ROLES:
            if role not in had:
                # Roles belong to the whole server: another run may use this one in a database of its own.
                with contextlib.suppress(psycopg.errors.DependentObjectsStillExist):
                    admin.execute(f"DROP ROLE IF EXISTS {role}")
        admin.close()


def tartip(environment: dict[str, str], *arguments: str, within: float = 300) -> subprocess.CompletedProcess[str]:
    return run(environment, "-m", "tartip", *arguments, within=within)


def run(environment: dict[str, str], *arguments: str, within: float = 300) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=within)


def test_the_application_logs_in_as_a_role_that_cannot_become_the_owner(server):
    with psycopg.connect(url("tartip_app"), autocommit=True) as database:
        for statement in (
            "RESET ROLE",
            f"SET ROLE {OWNER}",
            "SET ROLE tartip_sealer",
            "SET SESSION AUTHORIZATION DEFAULT",
        ):
            with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
                database.execute(statement)
            assert database.execute("SELECT current_user").fetchone() == ("tartip_app",)
        for statement in (
            "UPDATE journal_entry SET act = 'x'",
            "DELETE FROM journal_seal",
            "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
            "DROP TABLE journal_payload",
            "DELETE FROM journal_payload",
            "UPDATE journal_key SET name = 'x'",
            "INSERT INTO journal_key VALUES ('x', 'x', now(), 1)",
            "UPDATE journal_state SET size = 0",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(statement)


@pytest.mark.parametrize(
    "program",
    [("-c", "import tartip.server.wsgi"), ("-m", "tartip", "keeper"), ("-m", "tartip", "worker")],
    ids=["pages", "keeper", "worker"],
)
@pytest.mark.parametrize("setting", ["TARTIP_DATABASE_URL", "TARTIP_DATABASE_OWNER_URL"])
def test_a_process_that_serves_refuses_the_owners_log_in(server, program, setting):
    """Also where only the owner's URL is given: nothing falls back to it."""
    ran = run({**server, setting: url(OWNER)}, *program)
    assert ran.returncode != 0
    assert "TARTIP_DATABASE_OWNER_URL" in ran.stderr
    assert "TARTIP_APP_PASSWORD" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_process_that_serves_refuses_a_superuser(server):
    ran = run({**server, "TARTIP_DATABASE_URL": url("postgres")}, "-c", "import tartip.server.wsgi")
    assert ran.returncode != 0
    assert "logs in as postgres" in ran.stderr


def test_a_page_server_starts_with_the_applications_log_in(server):
    ran = run({**server, "TARTIP_DATABASE_URL": url("tartip_app")}, "-c", "import tartip.server.wsgi")
    assert ran.returncode == 0, ran.stderr


def test_acts_are_done_sealed_and_audited_without_the_owner(server):
    program = """
import django; django.setup()
from tartip.core.people.personas import PERSONAS, make
from tartip.operations.incidents import actions
actor = make(next(p for p in PERSONAS if p.username == "dispatcher"))
actions.open_incident(actor, territory="750000000", kind_code="noise")
from tartip.core.journal.sealing import seal
print("sealed", seal().count)
"""
    environment = {**server, "TARTIP_DATABASE_URL": url("tartip_sealer")}
    environment["DJANGO_SETTINGS_MODULE"] = "tartip.server.settings"
    done = run({**environment, "TARTIP_DEMO": "1"}, "-c", program)
    assert "sealed" in done.stdout, done.stderr
    audited = tartip(environment, "audit")
    assert "clean" in audited.stdout, audited.stdout + audited.stderr
    assert tartip(environment, "key").stdout.startswith("tartip.local/journal+")


def test_only_the_sealing_process_takes_the_log_in_that_seals(server):
    kept = tartip({**server, "TARTIP_DATABASE_URL": url("tartip_app")}, "keeper")
    assert kept.returncode != 0
    assert "may not seal" in kept.stderr
    for program in (("-c", "import tartip.server.wsgi"), ("-m", "tartip", "worker")):
        ran = run({**server, "TARTIP_DATABASE_URL": url("tartip_sealer")}, *program)
        assert ran.returncode != 0
        assert "for tartip keeper alone" in ran.stderr


def test_migrate_gives_the_role_its_password_and_stores_it_hashed(server):
    environment = {**server, "TARTIP_DATABASE_OWNER_URL": url(OWNER), "TARTIP_APP_PASSWORD": "correct horse battery"}
    assert tartip(environment, "migrate").returncode == 0
    with psycopg.connect(SERVER) as admin:
        (stored,) = admin.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'tartip_app'").fetchone()
    assert stored.startswith("SCRAM-SHA-256$")


HARMFUL, HARMLESS = "default_transaction_read_only", "work_mem"  # the latter for the roles of the whole server


@pytest.fixture
def spoilt(server):
    """A page server was taken over: no right of its role keeps it from writing this."""
    with psycopg.connect(url("tartip_app"), autocommit=True) as taken:
        taken.execute(f"ALTER ROLE tartip_app IN DATABASE {NAME} SET {HARMFUL} = on")
        taken.execute(f"ALTER ROLE tartip_app SET {HARMLESS} = '5MB'")
    refused = pytest.raises(psycopg.errors.ReadOnlySqlTransaction)
    with psycopg.connect(url("tartip_app"), autocommit=True) as later, refused:
        later.execute("DELETE FROM base_duty")
    return server


def is_well() -> bool:
    with psycopg.connect(url("tartip_app"), autocommit=True) as later:
        later.execute("DELETE FROM base_duty WHERE name = 'x'")
        return later.execute(f"SELECT current_setting('{HARMLESS}') <> '5MB'").fetchone() == (True,)


def test_what_a_log_in_set_for_itself_is_taken_back_by_migrate(spoilt):
    made = tartip({**spoilt, "TARTIP_DATABASE_OWNER_URL": url(OWNER)}, "migrate")
    assert made.returncode == 0, made.stderr
    for name in (HARMFUL, HARMLESS):
        assert f"taken back: tartip_app: {name}" in made.stdout
    assert is_well()
    assert "taken back" not in tartip({**spoilt, "TARTIP_DATABASE_OWNER_URL": url(OWNER)}, "migrate").stdout


def test_what_a_log_in_set_for_itself_is_taken_back_by_the_background_process(spoilt):
    """It has a log-in of its own, which no page server can spoil."""
    program = """
import django; django.setup()
from tartip.server.keeper import duties
next(duty for duty in duties() if duty.name == "roles").work()
"""
    environment = {**spoilt, "TARTIP_DATABASE_URL": url("tartip_sealer")}
    ran = run({**environment, "DJANGO_SETTINGS_MODULE": "tartip.server.settings"}, "-c", program)
    assert ran.returncode == 0, ran.stderr
    assert f"ALARM: taken back: tartip_app: {HARMFUL}" in ran.stderr
    assert is_well()


@pytest.fixture
def held_up(spoilt):
    """The same page server keeps a change of its settings open for ever."""
    held = psycopg.connect(url("tartip_app"), autocommit=True)
    held.execute("SET idle_in_transaction_session_timeout = 0")
    held.execute("BEGIN READ WRITE")
    held.execute("ALTER ROLE tartip_app SET work_mem = '64kB'")
    yield spoilt
    held.close()


@pytest.mark.parametrize("by", ["keeper", "migrate"])
def test_an_open_transaction_does_not_hold_up_what_is_taken_back(held_up, by):
    if by == "migrate":
        ran = tartip({**held_up, "TARTIP_DATABASE_OWNER_URL": url(OWNER)}, "migrate", within=60)
        assert f"taken back: tartip_app: {HARMFUL}" in ran.stdout
    else:
        taking = "from tartip.server.database_roles import take_back_settings as t; print(t())"
        program = f"import django; django.setup(); {taking}"
        environment = {**held_up, "TARTIP_DATABASE_URL": url("tartip_sealer")}
        ran = run({**environment, "DJANGO_SETTINGS_MODULE": "tartip.server.settings"}, "-c", program, within=60)
        assert HARMFUL in ran.stdout, ran.stderr
    assert ran.returncode == 0, ran.stderr
    assert "ALARM: ended 1 open transactions of tartip_app" in ran.stderr
    assert is_well()


def test_an_open_change_of_the_password_does_not_hold_up_migrate(server):
    environment = {**server, "TARTIP_DATABASE_OWNER_URL": url(OWNER), "TARTIP_APP_PASSWORD": "correct horse battery"}
    with contextlib.closing(psycopg.connect(url("tartip_app"))) as held:
        held.execute("SET idle_in_transaction_session_timeout = 0")
        held.execute("ALTER ROLE tartip_app PASSWORD 'another'")
        made = tartip(environment, "migrate", within=60)
        assert made.returncode == 0, made.stderr


def test_what_the_administrator_set_for_a_log_in_stays_and_is_no_alarm(server):
    with psycopg.connect(SERVER, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE tartip_app IN DATABASE {NAME} SET log_min_messages = 'warning'")
        made = tartip({**server, "TARTIP_DATABASE_OWNER_URL": url(OWNER)}, "migrate")
        kept = admin.execute(
            "SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE datname = %s",
            [NAME],
        ).fetchall()
        admin.execute(f"ALTER ROLE tartip_app IN DATABASE {NAME} RESET ALL")
    assert (made.returncode, "taken back: " in made.stdout) == (0, False), made.stdout
    assert kept == [(["log_min_messages=warning"],)]


def test_all_of_the_url_counts(monkeypatch):
    """TLS options above all: a URL that asks for verify-full must never connect without it."""
    from tartip.server.settings import database

    monkeypatch.delenv("TARTIP_DB_NAME", raising=False)
    said = "postgresql://app:p%40ss@db1:5432,db2:5433/tartip?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=5"
    found = database(said)
    assert (found["NAME"], found["USER"], found["PASSWORD"]) == ("tartip", "app", "p@ss")
    assert (found["HOST"], found["PORT"]) == ("db1,db2", "5432,5433")
    options = found["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"], options["connect_timeout"]) == ("verify-full", "/ca.pem", "5")
    assert database("postgresql:///tartip?host=/run/postgresql&user=app")["HOST"] == "/run/postgresql"


def test_a_server_without_tls_is_refused_where_the_url_demands_it(server):
    """The service of the machine speaks TLS or not; without the right certificate `verify-full` never connects."""
    environment = {**server, "TARTIP_DATABASE_URL": url("tartip_app") + "?sslmode=verify-full&sslrootcert=/none.pem"}
    ran = tartip(environment, "audit")
    assert ran.returncode != 0
    assert "none.pem" in ran.stderr or "SSL" in ran.stderr
