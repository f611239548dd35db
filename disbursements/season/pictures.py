"""Photos for rehearsals: a sheet of paper on a board, a little different for every notice."""

import io
import random

from PIL import Image, ImageDraw

SIZE = (640, 480)


def wall_photo(number, kind="wall"):
    """A made-up photo of notice ``number`` on the wall (or where ``kind`` says), as a file to read."""
    chance = random.Random(f"{number} {kind}")
    image = Image.new("RGB", SIZE, (chance.randint(150, 190), chance.randint(135, 160), 120))
    draw = ImageDraw.Draw(image)
    left, top = 180 + chance.randint(-30, 30), 60 + chance.randint(-20, 20)
    draw.rectangle((left, top, left + 280, top + 360), fill=(250, 248, 240), outline=(120, 110, 100))
    draw.rectangle((left + 50, top + 24, left + 230, top + 40), fill=(60, 50, 45))
    for line in range(14):
        width = chance.randint(150, 230)
        draw.rectangle(
            (left + 24, top + 70 + line * 19, left + 24 + width, top + 75 + line * 19), fill=(110, 105, 100)
        )
    target = io.BytesIO()
    image.save(target, "JPEG", quality=85)
    target.seek(0)
    return target
