from .code import BadCode as BadCode, pack as pack, pack_columns as pack_columns, unpack as unpack
from .frame import Frame as Frame
from .grammar import BadPlate as BadPlate, Kind as Kind, Plate as Plate, normalise as normalise, parse as parse
from .reader import BadCrop as BadCrop, ModelMissing as ModelMissing, Reader as Reader
from .vote import Decision as Decision, Gate as Gate, Refusal as Refusal, decide as decide, repair as repair
