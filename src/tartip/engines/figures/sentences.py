"""What a verification of a figure says, in English (msgid), Kazakh and Russian."""

from __future__ import annotations

MONTHS = "The receipt names each sealed month of the period with all its supplements: %(count)s files."
MONTHS_WRONG = "The files named are not those of the period."
FILES = "All %(count)s files are the sealed ones."
FILES_ABSENT = "The sealed files are not beside the receipt, so nothing could be counted again."
DAYS_WRONG = "%(name)s holds records of other months than its own."
QUERY = "The query of the receipt is the one its definition gives."
QUERY_OLD = "The query was written by an older version and was not compared with the definition."
QUERY_WRONG = "The query of the receipt is not the one its definition gives."
DEFINITION = "Counted again from the words of the definition, it is %(value)s."
DEFINITION_WRONG = "Counted from the words of the definition, the figure is another."
NOT_COUNTED = "Not counted again: the files are not the sealed ones."
JOURNAL = "The journal holds the manifests of all %(count)s files."
JOURNAL_WRONG = "The journal does not hold the manifest of %(name)s."
JOURNAL_OTHER = "The receipt carries proofs of the journal that belong to none of its files."
JOURNAL_ABSENT = "The receipt carries no proof from the journal that %(name)s was sealed."
FORMAT_OLD = "The receipt names the programs that counted, which nothing vouches for."
DEFINED = "The journal holds this definition of the indicator and these borders of the territory."
DEFINED_ABSENT = "The receipt carries no proof from the journal of the definition and of the borders."
DEFINED_WRONG = "The journal does not hold this definition of the indicator, or these borders of the territory."
BESIDE_UNREADABLE = "A manifest beside the receipt cannot be read, so it is not known whether a newer file was sealed."
LATER = "Since then %(name)s was sealed: the figure is right as of its receipt, a newer one may differ."
EXTRACT = "The extract holds all %(count)s entries of the signed journal."
EXTRACT_WRONG = "The extract is not of the signed journal."
EXTRACT_OTHER = "The extract is of another register."
LEFT_OUT = "The file %(name)s, sealed before the newest one named, is left out."
COMPLETE = (
    "The files hold every record of the period that entered the journal before %(as_of)s, and no other: %(count)s."
)
INCOMPLETE = "The files are not what the journal says: %(count)s records do not agree."
NO_AS_OF = "The extract does not reach as far as the records were counted, or a file does not say how far."
PARTS_ABSENT = "The earlier files of the month are not beside this one."
DATED = "Of %(count)s records the headers do not name the day, so it is not shown whether they belong to the period."
PASSED_OVER = "%(count)s records of the period entered the journal before a file was sealed and were not counted in it."

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
    DAYS_WRONG: {
        "kk": "%(name)s файлында басқа айлардың жазбалары бар.",
        "ru": "В файле %(name)s есть записи других месяцев.",
    },
    QUERY: {
        "kk": "Түбіртектегі сұрау — оның анықтамасынан шығатын сұрау.",
        "ru": "Запрос в квитанции тот самый, что следует из определения.",
    },
    QUERY_WRONG: {
        "kk": "Түбіртектегі сұрау оның анықтамасынан шықпайды.",
        "ru": "Запрос в квитанции не тот, что следует из определения.",
    },
    DEFINITION: {
        "kk": "Анықтаманың сөздері бойынша қайта саналды: %(value)s.",
        "ru": "По словам определения посчитано заново: %(value)s.",
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
    JOURNAL_OTHER: {
        "kk": "Түбіртекте оның ешбір файлына қатысы жоқ журнал дәлелдері бар.",
        "ru": "В квитанции есть доказательства журнала, не относящиеся ни к одному её файлу.",
    },
    JOURNAL_ABSENT: {
        "kk": "Түбіртекте %(name)s мөрленгені туралы журналдың дәлелі жоқ.",
        "ru": "В квитанции нет доказательства журнала, что %(name)s запечатан.",
    },
    QUERY_OLD: {
        "kk": "Сұрауды ескі нұсқа жазған, ол анықтамамен салыстырылмады.",
        "ru": "Запрос написан прежней версией и с определением не сверялся.",
    },
    DEFINED: {
        "kk": "Журналда көрсеткіштің осы анықтамасы мен аумақтың осы шекарасы бар.",
        "ru": "В журнале есть это определение показателя и эти границы территории.",
    },
    DEFINED_ABSENT: {
        "kk": "Түбіртекте анықтама мен шекара туралы журналдың дәлелі жоқ.",
        "ru": "В квитанции нет доказательства журнала об определении и границах.",
    },
    DEFINED_WRONG: {
        "kk": "Журналда көрсеткіштің мұндай анықтамасы немесе аумақтың мұндай шекарасы жоқ.",
        "ru": "В журнале нет такого определения показателя или таких границ территории.",
    },
    FORMAT_OLD: {
        "kk": "Түбіртекте санаған бағдарламалар аталған, оны ештеңе растамайды.",
        "ru": "В квитанции названы программы, которые считали; этого ничто не подтверждает.",
    },
    EXTRACT: {
        "kk": "Үзіндіде қол қойылған журналдың барлық %(count)s жазбасы бар.",
        "ru": "В выписке есть все записи подписанного журнала: %(count)s.",
    },
    EXTRACT_WRONG: {
        "kk": "Үзінді қол қойылған журналдан алынбаған.",
        "ru": "Выписка не из подписанного журнала.",
    },
    EXTRACT_OTHER: {
        "kk": "Үзінді басқа тізілімнен.",
        "ru": "Выписка из другого реестра.",
    },
    LEFT_OUT: {
        "kk": "Аталған соңғысынан бұрын мөрленген %(name)s файлы қалдырылған.",
        "ru": "Файл %(name)s, запечатанный раньше последнего из названных, опущен.",
    },
    COMPLETE: {
        "kk": "Файлдарда кезеңнің журналға %(as_of)s-орынға дейін түскен әр жазбасы бар, басқасы жоқ: %(count)s.",
        "ru": "В файлах все записи периода, вошедшие в журнал до места %(as_of)s, и никаких других: %(count)s.",
    },
    INCOMPLETE: {
        "kk": "Файлдар журнал айтқандай емес: %(count)s жазба сәйкес келмейді.",
        "ru": "Файлы не таковы, как говорит журнал: не сходится записей %(count)s.",
    },
    NO_AS_OF: {
        "kk": "Үзінді жазбалар саналған жерге жетпейді немесе файл оның қай жер екенін айтпайды.",
        "ru": "Выписка не доходит до места, до которого считали, или файл его не называет.",
    },
    DATED: {
        "kk": "%(count)s жазбаның күні тақырыптарында аталмаған, сондықтан кезеңге жататын-жатпайтыны көрінбейді.",
        "ru": "У %(count)s записей день в заголовках не назван, поэтому не видно, относятся ли они к периоду.",
    },
    PASSED_OVER: {
        "kk": "Кезеңнің %(count)s жазбасы журналға файл мөрленгенге дейін түскен, бірақ онда саналмаған.",
        "ru": "Записей периода, вошедших в журнал до запечатывания файла, но не посчитанных в нём: %(count)s.",
    },
    PARTS_ABSENT: {
        "kk": "Айдың бұрынғы файлдары мұның қасында жоқ.",
        "ru": "Прежних файлов месяца рядом с этим нет.",
    },
    BESIDE_UNREADABLE: {
        "kk": "Түбіртектің қасындағы манифест оқылмайды, сондықтан жаңа файл мөрленген-мөрленбегені белгісіз.",
        "ru": "Манифест рядом с квитанцией не читается, поэтому неизвестно, запечатан ли более новый файл.",
    },
    LATER: {
        "kk": "Содан бері %(name)s мөрленді: цифр түбіртек күніне дұрыс, жаңасы өзгеше болуы мүмкін.",
        "ru": "С тех пор запечатан файл %(name)s: цифра верна на день квитанции, новая может отличаться.",
    },
}
