from .arithmetic import Arithmetic as Arithmetic, explain as explain
from .batch import pair_passes as pair_passes
from .params import PairingParams as PairingParams
from .parquet import pair_parquet as pair_parquet
from .reads import PASSES as PASSES, BadPasses as BadPasses
from .reasons import Reason as Reason
from .result import Pairs as Pairs
from .sections import (
    MissingLength as MissingLength,
    Place as Place,
    Section as Section,
    Sections as Sections,
    UnknownSection as UnknownSection,
    UnsortedSections as UnsortedSections,
)
from .stream import PairingStream as PairingStream, Pushed as Pushed
