"""Signature strokes for rehearsals: wavy lines, different for every name, the same for the same name."""

import base64
import hashlib
import io
import random

from PIL import Image, ImageDraw

SIZE = (600, 200)


def signature_png(name):
    """PNG bytes of a made-up signature for ``name``: dark strokes on a transparent ground."""
    chance = random.Random(hashlib.sha256(name.encode()).digest())
    image = Image.new("RGBA", SIZE, (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    width = SIZE[0] // max(len(name), 1)
    for place in range(len(name)):
        left = place * width + 20
        for _stroke in range(chance.randint(4, 6)):
            points = [(left + chance.randint(0, width - 40), chance.randint(30, 170))]
            for _turn in range(chance.randint(2, 4)):
                x, y = points[-1]
                points.append(
                    (
                        min(max(x + chance.randint(-70, 90), left), left + width - 30),
                        min(max(y + chance.randint(-60, 60), 20), 180),
                    )
                )
            draw.line(points, fill=(20, 24, 40, 255), width=chance.randint(4, 7), joint="curve")
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def signature_data_url(name):
    """The same as the signing pad sends it: a ``data:image/png;base64`` address."""
    return "data:image/png;base64," + base64.b64encode(signature_png(name)).decode()
