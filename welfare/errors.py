"""What is raised for people to read: a service that declines, a database that cannot run. Imports nothing."""


class Refusal(Exception):
    """A service declines; ``message`` is the Chinese sentence for the person who asked.

    ``field`` names the form field it concerns, empty for the whole form.
    """

    def __init__(self, message, *, field=""):
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self):
        return self.message


class ClusterError(Exception):
    """The embedded database cannot be had; the text says where and what to do."""
