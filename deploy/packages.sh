# Sourced by setup.sh and install.sh: which packages of a list are not there, and how to get them.

missing_packages() { # $1: a list, one package a line, # starts a comment
  local name
  sed 's/#.*//' "$1" | while read -r name; do
    [ -n "$name" ] || continue
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() {
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

install_missing_packages() { # $1: a list; exits with the names when nobody here may install them
  local missing
  missing=$(missing_packages "$1" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  if ! can_be_root; then
    echo "These Debian packages are missing: $missing" >&2
    echo "Next step: sudo apt-get install --no-install-recommends $missing" >&2
    echo "Then run the same command again." >&2
    exit 1
  fi
  echo "Installing Debian packages: $missing"
  as_root apt-get update -qq
  # shellcheck disable=SC2086  # the names are meant to be split
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}

require_python() { # $1: a python; exits in plain words when it is too old
  if ! "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed; '$1' is $("$1" --version 2>&1 || echo 'not there')." >&2
    echo "Next step: use Debian 12, or put a newer python3 first on the PATH." >&2
    exit 1
  fi
}
