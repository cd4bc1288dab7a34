"""Lines, devices, masts and travels: everything that stays while days go by. Drawn once from the seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tartip.simulation.generators.cdr.box_lines import box_lines
from tartip.simulation.generators.cdr.numbering import ACCESS, HOME, INTERNATIONAL_TRUNKS, OPERATORS
from tartip.simulation.generators.cdr.params import NetworkParams, Role

if TYPE_CHECKING:
    import pyarrow as pa

    from tartip.engines.screening import Lists, Trunk

Ints = NDArray[np.int64]
HANDSETS: Final = tuple(35_000_000 + 7_919 * i for i in range(1, 60))  # invented type codes of telephones
GATEWAYS: Final = (86_112_233, 86_445_566, 35_912_300)  # invented type codes of GSM gateways
CONTACTS: Final = 12
_STREAM_WORLD: Final = 1


def stream(seed: int, *keys: int) -> np.random.Generator:
    """A generator of its own for each part and day, so that no part disturbs another."""
    return np.random.default_rng(np.random.SeedSequence([seed, *keys]))


@dataclass(frozen=True, slots=True)
class Lines:
    """One row per SIM; persons come first, box SIMs last. `first_day`/`last_day`: in use, last exclusive."""

    number: Ints
    imsi: Ints
    imei: Ints
    operator: Ints
    activated: Ints
    home: Ints
    work: Ints
    rate: NDArray[np.float64]
    role: Ints
    box: Ints
    first_day: Ints
    last_day: Ints

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class World:
    """A network and its people, boxes included. `away` bool[persons, days]: the person is abroad that day."""

    params: NetworkParams
    seed: int
    lines: Lines
    ported: Ints  # line indexes that left the operator of their prefix
    away: NDArray[np.bool_]
    masks: Ints
    mimicry: NDArray[np.float64]  # per box
    box_cells: Ints  # int64[boxes, 4]

    @cached_property
    def registry(self) -> pa.Table:
        """What an operator knows of its lines (no truth): number, imsi, operator, activated (day), prepaid."""
        import pyarrow as pa

        lines = self.lines
        columns = {"number": lines.number, "imsi": lines.imsi, "operator": lines.operator.astype(np.int8)}
        return pa.table({**columns, "activated": lines.activated.astype(np.int32)})

    @cached_property
    def truth(self) -> pa.Table:
        """The answer: role and box (-1: none) of every line."""
        import pyarrow as pa

        lines = self.lines
        return pa.table({"number": lines.number, "role": lines.role.astype(np.int8), "box": lines.box.astype(np.int32)})

    def trunks(self) -> dict[int, Trunk]:
        from tartip.engines.screening import Ingress, Trunk

        abroad = {trunk: Trunk(Ingress.INTERNATIONAL) for trunk in range(1, INTERNATIONAL_TRUNKS + 1)}
        return abroad | {ACCESS + operator: Trunk(Ingress.SUBSCRIBER, operator) for operator in OPERATORS}

    def lists(self, day: int) -> Lists:
        """Registers and portability as they stand on one day: input of the screening tables."""
        from tartip.engines.screening import Lists, Ported, Register

        now = self.params.first_day_ms + (day + 1) * 86_400_000
        persons = np.flatnonzero(self.away[:, day])
        operators = self.lines.operator[persons]
        registers = {
            operator: Register(np.sort(self.lines.number[persons[operators == operator]]), now)
            for operator in OPERATORS
        }
        moved = Ported(self.lines.number[self.ported], self.lines.operator[self.ported].astype(np.uint8))
        return Lists(roamers=registers, ported=moved)


def build_world(params: NetworkParams, seed: int) -> World:
    """Draw the network. The same parameters and seed give the same world, byte for byte."""
    rng = stream(seed, _STREAM_WORLD)
    persons = params.persons
    sizes = [persons, *(round(share * persons) for share in (params.centre_lines, params.couriers, params.machines))]
    role = np.repeat([Role.PERSON, Role.CENTRE, Role.COURIER, Role.MACHINE], sizes)
    count = len(role)
    box_of, first, last, mimicry, cells = box_lines(params, rng)
    total = count + len(box_of)
    operator = rng.integers(1, len(OPERATORS) + 1, total)
    number = _numbers(operator, rng)
    ported = np.flatnonzero(rng.random(count) < params.ported)
    operator[ported] = operator[ported] % len(OPERATORS) + 1
    rate = params.calls * rng.lognormal(-0.32, 0.8, count)  # mean 1
    rate[role == Role.CENTRE] = rng.uniform(100, 400, sizes[1])
    rate[role == Role.COURIER] = rng.uniform(40, 120, sizes[2])
    rate[role == Role.MACHINE] = rng.uniform(0.2, 3.0, sizes[3])
    home = rng.integers(1, params.cells + 1, total)
    work = np.where(np.isin(role, (Role.CENTRE, Role.MACHINE)), home[:count], rng.integers(1, params.cells + 1, count))
    shared = rng.random(len(box_of)) >= mimicry[box_of]  # a plain box shows its own device code
    lines = Lines(
        number=number,
        imsi=401_000_000_000_000 + operator * 10**12 + rng.permutation(total) + 10**9,
        imei=np.concatenate((_imei(HANDSETS, count, rng), _box_imei(box_of, shared, rng))),
        operator=operator,
        activated=np.concatenate((-rng.integers(5, 2500, count), first - rng.integers(0, 4, len(box_of)))),
        home=np.concatenate((home[:count], cells[box_of, 0])),
        work=np.concatenate((work, cells[box_of, 1])),
        rate=np.concatenate((rate, np.zeros(len(box_of)))),
        role=np.concatenate((role, np.full(len(box_of), Role.BOX))).astype(np.int64),
        box=np.concatenate((np.full(count, -1), box_of)),
        first_day=np.concatenate((np.zeros(count, np.int64), first)),
        last_day=np.concatenate((np.full(count, params.days), last)),
    )
    span = 1 << (persons.bit_length() - 1)
    masks = rng.integers(1, span, CONTACTS)
    return World(params, seed, lines, ported, _travels(params, rng), masks, mimicry, cells)


def _numbers(operator: Ints, rng: np.random.Generator) -> Ints:
    """Different numbers inside the prefixes of each operator: a multiplication modulo a power of ten is one-to-one."""
    number = np.zeros(len(operator), np.int64)
    for key, prefixes in OPERATORS.items():
        mine = np.flatnonzero(operator == key)
        order = np.arange(len(mine))
        shift = int(rng.integers(10**7))
        prefix = np.array(prefixes)[order % len(prefixes)]
        number[mine] = HOME + prefix * 10**7 + (order // len(prefixes) * 7_654_321 + shift) % 10**7
    return number


def _imei(types: tuple[int, ...], count: int, rng: np.random.Generator) -> Ints:
    """Device codes of 15 digits: type, serial number, Luhn digit."""
    body = np.array(types)[rng.integers(0, len(types), count)] * 10**6 + rng.integers(0, 10**6, count)
    return with_luhn(body)


def with_luhn(body: Ints) -> Ints:
    """Append the Luhn check digit to numbers of 14 digits."""
    total = np.zeros(len(body), np.int64)
    rest = body.copy()
    for place in range(14):
        digit = rest % 10 * (2 if place % 2 == 0 else 1)
        total += digit // 10 + digit % 10
        rest //= 10
    return body * 10 + (-total) % 10


def _box_imei(box_of: Ints, shared: NDArray[np.bool_], rng: np.random.Generator) -> Ints:
    own = _imei(HANDSETS, len(box_of), rng)
    boxes = int(box_of.max(initial=-1)) + 1
    return np.where(shared, _imei(GATEWAYS, boxes, rng)[box_of], own)


def _travels(params: NetworkParams, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Trips of a week on average; on any day about the share `abroad` of the persons is away."""
    away = np.zeros((params.persons, params.days), bool)
    length = 7
    trips = rng.poisson(params.abroad * params.persons * (params.days + length) / length)
    who = rng.integers(0, params.persons, trips)
    start = rng.integers(-length, params.days, trips)
    days = rng.geometric(1 / length, trips)
    for person, first, span in zip(who, start, days, strict=True):
        away[person, max(first, 0) : max(first + span, 0)] = True
    return away
