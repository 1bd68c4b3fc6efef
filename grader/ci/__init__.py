"""What a CI system shows of the public checks: summaries, annotations, outputs and result files.

Nothing here grades. Each system has a module with ``show(run, environ, out) -> int``: ``run`` is what the public checks found,
``environ`` the job's environment (its files are named there), ``out`` its log; the answer is the exit code of the job.
"""
