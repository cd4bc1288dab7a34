"""What the acts on an appeal are called where it is a protest of the prosecutor."""

from __future__ import annotations

from tartip.core.acts.declare import Wording

PROTEST = "protest"


def _protest(names: tuple[str, str, str], done: tuple[str, str, str]) -> dict[str, Wording]:
    """In kk, ru and en."""
    languages = ("kk", "ru", "en")
    found = Wording(dict(zip(languages, names, strict=True)), dict(zip(languages, done, strict=True)))
    return {PROTEST: found}


FILE = _protest(
    ("Наразылық келтіру", "Принести протест", "Protest"),
    ("Наразылық келтірілді", "Протест принесён", "The protest was filed"),
)
FILE_COURT = _protest(
    ("Сотқа наразылық келтіру", "Принести протест в суд", "Protest to the court"),
    ("Сотқа наразылық келтірілді", "Протест принесён в суд", "The protest to the court was filed"),
)
RESTORE_TERM = _protest(
    ("Наразылық мерзімін қалпына келтіру", "Восстановить срок протеста", "Restore the term"),
    ("Наразылық мерзімі қалпына келтірілді", "Срок протеста восстановлен", "The term was restored"),
)
DECIDE = _protest(
    ("Наразылықты шешу", "Решить протест", "Decide the protest"),
    ("Наразылық бойынша шешім шығарылды", "Решение по протесту принято", "The protest was decided"),
)
DECIDE_COURT = _protest(
    ("Соттың наразылықты шешуі", "Решить протест (суд)", "Decide the protest (court)"),
    (
        "Сот наразылық бойынша шешім шығарды",
        "Решение по протесту принято судом",
        "The court decided the protest",
    ),
)
WITHDRAW = _protest(
    ("Наразылықты қайтарып алу", "Отозвать протест", "Withdraw the protest"),
    ("Наразылық қайтарып алынды", "Протест отозван", "The protest was withdrawn"),
)
HAND_OVER = _protest(
    ("Наразылық бойынша қаулыны тапсыру", "Вручить решение по протесту", "Hand over the result"),
    ("Наразылық бойынша қаулы тапсырылды", "Решение по протесту вручено", "The result was handed over"),
)
