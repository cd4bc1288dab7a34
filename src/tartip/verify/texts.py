"""The sentences of a verdict: English msgids with their Kazakh and Russian texts."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("kk", "ru", "en")

READ = "The document can be read: %(format)s."
UNREADABLE = "This is not a document that can be verified."
STOPPED = "The check could not be finished."
CONTENT = "The content is exactly what was sealed."
CONTENT_CHANGED = "The content was changed: its hash is not the sealed one."
CONTENT_ABSENT = "The content is not in the document (erased or withheld); its sealed hash stands in its place."
KEY_GIVEN = "The key was given by you."
KEY_OWN = "The key was taken from the document itself: compare it with the key the log has published."
KEY_ABSENT = "There is no usable key to check the signature with."
SIGNED = "The log %(origin)s has signed that it holds %(size)s entries."
SIGNED_WRONG = "The signature under the checkpoint does not hold."
SIGNED_BY_OTHERS = "No key that is trusted here has signed the checkpoint."
INCLUDED = "The entry stands in the log at place %(index)s (counted from 0)."
NOT_INCLUDED = "The entry is not in the log that was signed."
WITNESSED = "The witness %(name)s has confirmed the checkpoint: %(time)s."
STAMPED = "A time stamp covers the checkpoint: %(time)s."
STAMP_WRONG = "The time stamp does not hold."
STAMP_UNCHECKED = "There is a time stamp; to check it, give the certificates of its authority."
FILE_SAME = "The file %(name)s is the sealed one."
FILE_OTHER = "The file %(name)s is not the sealed one."
MANIFEST_ALONE = "A manifest alone proves nothing about its own origin: compare its hash with the journal."
VERIFIED = "Verified: everything agrees."
VERIFIED_IF = "Everything agrees, but the last word is yours: see the warnings."
REFUTED = "NOT verified."

TEXTS: dict[str, Mapping[str, str]] = {
    READ: {
        "kk": "Құжат оқылады: %(format)s.",
        "ru": "Документ читается: %(format)s.",
    },
    UNREADABLE: {
        "kk": "Бұл тексеруге болатын құжат емес.",
        "ru": "Это не документ, который можно проверить.",
    },
    STOPPED: {
        "kk": "Тексеруді аяқтау мүмкін болмады.",
        "ru": "Проверку не удалось закончить.",
    },
    CONTENT: {
        "kk": "Мазмұны мөрленген мазмұнмен дәл сәйкес келеді.",
        "ru": "Содержание в точности то, что было запечатано.",
    },
    CONTENT_CHANGED: {
        "kk": "Мазмұны өзгертілген: оның хеші мөрленген хешке сәйкес емес.",
        "ru": "Содержание изменено: его хеш не совпадает с запечатанным.",
    },
    CONTENT_ABSENT: {
        "kk": "Құжатта мазмұн жоқ (жойылған немесе көрсетілмеген); оның орнында мөрленген хеш тұр.",
        "ru": "Содержания в документе нет (удалено или не показано); вместо него стоит запечатанный хеш.",
    },
    KEY_GIVEN: {
        "kk": "Кілтті сіз бердіңіз.",
        "ru": "Ключ задали вы.",
    },
    KEY_OWN: {
        "kk": "Кілт құжаттың өзінен алынды: оны журнал жариялаған кілтпен салыстырыңыз.",
        "ru": "Ключ взят из самого документа: сверьте его с ключом, который опубликовал журнал.",
    },
    KEY_ABSENT: {
        "kk": "Қолтаңбаны тексеретін жарамды кілт жоқ.",
        "ru": "Нет пригодного ключа, чтобы проверить подпись.",
    },
    SIGNED: {
        "kk": "%(origin)s журналы өзінде %(size)s жазба бар екеніне қол қойған.",
        "ru": "Журнал %(origin)s подписал, что записей в нём: %(size)s.",
    },
    SIGNED_WRONG: {
        "kk": "Бақылау нүктесінің қолтаңбасы дұрыс емес.",
        "ru": "Подпись под контрольной точкой неверна.",
    },
    SIGNED_BY_OTHERS: {
        "kk": "Бақылау нүктесіне мұнда сенімді саналатын бірде-бір кілт қол қоймаған.",
        "ru": "Контрольную точку не подписал ни один из ключей, которым здесь доверяют.",
    },
    INCLUDED: {
        "kk": "Жазба журналда %(index)s-орында тұр (санау 0-ден басталады).",
        "ru": "Запись стоит в журнале на месте %(index)s (счёт с 0).",
    },
    NOT_INCLUDED: {
        "kk": "Жазба қол қойылған журналда жоқ.",
        "ru": "Записи нет в подписанном журнале.",
    },
    WITNESSED: {
        "kk": "%(name)s куәгері бақылау нүктесін растаған: %(time)s.",
        "ru": "Свидетель %(name)s подтвердил контрольную точку: %(time)s.",
    },
    STAMPED: {
        "kk": "Бақылау нүктесіне уақыт белгісі қойылған: %(time)s.",
        "ru": "Контрольная точка скреплена меткой времени: %(time)s.",
    },
    STAMP_WRONG: {
        "kk": "Уақыт белгісі дұрыс емес.",
        "ru": "Метка времени неверна.",
    },
    STAMP_UNCHECKED: {
        "kk": "Уақыт белгісі бар; оны тексеру үшін белгі берген орталықтың сертификаттарын көрсетіңіз.",
        "ru": "Есть метка времени; чтобы её проверить, укажите сертификаты её центра.",
    },
    FILE_SAME: {
        "kk": "%(name)s файлы — мөрленген файлдың өзі.",
        "ru": "Файл %(name)s — тот самый, что запечатан.",
    },
    FILE_OTHER: {
        "kk": "%(name)s файлы мөрленген файл емес.",
        "ru": "Файл %(name)s — не тот, что запечатан.",
    },
    MANIFEST_ALONE: {
        "kk": "Манифест жалғыз өзі өз шығу тегін дәлелдемейді: оның хешін журналмен салыстырыңыз.",
        "ru": "Один манифест не доказывает своего происхождения: сверьте его хеш с журналом.",
    },
    VERIFIED: {
        "kk": "Тексерілді: бәрі сәйкес келеді.",
        "ru": "Проверено: всё сходится.",
    },
    VERIFIED_IF: {
        "kk": "Бәрі сәйкес келеді, бірақ соңғы сөз сізде: ескертулерді қараңыз.",
        "ru": "Всё сходится, но последнее слово за вами: см. предупреждения.",
    },
    REFUTED: {
        "kk": "РАСТАЛМАДЫ.",
        "ru": "НЕ подтверждено.",
    },
}


def translate(text: str, language: str) -> str:
    """The sentence in `language`, with its %(name)s places still open; English where there is no other."""
    return TEXTS.get(text, {}).get(language, text)
