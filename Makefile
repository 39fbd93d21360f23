# Every command of the project. `make` alone prints them.
.DEFAULT_GOAL := help
.PHONY: help demo run doctor authorize fill-playlist add-csv backfill purge sql report check-lake cloud test test-full test-job test-glue6 test-containers check queries deploy destroy invoke status logs drop-tables redrive reprocess up down bench bench-full bench-sql lock clean

PYTHON ?= python3
VENV := .venv
LOCK := requirements-dev.txt
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
READY := $(VENV)/.ready
CODE := containers deploy glue_jobs tests
# The SAM CLI and the linters pin libraries of ours to versions of their own: each has an environment of its own.
SAM_READY := .venv-sam/.ready
LINT_READY := .venv-lint/.ready
IMAGES := extract trigger check
# A file's tests share what is dear to set up, and files run in the order of tests/conftest.py.
PYTEST = $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
export COMPOSE_PROJECT_NAME ?= spotify-top50
COMPOSE = $(if $(shell docker compose version 2>/dev/null),docker compose,docker-compose)
# As it stands: Athena has names with a $ in them.
override Q := $(value Q)
export Q
override EVENT := $(value EVENT)
export EVENT
# boto3 reads AWS_DEFAULT_REGION and nothing else; for AWS's other tools AWS_REGION stands before it.
ifneq ($(AWS_REGION),)
export AWS_DEFAULT_REGION := $(AWS_REGION)
endif
export PYTHONPATH := containers/local_cloud:deploy
CHART_STACK := .venv-sam/bin/python -m chart_stack --stack "$${STACK:-spotify-top50}"

# Named on make's own command line: PORT or STACK may mean something else in an environment.
GIVEN = $(filter command,$(origin $(1)))

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

define NEW_ENOUGH
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
endef

$(READY): $(LOCK) containers/local_cloud/s3a-jars.txt $(wildcard containers/local_cloud/local_cloud/spark/*.py)
	@$(NEW_ENOUGH)
	@echo "Setting up $(VENV): Python packages, Java and Spark's S3 jars (about 2 GB and two minutes, once)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --require-hashes -r $(LOCK)
	@$(PIP) download --quiet --require-hashes --no-deps --no-binary :all: -d $(VENV)/sdist -r containers/local_cloud/s3a-jars.txt
	@$(BIN)/python -m local_cloud.spark.install $(VENV)/sdist/*.tar.gz
	@rm -rf $(VENV)/sdist
	@$(BIN)/python -m local_cloud.spark.archive
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
FOR_lint := what looks at template, images and workflows (450 MB, once)

demo: $(READY) ## The whole pipeline on this machine: no account, no Docker, no Java install; CATALOG=projection
	@$(BIN)/python -m local_cloud.commands.demo $(if $(call GIVEN,DATE),--date "$$DATE") \
		$(if $(call GIVEN,CATALOG),--catalog "$$CATALOG")

run: $(READY) ## The same against the real Spotify, with the credentials in .env
	@$(BIN)/python -m local_cloud.commands.run

doctor: $(READY) ## Say whether Spotify would give make run its charts; if not, why, and what to do
	@PYTHONPATH=containers/extract $(BIN)/python -m chart_tools.doctor

authorize: $(READY) ## Consent in the browser, twice a year; kept in .env, or for AWS with STACK= or SECRET= (WRITE=1, PORT=)
	@PYTHONPATH=containers/extract $(BIN)/python -m chart_tools.authorize $(if $(filter 1,$(WRITE)),--write) \
		$(if $(call GIVEN,PORT),--port "$$PORT") $(if $(call GIVEN,SECRET),--secret "$$SECRET") \
		$(if $(call GIVEN,STACK),--stack "$$STACK")

fill-playlist: $(READY) ## Put a chart into a playlist of yours: PLAYLIST=<its URL> FROM=<chart's CSV or list>; APPLY=1 does it
	@PYTHONPATH=containers/extract $(BIN)/python -m chart_tools.fill_playlist --playlist "$$PLAYLIST" --from "$$FROM" \
		$(if $(SIZE),--size "$$SIZE") $(if $(filter 1,$(APPLY)),--apply)

backfill: $(READY) ## Older raw files into the lake used last, or STACK=: DIR=<folder or s3://...>; CHART=us; APPLY=1 does it
	@PYTHONPATH="$$PYTHONPATH:glue_jobs" $(BIN)/python -m local_cloud.commands.backfill --dir "$$DIR" \
		$(if $(call GIVEN,CHART),--chart "$$CHART") $(if $(call GIVEN,STACK),--stack "$$STACK") $(if $(filter 1,$(APPLY)),--apply)

purge: $(READY) ## Remove all dates before one for good, raw and lake: BEFORE=2026-01-01; the lake used last, or STACK=; YES=1
	@PYTHONPATH="$$PYTHONPATH:glue_jobs" $(BIN)/python -m local_cloud.commands.purge --before "$$BEFORE" \
		$(if $(call GIVEN,STACK),--stack "$$STACK") $(if $(and $(call GIVEN,YES),$(filter 1,$(YES))),--yes)

add-csv: $(READY) ## Add a chart's CSV of charts.spotify.com, FILE=regional-...csv, to the lake used last, or with STACK= on AWS
	@PYTHONPATH=containers/extract:$$PYTHONPATH $(BIN)/python -m local_cloud.commands.add_csv \
		$(if $(call GIVEN,STACK),--stack "$$STACK") -- "$$FILE"

sql: $(READY) ## Ask the lake used last: make sql Q="select * from chart_load", or FILE=deploy/queries/...
	@$(BIN)/python -m local_cloud.commands.sql $(if $(FILE),--file "$$FILE") $(if $(filter 1,$(CSV)),--csv) -- "$$Q"

report: $(READY) ## One HTML file on a chart: the lake used last, or STACK= on AWS; CHART=global, OUT=report.html
	@$(BIN)/python -m local_cloud.commands.html_report $(if $(CHART),--chart "$$CHART") $(if $(OUT),--out "$$OUT") \
		$(if $(call GIVEN,STACK),--stack "$$STACK")

check-lake: $(READY) ## The checks again, on the lake used last
	@$(BIN)/python -m local_cloud.commands.check_lake

cloud: $(READY) ## Keep the local cloud running, for the AWS CLI and any boto3 program
	@$(BIN)/python -m local_cloud.commands.serve

test: $(READY) $(SAM_READY) ## All tests
	@$(PYTEST)

test-full: $(READY) $(SAM_READY) ## All tests and the long sweeps: a crash at every single step
	@$(PYTEST) -m "not containers"

test-job: $(READY)
	@$(PYTEST) tests/glue_jobs

test-glue6: ## The Glue job's tests on Spark 4.1, which Glue 6.0 runs (an environment of its own)
	@$(MAKE) --no-print-directory VENV=.venv-glue6 LOCK=requirements-dev-glue6.txt test-job

test-containers: $(READY) $(SAM_READY) ## Build the images and run them: Lambda's by its emulator, all by docker compose (needs Docker)
	@$(BIN)/python -m pytest -m containers

check: $(READY) $(SAM_READY) $(LINT_READY) ## Lint, formatting, types; the template, the state machine, SQL, workflows
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/mypy $(foreach image,$(IMAGES),containers/$(image)/chart_$(image)) containers/extract/chart_tools containers/local_cloud/local_cloud \
		deploy/chart_stack deploy/saved_queries.py glue_jobs/transform.py
	@$(BIN)/python tests/lint/sql.py
	@.venv-lint/bin/python tests/lint/pipeline.py
	@.venv-lint/bin/cfn-lint deploy/template.yaml
	@cd deploy && SAM_CLI_TELEMETRY=0 ../.venv-sam/bin/sam validate --region us-east-1
	@.venv-lint/bin/checkov --quiet --compact --skip-download --framework cloudformation --file deploy/template.yaml
	@.venv-lint/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@.venv-lint/bin/zizmor --offline --quiet .github/workflows

queries: $(READY) ## Write the questions of deploy/queries into the template, as Athena's saved queries
	@$(BIN)/python -m saved_queries

deploy: $(SAM_READY) ## Build the images, then create or update the stack (STACK=..., ARGS= for sam deploy); asks the first time
	@$(CHART_STACK) deploy --more="$$ARGS"

destroy: $(SAM_READY) ## Remove the stack; charts and credentials stay, and it says where
	@$(CHART_STACK) destroy --more="$$ARGS"

invoke: $(SAM_READY) ## Extract now, on AWS: all charts, or EVENT='{"charts": ["global"]}'
	@$(CHART_STACK) invoke --event="$$EVENT"

status: $(SAM_READY) ## The last runs on AWS and what each did (LAST=10)
	@$(CHART_STACK) status --last="$${LAST:-10}"

logs: $(SAM_READY) ## What functions, job and state machine wrote on AWS (SINCE=1h)
	@$(CHART_STACK) logs --since="$${SINCE:-1h}"

drop-tables: $(SAM_READY) ## Before CatalogMode becomes projection, on AWS: the crawler's tables out of the catalog
	@$(CHART_STACK) drop-tables

redrive: $(SAM_READY) ## Dead letters back to the trigger, on AWS
	@$(CHART_STACK) redrive

reprocess: $(SAM_READY) ## Rebuild dates on AWS from the raw files: make reprocess FROM=2026-11-01 TO=2026-11-22
	@$(CHART_STACK) reprocess --from="$$FROM" --to="$$TO"

up: ## The pipeline in containers, by docker compose, and the demo in it; then it goes on at port 4566 (or PORT=)
	@containers/base_images/make.sh
	@echo "Building the images (the first time some minutes)"
	@$(COMPOSE) build --quiet
	@$(COMPOSE) up --detach || { $(COMPOSE) logs cloud spotify; exit 1; }
	@$(COMPOSE) exec $$(test -t 0 || echo -T) cloud python -m local_cloud.commands.compose_demo \
		--cloud http://cloud:4566 --spotify http://spotify:8080 --published http://127.0.0.1:$${PORT:-4566}

down: ## Remove the containers of make up and what they hold
	@$(COMPOSE) --profile glue down --volumes --remove-orphans

bench: $(READY) ## Our job beside a tutorial's, DuckDB and the floor: some minutes, quiet machine
	@$(BIN)/python tests/benchmarks

bench-full: $(READY) ## The same with a year of 74 charts too: about an hour
	@$(BIN)/python tests/benchmarks --files 1 2000 27010

bench-sql: $(READY) ## Bytes and files that each view and question reads on a year of 74 charts (minutes the first time)
	@PYTHONPATH=$(PYTHONPATH):containers/check $(BIN)/python tests/benchmarks/bench_sql.py

lock: $(READY) ## Write the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group dev pyproject.toml -o requirements-dev.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group dev-glue6 pyproject.toml -o requirements-dev-glue6.txt
	@for group in sam lint; do \
		$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
			--group $$group pyproject.toml -o requirements-$$group.txt || exit 1; \
	done
	@for image in $(IMAGES); do \
		$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.13 \
			--constraint requirements-dev.txt --group $$image pyproject.toml -o containers/$$image/requirements.txt || exit 1; \
	done
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--constraint requirements-dev.txt --group local-cloud-image pyproject.toml -o containers/local_cloud/requirements.txt
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.13 \
		--group lambda-runtime pyproject.toml -o containers/base_images/lambda_python/runtime.txt

clean: ## Remove everything that set-up, demo and tests made
	@rm -rf .venv .venv-glue6 .venv-sam .venv-lint deploy/.aws-sam .local_cloud .pytest_cache .mypy_cache .ruff_cache .hypothesis
