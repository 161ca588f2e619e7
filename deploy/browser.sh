#!/usr/bin/env bash
# Install Chromium for the chat page's tests where that is possible; they say so loudly where it is not.
set -uo pipefail

[ -x /usr/bin/chromium ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the tests of the chat page …" >&2
    export DEBIAN_FRONTEND=noninteractive
    {
        timeout 120 apt-get update && timeout 300 apt-get install -y --no-install-recommends chromium fonts-dejavu-core
    } >/dev/null
fi

[ -x /usr/bin/chromium ] ||
    echo "WARNING: there is no /usr/bin/chromium; the tests of the chat page will be skipped." >&2
exit 0
