#!/usr/bin/env bash
# Install a hash-locked requirements file into .venv: by uv, which takes seconds, else by pip.
set -euo pipefail
requirements=$1
python=${PYTHON:-python3}

fail() {
    echo "$1" >&2
    exit 1
}

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python make …"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "$python cannot make virtual environments; install its venv package (Debian: apt-get install python3-venv)."
    "$python" -m venv --clear .venv
fi

# A registry that hangs is given up on, and asked once more by the other program. Compiled once here, or
# every process compiles it all where PYTHONDONTWRITEBYTECODE is set.
uv=(timeout 900 .venv/bin/uv --quiet --native-tls pip)
pip=(timeout 1200 .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input)
if [ ! -x .venv/bin/uv ]; then
    # The pin of uv itself comes from the developers' lock file, hashes and all.
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements-dev.txt >.venv/uv.txt
    "${pip[@]}" install --require-hashes -r .venv/uv.txt || rm -f .venv/bin/uv
fi
if [ -x .venv/bin/uv ] &&
    "${uv[@]}" install --python .venv/bin/python --compile-bytecode --require-hashes -r "$requirements"; then
    exit 0
fi
echo "uv could not install $requirements; pip does it, which takes longer." >&2
"${pip[@]}" install --require-hashes -r "$requirements"
