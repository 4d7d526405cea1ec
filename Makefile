# `make demo` shows the main job, `make test` checks everything; CONTRIBUTING.md says the rest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Commands that tests call, with Debian's name of the package that holds each.
TOOLS := qpdf:qpdf pdfsig:poppler-utils pdftoppm:poppler-utils openssl:openssl zbarimg:zbar-tools mutool:mupdf-tools

.PHONY: help demo test lint oracle soak bench corpus clean

help:
	@printf '%s\n' \
	  'make demo               sign and verify a letter; needs nothing but Python 3.11 and the package registry' \
	  'make test               lint, types, floors, tests (installs what is missing; as root also Debian packages)' \
	  'make lint               lint, types and floors only' \
	  'make oracle CORPUS=DIR  compare our reader with qpdf over every PDF in DIR' \
	  'make soak               search 20 000 mutated files, sign 5 000; only foreseen refusals may come out' \
	  'make bench              ratios against other libraries' \
	  'make corpus             make corpus/files/ again (needs LibreOffice, Chromium, pdfTeX, qpdf, mutool)' \
	  'make clean              remove .venv and what the other targets left'

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
	  echo "esign_core needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo not there). Name one that fits: make PYTHON=python3.12 ..." >&2
	  exit 1
	}
	echo 'Making $(VENV)'
	$(PYTHON) -m venv --clear '$(VENV)'
	$(PIP) install --quiet --upgrade 'pip>=25.1'
	touch '$@'

$(VENV)/.cli: $(VENV)/.created pyproject.toml
	@echo 'Installing esign_core into $(VENV)'
	$(PIP) install --quiet --editable '.[cli]'
	touch '$@'

$(VENV)/.dev: $(VENV)/.created pyproject.toml
	@echo 'Installing esign_core and what its tests need into $(VENV)'
	$(PIP) install --quiet --editable '.[cli]' --group dev
	touch '$@' '$(VENV)/.cli'

$(VENV)/.corpus: $(VENV)/.cli
	@$(PIP) install --quiet --group corpus
	touch '$@'

demo: $(VENV)/.cli
	@$(BIN)/python -m demo

define LINT
	step='ruff check';  $(BIN)/ruff check .
	step='ruff format'; $(BIN)/ruff format --check .
	step='mypy';        $(BIN)/mypy
	step='import-linter'; $(BIN)/lint-imports --no-logo --cache-dir .import_linter_cache
endef

lint: $(VENV)/.dev
	@trap 'code=$$?; [ $$code = 0 ] && echo "make lint: passed" || echo "make lint: FAILED at $$step"' EXIT
	$(LINT)

test:
	@step='installation'; told=''
	trap 'code=$$?; [ $$code = 0 ] && echo "make test: passed: style, types, floors; $$told" || echo "make test: FAILED at $$step"' EXIT
	missing=()
	for pair in $(TOOLS); do
	  command -v "$${pair%%:*}" >/dev/null || missing+=("$${pair##*:}")
	done
	# poppler draws Helvetica, which many test pages use without a font, with what has the same widths
	fc-list 2>/dev/null | grep -qiE 'helvetica|nimbus|liberation|arimo' || missing+=(fontconfig fonts-liberation)
	if [ $${#missing[@]} != 0 ]; then
	  step='system packages'
	  if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	    echo "These packages are missing: $${missing[*]}. Install them (Debian, as root: apt-get install $${missing[*]}) and run make test again." >&2
	    exit 1
	  fi
	  echo "Installing $${missing[*]}"
	  apt-get update -qq
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null
	fi
	step='installation'
	$(MAKE) --silent '$(VENV)/.dev'
	$(LINT)
	step='pytest'
	$(BIN)/python -m pytest -n auto --cov --cov-report=term | tee '$(VENV)/pytest.log'
	told=$$(tail -n 1 '$(VENV)/pytest.log' | tr -d '=' | xargs)
	step='coverage of the reader (all branches of pdf/)'
	$(BIN)/coverage report --include='src/esign_core/pdf/*' --fail-under=100

oracle: $(VENV)/.dev
	@[ -n '$(CORPUS)' ] || { echo 'Which folder? make oracle CORPUS=DIR' >&2; exit 2; }
	$(BIN)/python -m tests.oracle '$(CORPUS)'

soak: $(VENV)/.dev
	@$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak_sign

$(VENV)/.bench: $(VENV)/.dev
	@$(PIP) install --quiet --group bench
	touch '$@'

bench: $(VENV)/.bench
	@$(BIN)/python -m benchmarks sign find place verify

corpus: $(VENV)/.corpus
	@$(BIN)/python -m corpus.generate

clean:
	@rm -rf '$(VENV)' build dist out .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
