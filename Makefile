# Everything happens in .venv/; nothing needs to be activated.
#   make demo [SEED=n]   the main job: reject, harden, deploy, verify, replay
#   make test            fast tests       make test-slow   the rest
#   make check           lint, types, import rules
#   make bench           speed against plain loops      make docs   generated pages
#   make dist            sdist, wheel, verifier, SBOM   make dist-check   the wheel in empty environments

PYTHON ?= python3
SEED ?= 1
WORK ?= .seatrial/demo
export PIP_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Spinning threads cost many times the CPU on busy cores, and change bytes in training.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

# On Linux, PyPI's build of torch brings 3 GB of CUDA; with a GPU: make demo TORCH_INDEX=
ifeq ($(shell uname -s),Linux)
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
endif

BIN := .venv/bin

.PHONY: demo demo-table test test-slow check bench docs dist dist-check clean

demo: .venv/.demo
	$(BIN)/python examples/digits/demo.py --seed $(SEED) --work $(WORK)

demo-table: .venv/.demo
	$(BIN)/python examples/table/demo.py --seed $(SEED) --work $(WORK)-table

test: .venv/.test
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

test-slow: .venv/.test
	$(BIN)/python -m pytest -m slow

check: .venv/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy src/seatrial release

bench: .venv/.test
	for bench in benchmarks/speed/*.py; do $(BIN)/python $$bench || exit 1; done

docs: .venv/.docs
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/execute.py
	$(BIN)/mkdocs build --quiet

dist: .venv/.test
	$(BIN)/python -m release.dist

dist-check: dist
	$(BIN)/python -m release.empty --torch-index '$(TORCH_INDEX)'

clean:
	rm -rf .venv build dist site .seatrial

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "seatrial needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing; on Debian and Ubuntu: sudo apt-get install python3-venv"; exit 2; }
	$(PYTHON) -m venv .venv

.venv/.torch: .venv/bin/python constraints.txt
	@echo "installing torch and the rest into .venv: once, a minute or two"
	$(BIN)/pip install --quiet --no-deps $(if $(TORCH_INDEX),--retries 0 --extra-index-url $(TORCH_INDEX)) torch==2.13.0
	@touch $@

.venv/.demo: .venv/.torch pyproject.toml
	$(BIN)/pip install --quiet --editable '.[demo]'
	@touch $@

.venv/.test: .venv/.torch pyproject.toml
	$(BIN)/pip install --quiet --editable '.[test]'
	@touch $@ .venv/.demo

.venv/.lint: .venv/.torch pyproject.toml
	$(BIN)/pip install --quiet --editable '.[lint]'
	@touch $@ .venv/.test .venv/.demo

.venv/.docs: .venv/.torch pyproject.toml
	$(BIN)/pip install --quiet --editable '.[docs]'
	@touch $@ .venv/.test .venv/.demo
