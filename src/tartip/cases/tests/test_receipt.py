"""The public receipt: arithmetic, terms, the proof; and codes that open nothing."""

from __future__ import annotations

import pytest

from tartip.cases.actions import pay
from tartip.cases.tests.made import browser, seal_all, stranger
from tartip.core.clocks.models import Clock
from tartip.core.journal.sealing import signing_key
from tartip.core.receipts import throttle
from tartip.verify import verify_file

SPACE = "\u00a0"


def words(answer):
    return answer.content.decode().replace(SPACE, " ").replace("\u202f", " ")


def test_the_receipt_shows_the_arithmetic_the_terms_and_the_norm(fined):
    page = words(stranger().get(f"/r/{fined.receipt}/"))
    # 437 part 1, a person: 5 МРП; 2026: 4 325 tenge each; half of 21 625 is 10 812 whole tenge
    assert "5 МРП × 4 325 ₸ = 21 625 ₸" in page
    assert "10 812 ₸" in page
    assert "КоАП, ст. 437, ч. 1" in page
    for rule in ("koap-826.2-complain", "koap-811-discount"):
        due = Clock.objects.get(subject=fined.pk, rule=rule).due_at
        assert due
    assert "Жалоба на постановление в вышестоящий орган" in page
    assert "Уплата 50 процентов штрафа" in page
    assert f"/r/{fined.receipt}/appeal/" in page


@pytest.mark.parametrize(
    ("language", "said"), [("kk", "5 АЕК × 4 325 ₸ = 21 625 ₸"), ("en", "5 MCI × 4,325 ₸ = 21,625 ₸")]
)
def test_the_receipt_speaks_the_readers_language(fined, language, said):
    assert said in words(stranger(language).get(f"/r/{fined.receipt}/"))


def test_the_code_may_be_typed_as_it_is_read_out(fined):
    code = fined.receipt
    answer = stranger().get("/r/", {"code": f" {code[:5].lower()}-{code[5:]} "})
    assert answer.url == f"/r/{code}/"


@pytest.mark.parametrize("code", ["ZZZZZZZZZZ", "0O1I", "A" * 500, "<script>", "КОД"])
def test_every_code_that_opens_nothing_gets_the_same_answer(fined, code):
    known, unknown = stranger().get("/r/ZZZZZZZZZY/"), stranger().get(f"/r/{code}/")
    assert (known.status_code, unknown.status_code) == (404, 404)
    assert "Такой квитанции нет" in words(unknown)
    assert fined.receipt not in words(unknown)


@pytest.mark.parametrize(
    "at", ["", "{}/", "{}/relief/", "{}/appeal/", "{}/receipt.json", "{}/change.json", "ZZZZZZZZZY/"]
)
def test_what_is_read_may_be_asked_for_its_head(fined, at):
    path = f"/r/{at.format(fined.receipt)}"
    head, whole = stranger().head(path), stranger().get(path)
    assert (head.status_code, head.content, head.get("Location")) == (whole.status_code, b"", whole.get("Location"))


def test_guessing_is_slowed_down_after_some_tries(fined, monkeypatch):
    monkeypatch.setattr(throttle, "TRIES", 3)
    client = stranger()
    seen = [client.get(f"/r/ZZZZZZZZZ{n}/").status_code for n in range(2, 7)]
    assert seen == [404, 404, 404, 429, 429]
    assert client.get(f"/r/{fined.receipt}/").status_code == 429  # a right guess tells nothing either


def test_a_case_without_a_decision_offers_no_appeal_and_no_proof(case):
    page = words(stranger().get(f"/r/{case.receipt}/"))
    assert "appeal/" not in page
    assert stranger().get(f"/r/{case.receipt}/receipt.json").status_code == 404


def test_what_was_paid_is_on_the_receipt(fined, persona):
    pay(persona("inspector"), fined, amount_tenge=10_812)
    page = words(stranger().get(f"/r/{fined.receipt}/"))
    assert "штраф уплачен" in page


def test_the_downloaded_receipt_verifies_without_the_server(committed, fined, tmp_path):
    assert stranger().get(f"/r/{fined.receipt}/receipt.json").status_code == 409  # not sealed yet
    seal_all()
    answer = stranger().get(f"/r/{fined.receipt}/receipt.json")
    path = tmp_path / "receipt.json"
    path.write_bytes(answer.content)
    assert verify_file(path, keys=[str(signing_key().verifier)]).ok
    path.write_bytes(answer.content.replace(b"21625", b"11625"))
    assert not verify_file(path, keys=[str(signing_key().verifier)]).ok


def test_the_api_gives_the_same_receipt(fined):
    told = stranger().get(f"/api/v1/receipts/{fined.receipt}").json()
    assert (told["decision"]["amount_tenge"], told["decision"]["reduced_tenge"]) == (21_625, 10_812)
    assert stranger().get("/api/v1/receipts/ZZZZZZZZZZ").status_code == 404


def test_the_sum_to_pay_is_the_same_for_the_person_and_at_the_desk_and_each_term_has_its_day(fined, persona):
    inspector = persona("inspector")
    pay(inspector, fined, amount_tenge=2_000)
    told = stranger().get(f"/api/v1/receipts/{fined.receipt}").json()
    assert told["next"]["until"] < told["next"]["appeal_until"]
    page = words(stranger().get(f"/r/{fined.receipt}/"))
    assert "Уплатите 8 812 ₸, и дело закрыто" in page
    assert "Жалобу можно подать до" in page
    desk = words(browser(inspector).get(f"/cases/{fined.pk}/"))
    assert "пока идёт её срок: 8 812 ₸" in desk
