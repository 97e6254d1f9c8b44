# Two commands for a newcomer: `make demo` shows a visit, `make test` runs every test that CI runs.
.PHONY: demo test check bench lock docs clean prepare-demo prepare-test
PY := .venv/bin/python

demo: prepare-demo          ## a whole visit on this machine; pass options by ARGS="..."
	@$(PY) -m demo $(ARGS)

test: prepare-test          ## every test that CI runs
	@$(PY) -m pytest $(ARGS)

check: prepare-test         ## format, lint, types, import contracts, fast tests: under a minute
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@$(PY) -m docs.generate --check
	@$(PY) -m pytest -m "not slow" --quiet

bench: prepare-test         ## measure; one by ONLY=name; writes bench/out/NAME.json
	@$(PY) -m bench $(ONLY)

lock: prepare-test          ## pin every package again, with hashes (needs uv: pip install uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header --no-emit-index-url --quiet --output-file requirements.lock

docs: prepare-test          ## write the parts of docs/ that are made from code
	@$(PY) -m docs.generate

clean:                      ## remove what the other targets made
	rm -rf .venv build *.egg-info bench/out demo/out .mypy_cache .ruff_cache

prepare-demo:
	@setup/prepare demo

prepare-test:
	@setup/prepare test
