"""What a verification of a figure says, in English (msgid), Kazakh and Russian."""

from __future__ import annotations

MONTHS = "The receipt names each sealed month of the period with all its supplements: %(count)s files."
MONTHS_WRONG = "The files named are not those of the period."
FILES = "All %(count)s files are the sealed ones."
FILES_ABSENT = "The sealed files are not beside the receipt, so nothing could be counted again."
QUERY = "The query of the receipt, run again on these files, gives %(value)s."
QUERY_WRONG = "The query of the receipt does not give the figure."
DEFINITION = "Counted from the words of the definition, without that query, it is %(value)s too."
DEFINITION_WRONG = "Counted from the words of the definition, the figure is another."
NOT_COUNTED = "Not counted again: the files are not the sealed ones."
JOURNAL = "The journal holds the manifests of all %(count)s files."
JOURNAL_WRONG = "The journal does not hold the manifest of %(name)s."
JOURNAL_KEY = "The journal's key was taken from the receipt itself: compare it with the key the log has published."
JOURNAL_ABSENT = "The receipt carries no proof from the journal for %(name)s: compare the manifest's hash with it."
LATER = "Since then %(name)s was sealed: the figure is right as of its receipt, a newer one may differ."

SENTENCES = {
    MONTHS: {
        "kk": "Түбіртекте кезеңнің әр мөрленген айы барлық толықтыруларымен аталған: %(count)s файл.",
        "ru": "В квитанции названы все запечатанные месяцы периода с дополнениями: файлов %(count)s.",
    },
    MONTHS_WRONG: {
        "kk": "Аталған файлдар кезеңнің файлдары емес.",
        "ru": "Названы не те файлы, из которых состоит период.",
    },
    FILES: {
        "kk": "Барлық %(count)s файл мөрленген файлдар.",
        "ru": "Все файлы (%(count)s) именно те, что были запечатаны.",
    },
    FILES_ABSENT: {
        "kk": "Мөрленген файлдар түбіртектің қасында жоқ, сондықтан қайта санау мүмкін болмады.",
        "ru": "Запечатанных файлов рядом с квитанцией нет, пересчитать нечего.",
    },
    QUERY: {
        "kk": "Түбіртектегі сұрау осы файлдарда қайта орындалып, %(value)s берді.",
        "ru": "Запрос из квитанции, выполненный заново на этих файлах, дал %(value)s.",
    },
    QUERY_WRONG: {
        "kk": "Түбіртектегі сұрау бұл цифрды бермейді.",
        "ru": "Запрос из квитанции не даёт этой цифры.",
    },
    DEFINITION: {
        "kk": "Анықтаманың өз сөздері бойынша, ол сұраусыз санағанда да %(value)s.",
        "ru": "По словам определения, без этого запроса, тоже получилось %(value)s.",
    },
    DEFINITION_WRONG: {
        "kk": "Анықтаманың сөздері бойынша санағанда цифр басқа.",
        "ru": "По словам определения получается другая цифра.",
    },
    NOT_COUNTED: {
        "kk": "Қайта саналмады: файлдар мөрленген файлдар емес.",
        "ru": "Не пересчитано: файлы не те, что были запечатаны.",
    },
    JOURNAL: {
        "kk": "Журналда барлық %(count)s файлдың манифесі бар.",
        "ru": "В журнале есть манифесты всех файлов (%(count)s).",
    },
    JOURNAL_WRONG: {
        "kk": "Журналда %(name)s манифесі жоқ.",
        "ru": "В журнале нет манифеста %(name)s.",
    },
    JOURNAL_KEY: {
        "kk": "Журналдың кілті түбіртектің өзінен алынды: оны журнал жариялаған кілтпен салыстырыңыз.",
        "ru": "Ключ журнала взят из самой квитанции: сравните его с опубликованным ключом журнала.",
    },
    JOURNAL_ABSENT: {
        "kk": "Түбіртекте %(name)s үшін журналдың дәлелі жоқ: манифестің хешін журналмен салыстырыңыз.",
        "ru": "В квитанции нет доказательства журнала для %(name)s: сравните хеш манифеста с журналом.",
    },
    LATER: {
        "kk": "Содан бері %(name)s мөрленді: цифр түбіртек күніне дұрыс, жаңасы өзгеше болуы мүмкін.",
        "ru": "С тех пор запечатан файл %(name)s: цифра верна на день квитанции, новая может отличаться.",
    },
}
