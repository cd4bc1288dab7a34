"""Finding what an address of the generated pages names."""

from __future__ import annotations

from tartip.core.acts import Act, Actor, NotFound
from tartip.core.people.rights import may_ever
from tartip.core.registers.register import REGISTERS, Register


def register_named(name: str) -> Register:
    """A register that has generated pages. Raises NotFound."""
    register = REGISTERS.get(name)
    if register is None or register.pages is None:
        raise NotFound(register="register", id=name)
    return register


def may_create(act: Act, actor: Actor) -> bool:
    """Whether the actor's role could do it, on shift where the act asks for that."""
    return may_ever(act, actor.role) and bool(act.may.test(actor, None))
