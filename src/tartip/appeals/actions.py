"""Filing, forwarding and deciding an appeal: first to the higher body, then to the court (КоАП ст. 826.1 – 829.5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from tartip.appeals import instances, words
from tartip.appeals.access import access_to_pass_on
from tartip.appeals.errors import BadAppeal, NotAppealable, NothingLeft, NotReviewable
from tartip.appeals.instances import COURT, HIGHER_BODY
from tartip.appeals.models import OPEN, Appeal
from tartip.appeals.rights import (
    files,
    forwards,
    forwards_to_court,
    goes_to_court,
    is_at_higher_body,
    is_late,
    is_own,
    judges,
    reviews,
)
from tartip.cases import actions as cases
from tartip.cases.models import Case
from tartip.cases.money import moment_of
from tartip.core.acts import (
    ACTS,
    Actor,
    Clocks,
    Denied,
    act,
    called_through,
    doing,
    perform_together,
    request_hash,
    system,
    when,
)  # fmt: skip
from tartip.core.acts.rights import is_system
from tartip.core.checks import check_length, check_times
from tartip.core.codes import RECEIPT_LENGTH, new_code
from tartip.core.journal.models import Entry

RESULTS = ("left", "changed", "cancelled", "not_reviewed", "nothing_left")
SHORTEST_TEXT = 10


@called_through("appeal.file", "appeal.file_court")
def file_appeal(
    actor: Actor, case: Case, *, text: str, attacked: uuid.UUID | None = None, instance: str | None = None
) -> Appeal:
    """Appeal against the decision of the case, to the instance whose turn it is.

    In time, the penalty waits meanwhile. A late appeal is taken all the same and marked; it suspends nothing until
    the reviewer restores the term.
    """
    if not files.test(actor, None):  # before the state of the case is told to somebody who may not file at all
        raise Denied(act="appeal.file", rule=files.name, role=actor.role)
    if actor.key is not None and actor.request is None:
        # The instance is a part of the request: which of the two acts files it follows from it.
        actor = actor.saying(request=request_hash("appeal.file", case, text, attacked, instance))

    def work() -> Appeal:
        found = _instance_of_key(actor) or instances.next_of(case, instance, actor.role)
        file = _file_to_court if found == COURT else _file_to_higher_body
        return file(actor, case, text=text, attacked=attacked)

    return perform_together(work, actor)


def _instance_of_key(actor: Actor) -> str | None:
    """Where the first request under this key went: the second press of a button is the first one."""
    if actor.key is None:
        return None
    entry = Entry.objects.filter(actor=actor.name, key=actor.key).first()
    return {"appeal.file": HIGHER_BODY, "appeal.file_court": COURT}.get(entry.act) if entry else None


@act(
    "appeal.file",
    names={"kk": "Шағым беру", "ru": "Подать жалобу", "en": "Appeal"},
    done={"kk": "Шағым берілді", "ru": "Жалоба подана", "en": "The appeal was filed"},
    wordings=words.FILE,
    ground="koap-826.2",
    creates=Appeal,
    may=files,
    clocks=Clocks(starts={"koap-826.2-forward": "filed_at"}),
    locks=["case"],
)
def _file_to_higher_body(actor: Actor, case: Case, *, text: str, attacked: uuid.UUID | None = None) -> Appeal:
    return _filed(actor, case, text, attacked, HIGHER_BODY)


@act(
    "appeal.file_court",
    names={"kk": "Сотқа шағым беру", "ru": "Подать жалобу в суд", "en": "Appeal to the court"},
    done={"kk": "Сотқа шағым берілді", "ru": "Жалоба подана в суд", "en": "The appeal to the court was filed"},
    wordings=words.FILE_COURT,
    ground="koap-829.3",
    creates=Appeal,
    may=files,
    clocks=Clocks(
        starts={
            "koap-829.3-forward": "filed_at",
            when(lambda appeal: instances.is_against_arrest(appeal), "koap-829.5-arrest-complaint"): "filed_at",
        }
    ),
    locks=["case"],
)
def _file_to_court(actor: Actor, case: Case, *, text: str, attacked: uuid.UUID | None = None) -> Appeal:
    return _filed(actor, case, text, attacked, COURT)


def _filed(actor: Actor, case: Case, text: str, attacked: uuid.UUID | None, instance: str) -> Appeal:
    text = text.strip()
    if len(text) < SHORTEST_TEXT:
        raise BadAppeal(field="text", rule="say in at least %(least)s characters what is wrong", least=SHORTEST_TEXT)
    check_length("text", text)
    instances.next_of(case, instance, actor.role)  # again, now that the case is locked and nobody else files beside us
    entry = _attacked(case, attacked)
    last = instances.last_moment(case, instance, actor.role)
    late = last is not None and doing().at > last
    if not late:
        _suspend(actor, case)
    return Appeal(
        territory_id=case.territory_id,
        case=case,
        attacked=entry.pk,
        attacked_act=entry.act,
        receipt=new_code(RECEIPT_LENGTH),
        text=text,
        filed_at=doing().at,
        late=late,
        instance=instance,
        filed_by=actor.role,
    )


@act(
    "appeal.forward",
    names={"kk": "Жоғары органға жіберу", "ru": "Направить в вышестоящий орган", "en": "Pass to the higher body"},
    done={"kk": "Жоғары органға жіберілді", "ru": "Направлено в вышестоящий орган", "en": "Passed to the higher body"},
    ground="koap-826.2",
    of=Appeal,
    may=forwards & is_at_higher_body,
    moves={"filed": "forwarded"},
    clocks=Clocks(stops=["koap-826.2-forward"], starts={"koap-826.3-decide": "forwarded_at"}),
    reach=access_to_pass_on,
)
def forward(actor: Actor, appeal: Appeal) -> Appeal:
    appeal.forwarded_at = doing().at
    return appeal


@act(
    "appeal.forward_court",
    names={"kk": "Сотқа жіберу", "ru": "Направить в суд", "en": "Pass to the court"},
    done={"kk": "Сотқа жіберілді", "ru": "Направлено в суд", "en": "Passed to the court"},
    ground="koap-829.3",
    of=Appeal,
    may=forwards_to_court & goes_to_court,
    moves={"filed": "forwarded", "forwarded": None},
    clocks=Clocks(
        stops=["koap-826.2-forward", "koap-826.3-decide", "koap-829.3-forward"],
        starts={
            when(lambda appeal: not instances.is_against_arrest(appeal), "koap-829.5-decide"): "forwarded_at",
        },
    ),
    reach=access_to_pass_on,
)
def forward_court(actor: Actor, appeal: Appeal) -> Appeal:
    appeal.instance, appeal.forwarded_at = COURT, doing().at
    return appeal


@called_through("appeal.forward", "appeal.forward_court")
def pass_on(actor: Actor, appeal: Appeal) -> Appeal:
    """Pass the appeal on to the instance it is for; nobody decides one that has not been passed on.

    The instance does this itself where the appeal was filed with it directly (КоАП ст. 826.2, 829.3).
    """
    to_court = instances.of(appeal) == COURT or instances.is_overtaken(appeal)
    return (forward_court if to_court else forward)(actor, appeal)


@act(
    "appeal.restore_term",
    names={"kk": "Шағым мерзімін қалпына келтіру", "ru": "Восстановить срок жалобы", "en": "Restore the term"},
    done={"kk": "Шағым мерзімі қалпына келтірілді", "ru": "Срок жалобы восстановлен", "en": "The term was restored"},
    wordings=words.RESTORE_TERM,
    ground="koap-826.2",
    of=Appeal,
    may=(reviews | judges) & is_late,
    moves={"filed": None, "forwarded": None},
    locks=["appeal.case"],
)
def restore_term(actor: Actor, appeal: Appeal, *, reason: str) -> Appeal:
    """A reasoned act of the reviewer: from now on the late appeal counts as filed in time, and the penalty waits."""
    if not reason.strip():
        raise BadAppeal(field="reason", rule="must not be empty: the person has a right to them")
    check_length("reason", reason)
    if appeal.case.state == "cancelled":
        raise NothingLeft
    appeal.term_restored_at, appeal.term_reason = doing().at, reason.strip()
    _suspend(actor, appeal.case)
    return appeal


DECIDE_CLOCKS = ["koap-826.2-forward", "koap-826.3-decide", "koap-829.3-forward", "koap-829.5"]


@act(
    "appeal.decide",
    names={"kk": "Шағымды шешу", "ru": "Решить жалобу", "en": "Decide the appeal"},
    done={"kk": "Шағым бойынша шешім шығарылды", "ru": "Решение по жалобе принято", "en": "The appeal was decided"},
    wordings=words.DECIDE,
    ground="koap-826.3",
    of=Appeal,
    may=reviews,
    moves={"forwarded": "decided"},
    clocks=Clocks(stops=DECIDE_CLOCKS, starts={"koap-826.4-hand-over": "decided_at"}),
    appealable=True,
    grave=True,
    locks=["appeal.case"],
)
def _decide_higher(
    actor: Actor,
    appeal: Appeal,
    *,
    result: str,
    reasons: str,
    amount_tenge: int | None = None,
    terms: Mapping[str, int] | None = None,
) -> Appeal:
    return _decided(actor, appeal, result, reasons, amount_tenge, terms)


@act(
    "appeal.decide_court",
    names={"kk": "Соттың шағымды шешуі", "ru": "Решить жалобу (суд)", "en": "Decide the appeal (court)"},
    done={
        "kk": "Сот шағым бойынша шешім шығарды",
        "ru": "Решение по жалобе принято судом",
        "en": "The court decided the appeal",
    },
    wordings=words.DECIDE_COURT,
    ground="koap-829.5",
    of=Appeal,
    may=judges,
    moves={"forwarded": "decided"},
    clocks=Clocks(stops=DECIDE_CLOCKS),
    grave=True,
    locks=["appeal.case"],
)
def _decide_court(
    actor: Actor,
    appeal: Appeal,
    *,
    result: str,
    reasons: str,
    amount_tenge: int | None = None,
    terms: Mapping[str, int] | None = None,
) -> Appeal:
    return _decided(actor, appeal, result, reasons, amount_tenge, terms)


@called_through("appeal.decide", "appeal.decide_court")
def decide(
    actor: Actor,
    appeal: Appeal,
    *,
    result: str,
    reasons: str,
    amount_tenge: int | None = None,
    terms: Mapping[str, int] | None = None,
) -> Appeal:
    """Leave, change or cancel the decision, with reasons; never by the one who made it.

    It was passed on to the instance first (`pass_on`). A late appeal whose term nobody restored can only be left
    without review.
    """
    decide_here = _decide_court if instances.of(appeal) == COURT else _decide_higher
    return decide_here(actor, appeal, result=result, reasons=reasons, amount_tenge=amount_tenge, terms=terms)


def _decided(
    actor: Actor,
    appeal: Appeal,
    result: str,
    reasons: str,
    amount_tenge: int | None,
    terms: Mapping[str, int] | None,
) -> Appeal:
    lesser = {"amount_tenge": amount_tenge} if amount_tenge is not None else {}
    lesser |= {f"term_{kind}": length for kind, length in (terms or {}).items()}
    _check_decision(appeal, result, reasons, lesser)
    appeal.result, appeal.reasons, appeal.decided_at = result, reasons.strip(), doing().at
    if result in ("not_reviewed", "nothing_left"):
        return appeal
    case, instance = appeal.case, instances.of(appeal)
    official = _for(actor)
    if case.state != "under_appeal":  # filed before appeals suspended a decision from every state
        cases.suspend(official, case)
    if result == "cancelled":
        cases.cancel(official, case, heard_by=instance)
        for other in case.appeals.filter(state__in=OPEN).exclude(pk=appeal.pk).order_by("id"):
            end(official, other)
        return appeal
    cases.restore(official, case, amount_tenge=amount_tenge, terms=terms, heard_by=instance)
    if instances.waits_for_another(appeal):
        cases.suspend(official, case)
        return appeal
    if instance == COURT and case.in_force_at is None and case.state in ("handed_over", "paid"):
        # The court's decision on an appeal is in force at once, where no other appeal suspends it.
        cases.enter_into_force(official, case, at=doing().at)
    if appeal.filed_by == instances.PROSECUTOR:
        cases.continue_term(official, case)
    return appeal


@act(
    "appeal.withdraw",
    names={"kk": "Шағымды қайтарып алу", "ru": "Отозвать жалобу", "en": "Withdraw the appeal"},
    done={"kk": "Шағым қайтарып алынды", "ru": "Жалоба отозвана", "en": "The appeal was withdrawn"},
    wordings=words.WITHDRAW,
    ground="koap-826.2",
    of=Appeal,
    may=files & is_own,
    moves={"filed": "withdrawn", "forwarded": "withdrawn"},
    clocks=Clocks(stops=DECIDE_CLOCKS),
    grave=True,
    locks=["appeal.case"],
)
def withdraw(actor: Actor, appeal: Appeal) -> Appeal:
    """Who filed it takes it back before it is decided. The instance has heard nobody, and can be gone to again.

    The penalty goes on from where it waited, and the term to appeal to its own last day. What the code says about a
    withdrawal is not confirmed by a text we have; this takes nothing from the person.
    """
    appeal.withdrawn_at = doing().at
    suspends = not appeal.late or appeal.term_restored_at is not None
    if suspends and appeal.case.state == "under_appeal" and not instances.waits_for_another(appeal):
        cases.resume(_for(actor), appeal.case)
        cases.continue_term(_for(actor), appeal.case)
    return appeal


@act(
    "appeal.end",
    names={
        "kk": "Шешетін ештеңе қалмағандықтан қараусыз қалдыру",
        "ru": "Оставить без рассмотрения: решать больше нечего",
        "en": "Leave without review: nothing is left to decide",
    },
    # True of an appeal and of a protest.
    done={
        "kk": "Қаулының күші жойылғандықтан қараусыз қалды",
        "ru": "Оставлено без рассмотрения: постановление отменено",
        "en": "Left without review: the decision was cancelled",
    },
    ground="koap-826.5",
    of=Appeal,
    may=is_system,
    moves={"filed": "ended", "forwarded": "ended"},
    clocks=Clocks(stops=DECIDE_CLOCKS),
    inner=True,
    locks=["appeal.case"],
)
def end(actor: Actor, appeal: Appeal) -> Appeal:
    """Part of deciding another appeal: the decision is cancelled, and whoever filed this one has what it asked for."""
    appeal.result, appeal.decided_at = "nothing_left", doing().at
    return appeal


def results_of(appeal: Appeal) -> tuple[str, ...]:
    """Late without a restored term, or after the decision was cancelled: only without review. Else in substance."""
    if appeal.case.state == "cancelled":
        return ("nothing_left",)  # in older rows: today such an appeal ends by itself
    if appeal.late and appeal.term_restored_at is None:
        return ("not_reviewed",)
    return ("left", "changed", "cancelled")


def _check_decision(appeal: Appeal, result: str, reasons: str, lesser: Mapping[str, int]) -> None:
    """`lesser` is the new fine and the shorter terms, by the fields that name them: only a changed decision has any."""
    allowed = results_of(appeal)
    if result not in RESULTS:
        raise BadAppeal(field="result", rule="must be one of %(allowed)s", allowed=", ".join(allowed))
    if result not in allowed:
        if "nothing_left" in allowed:
            raise NothingLeft
        if "not_reviewed" in allowed:
            raise NotReviewable
        raise BadAppeal(field="result", rule="what came in time is decided in substance")
    if result == "not_reviewed" and instances.is_in_time_after_all(appeal):
        raise BadAppeal(field="result", rule="by what is entered today it came in time: restore the term")
    if result != "changed" and lesser:
        raise BadAppeal(
            field=next(iter(lesser)),
            rule="belongs to a changed decision only: choose that result, or leave this empty",
        )
    if not reasons.strip():
        raise BadAppeal(field="reasons", rule="must not be empty: the person has a right to them")
    check_length("reasons", reasons)
    if result == "changed" and not lesser:
        raise BadAppeal(field="amount_tenge", rule="a changed decision needs the new fine or the shorter term")


@act(
    "appeal.hand_over",
    names={"kk": "Шағым бойынша қаулыны тапсыру", "ru": "Вручить решение по жалобе", "en": "Hand over the result"},
    done={
        "kk": "Шағым бойынша қаулы тапсырылды",
        "ru": "Решение по жалобе вручено",
        "en": "The result was handed over",
    },
    wordings=words.HAND_OVER,
    ground="koap-826.4",
    of=Appeal,
    may=forwards,
    moves={"decided": "handed_over"},
    clocks=Clocks(
        stops={"koap-826.4-hand-over": "handed_over_at"},
        starts={when(lambda appeal: instances.opens_court(appeal), instances.TO_COURT): "court_from"},
    ),
    locks=["appeal.case"],
    legal_day="handed_over_at",
)
def hand_over(actor: Actor, appeal: Appeal, *, at: datetime | date | None = None) -> Appeal:
    """The person has the result: the term to go to the court begins, as soon as the person has the copy as well."""
    at = None if at is None else moment_of(appeal.case, at, doing().at, since=appeal.decided_at)
    check_times(decided_at=appeal.decided_at, handed_over_at=at)
    appeal.handed_over_at = at or doing().at
    if instances.opens_court(appeal):
        assert appeal.case.handed_over_at is not None
        appeal.court_from = max(appeal.handed_over_at, appeal.case.handed_over_at)
    return appeal


def _suspend(actor: Actor, case: Case) -> None:
    """The penalty waits; where it waits for another appeal already, nothing changes.

    What came into force by time before that stays so, though nobody has noticed it yet.
    """
    if case.state == "under_appeal":
        return
    since = instances.in_force_since(case)
    if case.in_force_at is None and since is not None:
        cases.enter_into_force(_for(actor), case, at=since)
    cases.suspend(_for(actor), case)


def _for(actor: Actor) -> Actor:
    """What an appeal does to its case is done by the system, for the one who files or decides the appeal."""
    return system("appeals").saying(on_behalf=actor.name)


def _attacked(case: Case, entry_id: uuid.UUID | None) -> Entry:
    """The entry under attack: the case's decision, or one of its own appealable acts."""
    entries = Entry.objects.filter(subject=case.pk)
    entry = (
        entries.filter(pk=entry_id).first()
        if entry_id
        else entries.filter(act="case.decide").order_by("-version").first()
    )
    declared = ACTS.get(entry.act) if entry else None
    if entry is None or declared is None or not declared.appealable:
        raise NotAppealable(rule="what was named is no decision in this case")
    return entry
