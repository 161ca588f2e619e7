#!/usr/bin/env bash
# Ask the advisory service about every locked package: a known vulnerability fails, no answer is only said aloud.
set -uo pipefail

found=$(mktemp)
said=$(mktemp)
trap 'rm -f "$found" "$said"' EXIT

# The lock file names every package with its hashes, so nothing has to be resolved or installed.
timeout 120 .venv/bin/pip-audit --disable-pip --require-hashes --requirement "${1:-requirements.txt}" \
    --progress-spinner off --timeout 10 --format json --output "$found" 2>"$said"
.venv/bin/python deploy/audit_verdict.py "$found" "$said"
