"""What may be done with an administrative case. The law's tables give the penalty; a person decides."""

from tartip.cases.actions.appeals import cancel, continue_term, restore, resume, suspend
from tartip.cases.actions.execution import enforce, execute, send
from tartip.cases.actions.finishing import finish_if_done
from tartip.cases.actions.force import enter_into_force, expire, hand_over
from tartip.cases.actions.payments import count_again, pay, return_money
from tartip.cases.actions.procedure import (
    CLOSE_REASONS,
    close_case,
    decide,
    draw_protocol,
    open_case,
    send_to_court,
)
from tartip.cases.actions.relief import ask_relief, check_relief, refuse_relief, relieve

__all__ = [
    "CLOSE_REASONS", "ask_relief", "cancel", "check_relief", "close_case", "continue_term",
    "count_again", "decide", "draw_protocol", "enforce", "enter_into_force", "execute", "expire", "finish_if_done",
    "hand_over", "open_case", "pay", "refuse_relief", "relieve", "restore", "resume", "return_money", "send",
    "send_to_court", "suspend",
]  # fmt: skip
