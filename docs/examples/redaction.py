"""Cover a face and a plate, keep the reported car readable, see what the report says: var/examples/redaction.png."""

from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np

from tartip.engines.redaction import RedactionParams, Region, redact_photo
from tartip.engines.redaction.tests.made import head, paste, plate, road

root = Path(__file__).parents[2]
street = road(960, 540)  # made; a real photo is read the same way: Path("photo.jpg").read_bytes()
paste(street, head(120)[0], 120, 60)
paste(street, plate(180), 560, 120)
paste(street, plate(220), 560, 380)
photo = cv2.imencode(".jpg", street)[1].tobytes()

reported = Region(x=540, y=360, width=280, height=100)  # the car the citizen complains about
result = redact_photo(photo, RedactionParams(keep=(reported,)))
for cover in result.report.covers:
    print(cover.kind, cover.x, cover.y, cover.width, cover.height)
print(result.report.kept, "plate left readable on request;", result.report.params)

covered = cv2.imdecode(np.frombuffer(result.data, np.uint8), cv2.IMREAD_COLOR)
_, (before, after) = plt.subplots(2, 1, figsize=(7, 8))
for place, picture, title in ((before, street, "taken in"), (after, covered, "shown")):
    place.imshow(picture[:, :, ::-1])
    place.set_title(title)
    place.axis("off")
(root / "var/examples").mkdir(parents=True, exist_ok=True)
plt.savefig(root / "var/examples/redaction.png", dpi=100, bbox_inches="tight")
