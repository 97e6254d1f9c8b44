# Two commands for a newcomer: `make demo` shows a visit, `make test` runs every test that CI runs.
.PHONY: help demo test check bench soak deb image installer image-tested image-test image-test-full lock docs clean prepare-demo prepare-test prepare-image
PY := .venv/bin/python
unexport PYTHONDONTWRITEBYTECODE  # the tests start hundreds of processes: each would compile everything anew

help:                       ## what can be made
	@sed -n 's/^\([a-z-]*\): .*## /  make \1\t/p' Makefile | expand -t 14

demo: prepare-demo          ## a whole visit on this machine; pass options by ARGS="..."
	@$(PY) -m demo $(ARGS)

test: $(if $(ARGS),prepare-test,check)  ## every test that CI runs, the fast ones first; pass options of pytest by ARGS="..."
	@$(PY) -m tests $(ARGS)

check: prepare-test         ## format, lint, types, import contracts, generated docs, fast tests, every branch of the rules: some three minutes on two cores
	@$(PY) -m tests.check

bench: prepare-test         ## measure; one by ONLY=name; writes bench/out/NAME.json
	@$(PY) -m bench $(ONLY)

soak: prepare-test          ## one call for 8 hours: what grows, and whether sound drifts; other lengths by BENCH_SOAK_S=seconds
	@BENCH_SOAK_S=$${BENCH_SOAK_S:-28800} $(PY) -m bench soak

deb: prepare-image          ## the laptop's Debian package, in build/deb: some minutes, and the builder's the first time
	@installer/package/build build/deb
	@installer/package/judge build/deb

image: deb                  ## the laptop's image, signed with keys for tests or those of VISIT_KEYS=folder, in build/image: some minutes more
	@installer/image/build build/deb/visit-kiosk_$$(installer/package/version)_amd64.deb $$(installer/package/version) build/image

installer: image            ## the stick of the bench that installs that image: build/image/stick.raw, by the same steps
	@ls -l build/image/stick.raw

image-tested: prepare-test prepare-image  ## make what the next tests, in build/image-test; they would do it otherwise
	@$(PY) -m tests.image

image-test: prepare-test prepare-image  ## install a virtual laptop and attack it: everything is emulated, and slow
	@$(PY) -m pytest --quiet -m "image and not image_full" $(or $(ARGS),tests/image)

image-test-full: prepare-test prepare-image  ## the same, with updates, cuts of power and faults of the installation: hours
	@$(PY) -m pytest --quiet -m image $(or $(ARGS),tests/image)

lock: prepare-test          ## pin every package again, with hashes
	@command -v uv > /dev/null || { echo "make lock needs uv; get it with: pip install uv" >&2; exit 1; }
	@uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header --no-emit-index-url --quiet --output-file requirements.lock
	@rm -f requirements-laptop.lock  # anew from the other, so that both always name the same versions
	@uv pip compile pyproject.toml --extra kiosk --constraint requirements.lock --python-version 3.13 \
	    --python-platform x86_64-manylinux_2_40 --generate-hashes \
	    --no-annotate --no-header --no-emit-index-url --quiet --output-file requirements-laptop.lock

docs: prepare-test          ## write the parts of docs/ that are made from code
	@$(PY) -m docs.generate

clean:                      ## remove what the other targets made
	@rm -rf .venv build *.egg-info bench/out demo/out .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .coverage

prepare-demo:
	@setup/prepare demo

prepare-test:
	@setup/prepare test

prepare-image:
	@setup/prepare image
