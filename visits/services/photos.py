"""Photos of a visit."""

from django.core.files.base import ContentFile
from django.db import transaction

from visits.models import Photo
from visits.services.visits import lock_open
from welfare import audit, images
from welfare.errors import Refusal

MOST_PHOTOS = 20


@transaction.atomic
def add(*, visit, file, caption, by, at):
    """Keep a photo of a visit, redrawn without position or camera data. Returns the Photo.

    Open to members of the team from the visit's day until the visit is confirmed. Raises Refusal in words for anything
    that is no usable picture, and for more than twenty.
    """
    locked = lock_open(visit, by, at)
    if locked.photos.count() >= MOST_PHOTOS:
        raise Refusal(f"一次走访最多保存 {MOST_PHOTOS} 张照片。", field="file")
    try:
        cleaned = images.clean_photo(file)
    except images.Refused as refused:
        raise Refusal(str(refused), field="file") from refused
    photo = Photo(visit=locked, caption=caption.strip()[:100], taken_by=by, taken_at=at)
    photo.file.save("photo.jpg", ContentFile(cleaned), save=False)
    photo.save()
    audit.record(
        action="photo.add", label="上传走访照片", by=by, at=at, target=photo, organisation=locked.organisation
    )
    return photo
