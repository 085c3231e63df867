# 판매자 도우미: 설치, 실행, 시험. `make help`가 목록을 보여 줍니다.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
STAMP := $(VENV)/.installed
export GRADIO_ANALYTICS_ENABLED := False
export HF_HUB_OFFLINE ?= 1

.DEFAULT_GOAL := help
.PHONY: help install run test check fix eval clean

help: ## 이 목록을 보여 줍니다
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

install: $(STAMP) ## 가상 환경(.venv)을 만들고 설치합니다

# 끊긴 설치는 표시 파일이 없으므로 다음 실행이 이어서 마칩니다.
$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "python3이 없습니다. 'sudo apt install python3 python3-venv'로 설치해 주세요." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 이상이 필요합니다. 예: make run PYTHON=python3.11" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV) || { echo "가상 환경을 만들지 못했습니다. 'sudo apt install python3-venv'로 설치해 주세요." >&2; exit 1; }
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: install ## 색인을 만들고 웹 페이지를 엽니다 (PORT=7861처럼 포트를 바꿀 수 있습니다)
	@$(BIN)/smartstore-assistant serve --port $(PORT)

test: install ## 전체 시험을 돌립니다
	$(BIN)/python -m pytest

check: install ## 코드와 자료를 검사합니다 (ruff, mypy, import 방향, 자료)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/smartstore-assistant corpus check

fix: install ## 코드 모양을 고칩니다
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: install ## 조정용(dev) 질문에 답해 점수를 내고, 기준보다 나빠지면 실패합니다
	@$(BIN)/smartstore-assistant eval run evals/questions/dev.jsonl --out .cache/eval/dev --now 2026-11-25T10:00+09:00
	@$(BIN)/smartstore-assistant eval report .cache/eval/dev
	@$(BIN)/smartstore-assistant eval gate .cache/eval/dev

clean: ## 가상 환경과 캐시를 지웁니다
	rm -rf $(VENV) .cache build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
