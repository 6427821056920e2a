# Makes or reuses the virtual environment .venv beside this folder; sourced by the other scripts.
# Usage: . scripts/environment.sh [extra]   where extra is "" or "test".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_python() {
    for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "engage needs Python 3.11, 3.12 or 3.13; name one with PYTHON=/path/to/python3" >&2
    exit 3
}

extra="${1:-}"
wanted="$(cat pyproject.toml requirements.lock | cksum) $extra"
if [ ! -x .venv/bin/python ]; then
    "$(find_python)" -m venv .venv
fi
mark=".venv/.engage-installed${extra:+-$extra}"
if [ "$(cat "$mark" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing engage into .venv …"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock \
        --editable ".${extra:+[$extra]}"
    echo "$wanted" > "$mark"
fi
