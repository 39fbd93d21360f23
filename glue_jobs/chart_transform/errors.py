"""What can go wrong, and who acts.

TransformError            the job cannot do its work: it exits non-zero and loses nothing
├── FileChangedError      a file changed since it was listed: it stays where it is for the next run
└── RawFileError          a raw file cannot be loaded: it goes to quarantine, with this as the reason
"""

# What to do about a raw file for which there is nothing better to say.
FIX_IT = "extract the chart again, or fix the file and land it under raw/to_processed/"


class TransformError(Exception):
    """The job cannot do its work."""


class FileChangedError(TransformError):
    """A file changed since it was listed."""


class RawFileError(TransformError):
    """A raw file cannot be loaded.

    ``place`` is where in the file (``pages[0].items[3].track.name``, ``line 1 column 9``), ``action`` what a person
    does about it.
    """

    def __init__(self, problem: str, place: str, action: str = "") -> None:
        super().__init__(f"{place}: {problem}")
        self.problem = problem
        self.place = place
        self.action = action or FIX_IT
