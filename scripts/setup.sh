# Sourced by the other scripts: makes .venv and installs into it what constraints.txt pins, once.
# Needs Python 3.11 or newer and nothing else. A second run finds its stamp and does nothing.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
PYTHON="$ROOT/.venv/bin/python"

# What the caller's shell was set up for does not concern this project's environment.
# Nor does a wish to have nothing compiled kept: every child of a test would compile all of it.
unset PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
export PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# Trust what the machine trusts, as pip does: an inspecting proxy is a fact of many offices.
export UV_SYSTEM_CERTS=1
export PYTHONUTF8=1

say() { printf '%s\n' "$*" >&2; }

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in ${DONDOC_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if is_new_enough "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  say "Cần Python 3.11 trở lên, máy này chưa có (DONDOC_PYTHON=/đường/dẫn/python để chỉ rõ)."
  say "Python 3.11 or newer is needed and was not found (DONDOC_PYTHON=/path/to/python names one)."
  return 69
}

# Debian keeps `venv` and `pip` out of its python3 package.
need_venv() {
  local version package
  if "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then return; fi
  version="$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  package="python$version-venv"
  if [ "$(id -u)" = 0 ] && [ -n "${CI:-}" ] && command -v apt-get >/dev/null; then
    say "Cài $package / Installing $package"
    apt-get update -qq >&2 && apt-get install -y -qq "$package" >&2
    return
  fi
  say "Python này thiếu venv. Hãy chạy: sudo apt-get install $package"
  say "This Python lacks venv. Run: sudo apt-get install $package"
  return 69
}

# Makes a virtual environment in $1; whatever stood there before is replaced.
make_venv() {
  local python
  python="$(find_python)" || return
  rm -rf "$1"
  if command -v uv >/dev/null && uv venv --quiet --python "$python" "$1" 2>/dev/null; then return; fi
  need_venv "$python" || return
  "$python" -m venv "$1"
}

# An environment made by uv has no pip.
need_pip() {
  "$1/bin/python" -m pip --version >/dev/null 2>&1 || "$1/bin/python" -m ensurepip >/dev/null
}

# Installs into the environment $1 what follows; uv where there is one, else pip.
install_into() {
  local venv="$1" log
  shift
  if command -v uv >/dev/null && uv pip install --quiet --python "$venv/bin/python" "$@" 2>/dev/null; then
    return
  fi
  need_pip "$venv" || return
  log="$(mktemp)"
  if "$venv/bin/python" -m pip install --quiet --progress-bar off "$@" >"$log" 2>&1; then
    rm -f "$log"
    return
  fi
  cat "$log" >&2
  rm -f "$log"
  return 69
}

stamp() {
  (cd "$ROOT" && cat constraints.txt pyproject.toml scripts/setup.sh && pwd -P && "$PYTHON" -V) | cksum
}

set_up() {
  if is_new_enough "$PYTHON" && [ "$(cat "$ROOT/.venv/stamp" 2>/dev/null)" = "$(stamp)" ]; then return; fi
  say "Cài đặt vào .venv, khoảng một phút / Setting up .venv, about a minute ..."
  is_new_enough "$PYTHON" || make_venv "$ROOT/.venv" || return
  rm -f "$ROOT/.venv/stamp"
  install_into "$ROOT/.venv" --require-hashes -r "$ROOT/constraints.txt" || return
  # Its dependencies are all there, hashed; so is what builds it.
  install_into "$ROOT/.venv" --no-deps --no-build-isolation -e "$ROOT" || return
  stamp >"$ROOT/.venv/stamp"
  say "Xong / Done."
}
