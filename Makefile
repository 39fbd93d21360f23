# What developers type; `make` alone prints it. Users have the command line: .venv/bin/top50 --help
.DEFAULT_GOAL := help
.PHONY: help demo sam test test-full soak test-job test-wheels test-glue6 test-containers check queries docs up down bench bench-full bench-check bench-sql lock clean

PYTHON ?= python3
VENV := .venv
LOCK := requirements-dev.txt
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
READY := $(VENV)/.ready
CODE := containers deploy docs glue_jobs tests top50
# The SAM CLI and the linters pin libraries of ours to versions of their own: each has an environment of its own.
SAM_READY := .venv-sam/.ready
LINT_READY := .venv-lint/.ready
IMAGES := extract trigger check
# The job's package and script, apart from their sources.
WHEELED := $(VENV)/wheeled
# A file's tests share what is dear to set up, and files run in the order of tests/conftest.py.
PYTEST = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
export COMPOSE_PROJECT_NAME ?= spotify-top50
COMPOSE = $(if $(shell docker compose version 2>/dev/null),docker compose,docker-compose)

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

define NEW_ENOUGH
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
endef

$(READY): $(LOCK) glue_jobs/requirements.txt $(wildcard containers/local_cloud/local_cloud/spark/*.*)
	@$(NEW_ENOUGH)
	@echo "Setting up $(VENV): Python packages and Java (about 1.5 GB and two minutes, once)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --require-hashes -r $(LOCK)
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m local_cloud.spark.install
	@$(BIN)/python -m job_wheels
	@$(BIN)/python -m local_cloud.class_archive
	@touch $@

$(SAM_READY) $(LINT_READY): .venv-%/.ready: requirements-%.txt
	@$(NEW_ENOUGH)
	@echo "Setting up .venv-$*: $(FOR_$*)"
	@rm -rf .venv-$*
	@$(PYTHON) -m venv .venv-$*
	@# The lock names all there is to install; pip itself stumbles over hashes and extras in one (boto3 and boto3[crt]).
	@.venv-$*/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r requirements-$*.txt
	@touch $@

FOR_sam := the SAM CLI (340 MB and about a minute, once)
FOR_lint := what checks template, images and workflows (450 MB, once)

demo: $(READY) ## Set up, then run the whole pipeline on this machine: no account, no Docker, no Java install
	@$(BIN)/top50 demo

sam: $(SAM_READY) ## Set up the SAM CLI, as `top50 deploy` does when it needs it

test: $(READY) $(SAM_READY) ## The tests, five minutes
	@$(PYTEST)

test-full: $(READY) $(SAM_READY) ## What `make test` leaves out: whole pipelines, one more detail each
	@$(PYTEST) -m "full and not containers"

soak: $(READY) ## Long sweeps: a crash at every single step (hours)
	@$(PYTEST) -m soak

test-job: $(READY)
	@$(PYTEST) tests/glue_jobs

test-wheels: $(READY) ## The job's tests on its package as Glue gets it, installed from the zip of wheels
	@rm -rf $(WHEELED) && mkdir -p $(WHEELED)
	@$(BIN)/python -m job_wheels $(WHEELED)/job.gluewheels.zip
	@cd $(WHEELED) && ../bin/python -m zipfile -e job.gluewheels.zip .
	@$(PIP) install --quiet --no-index --find-links $(WHEELED)/wheels --target $(WHEELED)/installed -r $(WHEELED)/wheels/requirements.txt
	@mkdir $(WHEELED)/script && cp glue_jobs/transform.py $(WHEELED)/script
	@JOB_PACKAGE=$(WHEELED)/installed PYTHONPATH=$(CURDIR)/$(WHEELED)/script:$(CURDIR)/$(WHEELED)/installed $(PYTEST) tests/glue_jobs

test-glue6: ## The Glue job's tests on Spark 4.1, which Glue 6.0 runs (an environment of its own)
	@$(MAKE) --no-print-directory VENV=.venv-glue6 LOCK=requirements-dev-glue6.txt test-job

test-containers: $(READY) $(SAM_READY) ## Build the images and run them: Lambda's by its emulator, all by docker compose (needs Docker)
	@$(BIN)/python -m pytest -m containers

check: $(READY) $(SAM_READY) $(LINT_READY) ## Lint, formatting, types, imports; the template, the state machine, SQL, workflows
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy $(foreach image,$(IMAGES) report,containers/$(image)/chart_$(image)) containers/local_cloud/local_cloud \
		deploy/job_wheels.py deploy/saved_queries.py docs/cli.py docs/images/make.py glue_jobs/transform.py top50
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/python tests/lint/sql.py
	@.venv-lint/bin/python tests/lint/pipeline.py
	@.venv-lint/bin/cfn-lint deploy/template.yaml
	@cd deploy && SAM_CLI_TELEMETRY=0 ../.venv-sam/bin/sam validate --region us-east-1
	@.venv-lint/bin/checkov --quiet --compact --skip-download --framework cloudformation --file deploy/template.yaml
	@.venv-lint/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.venv-lint/bin/zizmor --offline --quiet .github/workflows

queries: $(READY) ## Write the questions of deploy/queries into the template, as Athena's saved queries
	@$(BIN)/python -m saved_queries

docs: $(READY) ## Write docs/cli.md from the help of all commands
	@$(BIN)/python docs/cli.py

up: $(READY) ## The pipeline in containers, by docker compose, and the demo in it; it stays at port 4566 (or PORT=)
	@containers/base_images/make.sh
	@echo "Building the images (the first time some minutes)"
	@$(COMPOSE) build --quiet
	@$(COMPOSE) up --detach || { $(COMPOSE) logs cloud spotify; exit 1; }
	@$(BIN)/top50 demo --cloud http://127.0.0.1:$${PORT:-4566} --spotify http://$$($(COMPOSE) port spotify 8080)

down: ## Remove the containers of make up and what they hold
	@$(COMPOSE) --profile glue down --volumes --remove-orphans

bench: $(READY) ## Our job beside a tutorial's, DuckDB and the floor: some minutes, quiet machine
	@$(BIN)/python tests/benchmarks

bench-full: $(READY) ## The same with a year of 74 charts too: about an hour
	@$(BIN)/python tests/benchmarks --files 1 2000 27010

bench-check: $(READY) ## Compare with the page: fails where a ratio is more than 1.25 times as high
	@$(BIN)/python tests/benchmarks --check

bench-sql: $(READY) ## Bytes and files that each view and question reads on a year of 74 charts (minutes the first time)
	@$(BIN)/python tests/benchmarks/bench_sql.py

lock: $(READY) ## Write the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group dev -o requirements-dev.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group dev-glue6 -o requirements-dev-glue6.txt
	@for group in sam lint; do \
		$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
			--group $$group -o requirements-$$group.txt || exit 1; \
	done
	@for image in $(IMAGES); do \
		$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.13 \
			--constraint requirements-dev.txt --group $$image -o containers/$$image/requirements.txt || exit 1; \
	done
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--constraint requirements-dev.txt --group transform -o glue_jobs/requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--constraint requirements-dev.txt --group local-cloud-image -o containers/local_cloud/requirements.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.13 \
		--group lambda-runtime -o containers/base_images/lambda_python/runtime.txt

clean: ## Remove everything that set-up, demo and tests made
	@rm -rf .venv .venv-glue6 .venv-sam .venv-lint deploy/.aws-sam .local_cloud .pytest_cache .mypy_cache .ruff_cache .hypothesis
