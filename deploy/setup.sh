#!/usr/bin/env bash
# Makes a fresh checkout ready: Debian packages, .venv from the hashed lock, fonts. Run by make; safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/packages.sh

require_python python3
if ! command -v dpkg-query >/dev/null; then
  echo "This is not Debian: install by hand what deploy/apt-packages.txt lists, then make will go on." >&2
else
  install_missing_packages deploy/apt-packages.txt
fi

[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/bootstrap.lock
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock
echo "Ready: .venv holds what requirements.lock lists."
