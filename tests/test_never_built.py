"""What is never built (design, section 4): no name in the product offers it, and no library for it is depended on."""

from __future__ import annotations

import ast
import pathlib
import re
import tomllib

ROOT = pathlib.Path(__file__).parents[1]
FORBIDDEN = re.compile(
    r"biometr|face_?(id|match|recogn|embed|encod|compare|search)|(recogni[sz]e|identify|match|embed|search)_?(a_)?"
    r"(face|person_by_face)|(person|citizen|driver|subject)_?(score|rating|risk)|(score|rate|rank|predict|forecast)_"
    r"(person|people|citizen|driver)|call_(audio|recording|transcript)|message_(text|body|content)",
    re.IGNORECASE,
)
LIBRARIES = {"face-recognition", "dlib", "insightface", "facenet-pytorch", "deepface", "speechbrain", "resemblyzer"}


def names(path: pathlib.Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        path.stem,
        *(node.name for node in ast.walk(tree) if isinstance(node, kinds) and not node.name.startswith("test_")),
    ]


def test_no_name_offers_what_is_never_built():
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "src" / "tartip").rglob("*.py")
        if "tests" not in path.parts
        for name in names(path)
        if FORBIDDEN.search(name)
    }
    assert found == set()


def test_the_pattern_would_find_it():
    for name in ("match_face", "FaceEmbedder", "person_score", "predict_person", "biometric_login", "call_transcript"):
        assert FORBIDDEN.search(name), name


def test_no_library_for_it_is_locked():
    locked = {package["name"] for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    assert locked & LIBRARIES == set()
    assert len(locked) > 100


def test_personal_identifiers_live_in_one_table_only():
    """No record but Person has a field that could hold a name, an IIN or a phone number of a person."""
    import django.apps

    import tartip.core.people.models as people

    suspicious = re.compile(r"(^|_)(iin|phone|surname|first_name|last_name|passport|birth)(_|$)")
    allowed = {people.Person}
    found = {
        f"{model.__name__}.{field.name}"
        for model in django.apps.apps.get_models()
        if model.__module__.startswith("tartip.") and model not in allowed
        for field in model._meta.get_fields()
        if suspicious.search(field.name)
    }
    assert found <= {"Territory.phone_code"}
