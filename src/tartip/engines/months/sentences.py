"""What an audit of sealed months says, in English (msgid), Kazakh and Russian."""

from __future__ import annotations

FOUND = "%(count)s sealed files of the register %(register)s were found."
NONE_FOUND = "No sealed file of the register %(register)s can be read."
CHAIN = "Each manifest names the one sealed before it; none is missing."
CHAIN_BROKEN = "The chain of manifests is broken."
FILE = "%(name)s is as it was sealed: %(rows)s rows."
FILE_CHANGED = "%(name)s is not as it was sealed."

SENTENCES = {
    FOUND: {
        "kk": "%(register)s тізілімінің %(count)s мөрленген файлы табылды.",
        "ru": "Найдено запечатанных файлов реестра %(register)s: %(count)s.",
    },
    NONE_FOUND: {
        "kk": "%(register)s тізілімінің бірде-бір мөрленген файлы оқылмайды.",
        "ru": "Ни один запечатанный файл реестра %(register)s не читается.",
    },
    CHAIN: {
        "kk": "Әр манифест өзінен бұрын мөрленгенін атайды; ешқайсысы жоғалмаған.",
        "ru": "Каждый манифест называет запечатанный перед ним; ни один не пропал.",
    },
    CHAIN_BROKEN: {
        "kk": "Манифестер тізбегі үзілген.",
        "ru": "Цепочка манифестов нарушена.",
    },
    FILE: {
        "kk": "%(name)s мөрленген күйінде: %(rows)s жол.",
        "ru": "%(name)s таков, каким был запечатан: строк %(rows)s.",
    },
    FILE_CHANGED: {
        "kk": "%(name)s мөрленген күйінде емес.",
        "ru": "%(name)s не таков, каким был запечатан.",
    },
}
