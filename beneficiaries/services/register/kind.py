"""What a kind of register says to the engine."""

from beneficiaries.enums import ImportKind
from welfare import crypto, masking


class Kind:
    """One kind of register. Subclasses say what their rows are (``subject``); the engine does the rest.

    ``values`` are the SQL types of the staged values by key, ``numbers`` the slots of ``staging.NUMBERS``
    by key. ``meets`` and ``joins`` add to ``import_work`` what a row meets on file; ``is_known`` must be
    among it. ``place`` is the key of the column that names an organisation.
    """

    code: ImportKind
    subject = "人员"
    values: dict
    numbers: dict
    place = "community"
    place_levels = ()
    is_place_required = True
    meets = ""
    joins = ""
    own_tables = ()

    def prepare(self, values, bad):
        """Complete the values of one read row, by itself. Returns [(key, reason)]; ``bad`` are keys in error."""
        return []

    def check_file(self, work):
        """Note what contradicts another row of the file."""

    def check_registry(self, work):
        """Note what the registry forbids. Of people outside the upload's organisation nothing is told."""

    def check_rest(self, work):
        """Note what follows from the faults found so far."""

    def compare(self, work):
        """Note which cells of the good rows differ from what is on file."""

    def remarks(self, work):
        """Sentences for the preview about the file as a whole."""
        return []

    def labels(self):
        """{key: function from the text of a changed value to what is shown}."""
        return {}

    def write(self, work, *, by, at):
        """Write the good rows, in a constant number of statements."""
        raise NotImplementedError


def of_choices(choices):
    """A label function for a choices class or a dict."""
    known = {str(value): label for value, label in getattr(choices, "choices", choices)}
    return lambda text: str(known.get(text, text))


def yes_or_no(text):
    return "是" if text in ("true", "t") else "否"


def hidden(mask):
    """A label function for a number: ``text`` is its ciphertext in hex."""
    return lambda text: mask(crypto.decrypt(bytes.fromhex(text)))


def card(text):
    """``bank|ciphertext`` as 农村信用社 ****0938."""
    cipher, _bar, bank = text.partition("|")
    return f"{bank} {masking.mask_bank(crypto.decrypt(bytes.fromhex(cipher)))}"
