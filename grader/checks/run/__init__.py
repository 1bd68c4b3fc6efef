"""Runs the check files as pytest tests, for one submission after the other.

This is a check's whole life:

1. **Collected.** `bench.with_checks` starts pytest on the exercise's check files. Each function ``check_NAME`` is a check, and
   each of its parametrised cases an item of it. Its docstring and marks become a `CheckPlan` (`collected`); whatever an author
   forgot is a CourseError here, before anything is graded.
2. **Rehearsed.** `plugin.Plugin` runs every item once on the solution. The fixtures ``student`` and ``expected`` look like the
   exercise's module (`asking`), and both are the solution now. Every call goes into the plan with its answer. The solution must
   pass. Then the plans work out what each known mistake would answer to the same calls, and the answers to the small cases of
   ``LADDER``. If a package holds the answers instead of a solution (`stored`), they are read, and this step is left out.
3. **Handed over.** pytest's session stays open while ``use`` has the bench. When a class is graded, the process forks here.
   A fork grades one submission, or one after the other: then `unchanged` looks whether check files kept anything of one for
   the next.
4. **Asked.** `bench` runs the items again, with a submission behind ``student``. The plugin finds the planned call and asks the
   `Trial`, which makes all calls of that function, each at most once: first those with parts replaced by stand-ins, then those
   by the reference. With these it picks the `Way` in which the check judges, and gives the answer and what it should have been.
5. **Reported.** The check function compares the two and raises `NotRight`, or what it asked for raised `StudentStopped`, or it
   returns. That is an `ItemReport`.
6. **Judged.** `judge.verdicts` makes the check's result from its items' reports, and the worst decides. If an answer was wrong,
   it looks for the one known mistake that answers alike (`judge.naming`) and for the smallest case that goes wrong
   (`judge.counterexample`). A check whose part has to be mended first says that instead. An item without a report, or a check
   that broke in a way that no submission can cause, is the grader's own fault: WorkerFault.
"""
