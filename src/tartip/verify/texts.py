"""The sentences of a verdict: English msgids with their Kazakh and Russian texts."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

LANGUAGES = ("kk", "ru", "en")
# What engines say in steps of their own; imported when the first such sentence is translated.
SENTENCES_OF_ENGINES = ("tartip.engines.months.sentences", "tartip.engines.figures.sentences")

READ = "The document can be read: %(format)s."
UNREADABLE = "This is not a document that can be verified."
PACKAGE = "This is a package of files: unpack it, then verify %(name)s, beside the other files."
NO_MANIFEST = "This zip file holds nothing that can be verified by itself."
NOT_JSON = "The file is neither JSON, a checkpoint nor a zip package as Tártip makes them."
NO_CHECKER = "Documents of the format %(format)s cannot be checked here."
TOO_LONG = "The file is longer than %(most)s bytes, and no document is."
NO_FILE = "The file %(name)s cannot be read."
BAD_KEY = "A key that was given cannot be used. A key is one text NAME+HASH+BASE64, as the journal publishes it."
STOPPED = "The check could not be finished."
CONTENT = "The content is exactly what was sealed."
CONTENT_CHANGED = "The content was changed: its hash is not the sealed one."
CONTENT_ABSENT = "The content is not in the document (erased or withheld); its sealed hash stands in its place."
KEY_GIVEN = "The key was given by you."
KEY_OWN = "The key was taken from the document itself, so it proves only that the document agrees with itself."
KEY_OTHER = "The document does not name the keys that signed it: do not take a key from it."
KEY_ABSENT = "There is no usable key to check the signature with."
SIGNED = "The log %(origin)s has signed that it holds %(size)s entries."
SIGNED_WRONG = "The signature under the checkpoint does not hold."
SIGNED_BY_OTHERS = "No key that is trusted here has signed the checkpoint."
INCLUDED = "The entry stands in the log at place %(index)s (counted from 0)."
NOT_INCLUDED = "The entry is not in the log that was signed."
LINE_UNKNOWN = "The checkpoint bears signatures by keys that were not given, so they were not checked."
WITNESS_ABSENT = "The witness %(name)s, whose key was given, has not confirmed the checkpoint."
WITNESSED = "The witness %(name)s has confirmed the checkpoint: %(time)s."
STAMPED = "A time stamp covers the checkpoint: %(time)s."
STAMP_WRONG = "The time stamp does not hold."
STAMP_ABSENT = "The document bears no time stamp, though certificates of an authority were given."
EXTRACT_UNREAD = "The extract of the journal that was given (%(name)s) was not read: nothing here was compared with it."
STAMP_UNCHECKED = "There is a time stamp; to check it, give the certificates of its authority."
FILE_SAME = "The file %(name)s is the sealed one."
FILE_OTHER = "The file %(name)s is not the sealed one."
FILE_ABSENT = "The file %(name)s is not beside the document."
MANIFEST_ALONE = "There is no receipt of the journal beside the manifest (%(name)s), so its origin is not proven."
MANIFEST_SEALED = "The journal holds this manifest."
MANIFEST_OTHER = "The receipt beside the manifest is not one of the act that sealed it."
VERIFIED = "Verified: everything agrees."
VERIFIED_IF = "Verified as of this document; something came later: see the warnings."
UNPROVEN = "NOT PROVEN: the document agrees with itself, but that proves nothing yet. Missing: %(missing)s."
REFUTED = "NOT verified."
NOTHING = "Nothing was verified."

# What is missing, by the code of the step that is unproven.
MISSING = {
    "content": "the content of the entry",
    "key": "the log's key from a source you trust (--key)",
    "witness": "the key or the signature of a witness",
    "stamp": "the time stamp, or the certificates of its authority (--stamp-chain)",
    "file": "the sealed file beside the manifest",
    "files": "the sealed files beside the receipt",
    "manifest": "the journal's receipt of the manifest",
    "journal": "the journal's proof of the sealed files",
    "defined": "the journal's proof of the definition and the borders",
    "query": "a receipt of the present format",
    "format": "a receipt of the present format",
    "extract": "a document and files that the given extract of the journal can be compared with (--journal)",
    "complete": "the journal index up to which the records were counted",
    "dated": "a look at the records whose day the journal's headers do not show",
    "newest": "the files sealed since then for the same period (the figure is right as of its receipt)",
}
SOMETHING_MISSING = "a part of the proof"


def missing(code: str) -> str:
    """English msgid of what an unproven step lacks."""
    return MISSING.get(code, SOMETHING_MISSING)


TEXTS: dict[str, Mapping[str, str]] = {
    READ: {
        "kk": "Құжат оқылады: %(format)s.",
        "ru": "Документ читается: %(format)s.",
    },
    UNREADABLE: {
        "kk": "Бұл тексеруге болатын құжат емес.",
        "ru": "Это не документ, который можно проверить.",
    },
    PACKAGE: {
        "kk": "Бұл — файлдар бумасы: оны жайып ашып, басқа файлдардың қасында %(name)s файлын тексеріңіз.",
        "ru": "Это пакет файлов: распакуйте его и проверьте %(name)s рядом с остальными файлами.",
    },
    NO_MANIFEST: {
        "kk": "Бұл zip-файлда өздігінен тексерілетін ештеңе жоқ.",
        "ru": "В этом zip-файле нет ничего, что проверяется само по себе.",
    },
    NOT_JSON: {
        "kk": "Файл JSON да, бақылау нүктесі де, Tártip жасайтын zip-бума да емес.",
        "ru": "Файл — не JSON, не контрольная точка и не zip-пакет, какие делает Tártip.",
    },
    NO_CHECKER: {
        "kk": "%(format)s пішімді құжаттар мұнда тексерілмейді.",
        "ru": "Документы формата %(format)s здесь не проверяются.",
    },
    TOO_LONG: {
        "kk": "Файл %(most)s байттан ұзын, ондай құжат болмайды.",
        "ru": "Файл длиннее %(most)s байт, таких документов нет.",
    },
    NO_FILE: {
        "kk": "%(name)s файлын оқу мүмкін емес.",
        "ru": "Файл %(name)s не читается.",
    },
    BAD_KEY: {
        "kk": "Берілген кілт жарамсыз. Кілт — журнал жариялаған NAME+HASH+BASE64 түріндегі бір мәтін.",
        "ru": "Заданный ключ непригоден. Ключ — одна строка вида NAME+HASH+BASE64, как её публикует журнал.",
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
        "kk": "Кілт құжаттың өзінен алынды: ол құжаттың тек өзімен келісетінін ғана көрсетеді.",
        "ru": "Ключ взят из самого документа: он показывает лишь, что документ согласован сам с собой.",
    },
    KEY_OTHER: {
        "kk": "Құжатта оған қол қойған кілттер аталмаған: кілтті одан алмаңыз.",
        "ru": "В документе названы не те ключи, что его подписали: не берите ключ из него.",
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
    LINE_UNKNOWN: {
        "kk": "Бақылау нүктесінде берілмеген кілттердің қолтаңбалары бар, сондықтан олар тексерілмеді.",
        "ru": "Под контрольной точкой есть подписи ключей, которые не заданы, поэтому они не проверены.",
    },
    WITNESS_ABSENT: {
        "kk": "Кілті берілген %(name)s куәгері бақылау нүктесін растамаған.",
        "ru": "Свидетель %(name)s, ключ которого задан, контрольную точку не подтвердил.",
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
    STAMP_ABSENT: {
        "kk": "Орталықтың сертификаттары берілген, бірақ құжатта уақыт белгісі жоқ.",
        "ru": "Сертификаты центра заданы, но метки времени в документе нет.",
    },
    STAMP_UNCHECKED: {
        "kk": "Уақыт белгісі бар; оны тексеру үшін белгі берген орталықтың сертификаттарын көрсетіңіз.",
        "ru": "Есть метка времени; чтобы её проверить, укажите сертификаты её центра.",
    },
    EXTRACT_UNREAD: {
        "kk": "Берілген журнал үзіндісі (%(name)s) оқылмады: мұнда ештеңе онымен салыстырылған жоқ.",
        "ru": "Заданная выписка журнала (%(name)s) не прочитана: здесь с ней ничего не сравнивали.",
    },
    FILE_SAME: {
        "kk": "%(name)s файлы — мөрленген файлдың өзі.",
        "ru": "Файл %(name)s — тот самый, что запечатан.",
    },
    FILE_OTHER: {
        "kk": "%(name)s файлы мөрленген файл емес.",
        "ru": "Файл %(name)s — не тот, что запечатан.",
    },
    FILE_ABSENT: {
        "kk": "%(name)s файлы құжаттың қасында жоқ.",
        "ru": "Файла %(name)s рядом с документом нет.",
    },
    MANIFEST_ALONE: {
        "kk": "Манифестің қасында журналдың түбіртегі (%(name)s) жоқ, сондықтан оның шығу тегі дәлелденбеген.",
        "ru": "Рядом с манифестом нет квитанции журнала (%(name)s), поэтому его происхождение не доказано.",
    },
    MANIFEST_SEALED: {
        "kk": "Журналда осы манифест бар.",
        "ru": "В журнале есть этот манифест.",
    },
    MANIFEST_OTHER: {
        "kk": "Манифестің қасындағы түбіртек оны мөрлеген әрекеттің түбіртегі емес.",
        "ru": "Квитанция рядом с манифестом не от того акта, который его запечатал.",
    },
    VERIFIED: {
        "kk": "Тексерілді: бәрі сәйкес келеді.",
        "ru": "Проверено: всё сходится.",
    },
    VERIFIED_IF: {
        "kk": "Осы құжат күніне тексерілді; кейін бірдеңе қосылған: ескертулерді қараңыз.",
        "ru": "Проверено на день документа; позже что-то добавилось: см. предупреждения.",
    },
    UNPROVEN: {
        "kk": "ДӘЛЕЛДЕНБЕГЕН: құжат өзімен келіседі, бірақ бұл әзірге ештеңені дәлелдемейді. Жетіспейді: %(missing)s.",
        "ru": "НЕ ДОКАЗАНО: документ согласован сам с собой, но это ещё ничего не доказывает. Не хватает: %(missing)s.",
    },
    REFUTED: {
        "kk": "РАСТАЛМАДЫ.",
        "ru": "НЕ подтверждено.",
    },
    NOTHING: {
        "kk": "Ештеңе тексерілген жоқ.",
        "ru": "Ничего не проверено.",
    },
    MISSING["content"]: {
        "kk": "жазбаның мазмұны",
        "ru": "содержания записи",
    },
    MISSING["key"]: {
        "kk": "сіз сенетін көзден алынған журнал кілті (--key)",
        "ru": "ключа журнала из надёжного источника (--key)",
    },
    MISSING["witness"]: {
        "kk": "куәгердің кілті немесе қолтаңбасы",
        "ru": "ключа или подписи свидетеля",
    },
    MISSING["stamp"]: {
        "kk": "уақыт белгісі немесе оның орталығының сертификаттары (--stamp-chain)",
        "ru": "метки времени или сертификатов её центра (--stamp-chain)",
    },
    MISSING["file"]: {
        "kk": "манифестің қасындағы мөрленген файл",
        "ru": "запечатанного файла рядом с манифестом",
    },
    MISSING["files"]: {
        "kk": "түбіртектің қасындағы мөрленген файлдар",
        "ru": "запечатанных файлов рядом с квитанцией",
    },
    MISSING["manifest"]: {
        "kk": "манифест туралы журналдың түбіртегі",
        "ru": "квитанции журнала о манифесте",
    },
    MISSING["journal"]: {
        "kk": "мөрленген файлдар туралы журналдың дәлелі",
        "ru": "доказательства журнала о запечатанных файлах",
    },
    MISSING["defined"]: {
        "kk": "анықтама мен шекара туралы журналдың дәлелі",
        "ru": "доказательства журнала об определении и границах",
    },
    MISSING["query"]: {
        "kk": "қазіргі пішімдегі түбіртек",
        "ru": "квитанции нынешнего формата",
    },
    MISSING["extract"]: {
        "kk": "берілген журнал үзіндісімен салыстыруға болатын құжат пен файлдар (--journal)",
        "ru": "документа и файлов, которые можно сравнить с заданной выпиской журнала (--journal)",
    },
    MISSING["complete"]: {
        "kk": "жазбалар журналдың қай орнына дейін саналғаны",
        "ru": "места журнала, до которого посчитаны записи",
    },
    MISSING["dated"]: {
        "kk": "күні журнал тақырыптарынан көрінбейтін жазбаларды қарау",
        "ru": "проверки записей, день которых не виден из заголовков журнала",
    },
    MISSING["newest"]: {
        "kk": "содан бері осы кезең үшін мөрленген файлдар (цифр түбіртек күніне дұрыс)",
        "ru": "файлов, запечатанных с тех пор за тот же срок (на день квитанции цифра верна)",
    },
    SOMETHING_MISSING: {
        "kk": "дәлелдің бір бөлігі",
        "ru": "части доказательства",
    },
}


def translate(text: str, language: str) -> str:
    """The sentence in `language`, with its %(name)s places still open; English where there is no other."""
    if text not in TEXTS and language != "en":
        for home in SENTENCES_OF_ENGINES:
            TEXTS.update(import_module(home).SENTENCES)
    return TEXTS.get(text, {}).get(language, text)
