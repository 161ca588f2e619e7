#!/usr/bin/env bash
# Install libfaketime for the soak where that is possible; without it, the clock's jumps are left out, loudly.
set -uo pipefail

found() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null; }

found && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing libfaketime for the soak …" >&2
    export DEBIAN_FRONTEND=noninteractive
    { timeout 120 apt-get update && timeout 120 apt-get install -y --no-install-recommends faketime; } >/dev/null
fi

found || echo "WARNING: there is no libfaketime; the clock does not jump in this soak." >&2
exit 0
