"""What can go wrong, and whose business it is.

GraderError
├── UsageError       the command was wrong: one line, exit 2, nothing was run
├── UnreadableWork   a file can't be read: that submission says so, the run goes on
├── CourseError      an author's slip in a file of the course: one line, exit 2, nothing was graded
├── OutputError      a file can't be written (a full disk, say): one line that names it, exit 1
└── WorkerFault      the grader itself failed: the points stay open, exit 1
"""


class GraderError(Exception):
    """Base of every error that the grader raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the one line that says what to do, without the grader's own lines above it."""
        return [f"{type(self).__name__}: {self}"]


class UsageError(GraderError):
    """The command can't be carried out as it was given."""


class UnreadableWork(GraderError):
    """A submitted file can't be read; the text is the reason, for the student.

    It is not ``repeatable`` if the process that read it ended or took too long: on another day it might not.
    """

    def __init__(self, why: str, *, repeatable: bool = True) -> None:
        super().__init__(why)
        self.repeatable = repeatable


class CourseError(GraderError):
    """A file of the course breaks a rule; the text names the file and the way out. Whoever runs the command is not at fault."""


class OutputError(GraderError):
    """Something can't be written; the text names the path and the reason."""


class WorkerFault(GraderError):
    """The grader, not the submission, failed."""
