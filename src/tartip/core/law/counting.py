"""A deadline in words: how long it is and how it is counted, in the reader's language."""

from __future__ import annotations

from tartip.core.terms.rules import DayOne, DeadlineRule, Deemed, Sense, Unit

UNITS = {
    "kk": {
        Unit.SECONDS: "секунд",
        Unit.HOURS: "сағат",
        Unit.CALENDAR_DAYS: "күнтізбелік күн",
        Unit.WORKING_DAYS: "жұмыс күні",
        Unit.MONTHS: "ай",
    },
    "ru": {
        Unit.SECONDS: "сек.",
        Unit.HOURS: "ч",
        Unit.CALENDAR_DAYS: "календ. дн.",
        Unit.WORKING_DAYS: "раб. дн.",
        Unit.MONTHS: "мес.",
    },
    "en": {
        Unit.SECONDS: "s",
        Unit.HOURS: "h",
        Unit.CALENDAR_DAYS: "calendar days",
        Unit.WORKING_DAYS: "working days",
        Unit.MONTHS: "months",
    },
}
WORDS = {
    "kk": {
        "at_once": "дереу",
        "same": "сол күні",
        "earliest": "кемінде",
        "lasts": "қолданылады",
        "same_day": "бірінші күн есепке алынады",
        "roll": "демалыс күннен жұмыс күніне ауысады",
        "extend": "ұзарту: ең көбі",
        "refusal": "үндемеу – бас тарту",
        "reviewed": "қаралды деп есептеледі",
        "doubt": "есептеу тәртібі расталмаған",
    },
    "ru": {
        "at_once": "немедленно",
        "same": "в тот же день",
        "earliest": "не менее",
        "lasts": "действует",
        "same_day": "первый день считается",
        "roll": "перенос с выходного на рабочий день",
        "extend": "продление не более",
        "refusal": "молчание – отказ",
        "reviewed": "считается рассмотренным",
        "doubt": "порядок счёта не подтверждён",
    },
    "en": {
        "at_once": "at once",
        "same": "the same day",
        "earliest": "at least",
        "lasts": "lasts",
        "same_day": "the first day counts",
        "roll": "moves from a day off to a working day",
        "extend": "extension at most",
        "refusal": "silence is refusal",
        "reviewed": "counts as reviewed",
        "doubt": "counting unconfirmed",
    },
}


def how_counted(rule: DeadlineRule, language: str) -> str:
    """«15 раб. дн.; молчание – отказ; продление не более 2 мес.»"""
    words, units = WORDS[language], UNITS[language]
    if not rule.measurable:
        return words["at_once"]
    length = f"{rule.amount} {units[rule.unit]}" if rule.amount else words["same"]
    if rule.sense is not Sense.LATEST:
        length = f"{words[rule.sense]} {length}"
    said = [length]
    if rule.day_one is DayOne.SAME_DAY:
        said.append(words["same_day"])
    if rule.roll_forward:
        said.append(words["roll"])
    if rule.deemed is not Deemed.NONE:
        said.append(words[rule.deemed])
    if rule.extendable_to:
        said.append(f"{words['extend']} {rule.extendable_to.amount} {units[rule.extendable_to.unit]}")
    if rule.counting == "unconfirmed":
        said.append(words["doubt"])
    return "; ".join(said)
