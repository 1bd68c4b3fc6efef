# Every task in this repository, each with its own set-up in .venv; `make help` lists them.

SUBMISSIONS ?= tests/class
ROSTER ?=
OUT ?= reports/latest
ARGS ?=

PY := .venv/bin/python
# A file's tests stay together, as many of them share one run; folders keep their order, the long runs before the units.
SPREAD := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
NEEDS := pyproject.toml .ci/constraints.txt .ci/venv

export PYTHON

# A variable that nothing reads, as SUBMISSION=..., would leave the default in its place without a word. Only what was typed here
# counts: a make above passes its own variables on. What pip, Python and make themselves read may be typed too.
KNOWN := SUBMISSIONS ROSTER OUT ARGS PYTHON
READ_ELSEWHERE := PY SPREAD SHELL CI TMPDIR NO_COLOR MAKE% PIP_% PYTHON% TF_% KERAS_%
ifeq "$(MAKELEVEL)" "0"
TYPED := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
UNKNOWN := $(filter-out $(KNOWN) $(READ_ELSEWHERE),$(TYPED))
ifneq "$(UNKNOWN)" ""
$(error no target knows $(UNKNOWN); there are $(KNOWN), see `make help`)
endif
endif

.DEFAULT_GOAL := help
.PHONY: help score test quick coverage attack mistakes invariance lint bench release sample constraints clean
# One .venv serves all targets, and a run must not see packages come and go.
.NOTPARALLEL:

# A folder that was moved or copied has a .venv that points to the old place.
ifneq "$(shell cat .venv/.place 2>/dev/null)" "$(CURDIR)"
.PHONY: .venv/.score .venv/.dev
endif

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo 'SUBMISSIONS=folder and OUT=folder choose what is graded and where reports go, ROSTER=file says who is in the class,'
	@echo 'ARGS="..." adds options;'
	@echo 'PYTHON=/path/to/python3.12 chooses the Python that .venv is made with.'

score: .venv/.score ## Grade a class (SUBMISSIONS, or the tests' made-up one; ROSTER) and write reports (OUT)
	@$(PY) -m grader score "$(SUBMISSIONS)" --out "$(OUT)" $(if $(ROSTER),--roster "$(ROSTER)") $(ARGS)

test: .venv/.dev ## Run the tests
	@$(PY) -m pytest $(SPREAD) $(ARGS)

quick: .venv/.dev ## Run the tests that start no process, in about a minute
	@$(PY) -m pytest tests/unit tests/test_import_graph.py -n auto --maxprocesses 4 --dist worksteal --hypothesis-profile quick $(ARGS)

coverage: .venv/.dev ## Run the tests, and show which lines of grader/ they reach
	@mkdir -p build/coverage
	@$(PY) -m coverage erase
	@$(PY) -m coverage run -m pytest $(SPREAD) $(ARGS); ended=$$?; \
	  $(PY) -m coverage combine -q && $(PY) -m coverage report; exit $$ended

attack: .venv/.dev ## Try every attack in every mode of this machine, and print the table
	@$(PY) tests/attacks/show.py $(ARGS)

mistakes: .venv/.dev ## Show which public checks every known mistake fails, for 50 seeds; exit 1 if one passes
	@$(PY) tests/course/mistakes/show.py $(ARGS)

invariance: .venv/.dev ## Change made-up work in harmless ways, and check that no mark moves (ARGS="--count 2000 --seed 1")
	@$(PY) tests/tools/invariance/run.py $(ARGS)

lint: .venv/.dev ## Check style and types
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy

bench: .venv/.dev ## Measure what a submission costs, against the floor and against plain pytest
	@$(PY) tests/tools/bench/bench.py $(ARGS)

release: .venv/.score ## Make exercises/ from solutions/
	@$(PY) -m grader release $(ARGS)

sample: .venv/.score ## Remake reports/sample/ (it is committed)
	@rm -rf reports/sample
	@$(PY) -m grader score tests/class --seed 7 --out reports/sample $(ARGS)

constraints: ## Renew .ci/constraints.txt: the newest versions that fit together
	@sh .ci/constraints

clean: ## Remove .venv and caches; reports stay
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	@find grader tests solutions -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.score: $(NEEDS)
	@sh .ci/venv score,review
	@touch $@

.venv/.dev: $(NEEDS)
	@sh .ci/venv score,review,dask,dev
	@touch .venv/.score $@
