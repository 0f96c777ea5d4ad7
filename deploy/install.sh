#!/usr/bin/env bash
# Makes a Debian 12 box (amd64) into a canteen terminal: packages, user, application, devices' rules, service.
#   deploy/install.sh            installs or renews; needs root
#   deploy/install.sh --dry-run  prints every command, changes nothing
# arm64: every package of the lock has a wheel for it, but no such machine has been tried.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/packages.sh

umask 022

APPLICATION=/opt/service-hall
SETTINGS=/etc/service-hall
ACCOUNT=service-hall
PACKAGES="kiosk drivers screens offline_cache hall"

dry_run=no
case "${1:-}" in
  "") ;;
  --dry-run) dry_run=yes ;;
  *) sed -n '2,4p' "$0"; exit 2 ;;
esac

run() {
  if [ $dry_run = yes ]; then echo "+ $*"; else "$@"; fi
}

service_is_running() {
  systemctl is-active --quiet service-hall-terminal 2>/dev/null
}

service_is_enabled() {
  systemctl is-enabled --quiet service-hall-terminal 2>/dev/null
}

check_the_machine() {
  require_python /usr/bin/python3
  if [ $dry_run = no ] && [ "$(id -u)" != 0 ]; then
    echo "install.sh changes the system. Next step: sudo $0" >&2
    exit 1
  fi
  case "$(dpkg --print-architecture)" in
    amd64) ;;
    arm64) echo "arm64 has not been tried; going on." >&2 ;;
    *) echo "Only amd64 is supported: the lock holds no wheels for this machine." >&2; exit 1 ;;
  esac
}

install_packages() {
  if [ $dry_run = yes ]; then
    echo "+ apt-get install --no-install-recommends $(missing_packages deploy/apt-terminal.txt | tr '\n' ' ')"
  else
    install_missing_packages deploy/apt-terminal.txt
  fi
}

make_account() {
  getent passwd $ACCOUNT >/dev/null ||
    run useradd --system --user-group --home-dir /var/lib/$ACCOUNT --shell /usr/sbin/nologin $ACCOUNT
}

# Each release has a directory of its own; `app` points to one of them, and is turned by one rename.
install_application() {
  local release package python=$APPLICATION/venv/bin/python
  release=releases/$(date -u +%Y%m%dT%H%M%SZ)
  run install -d -m 0755 "$APPLICATION/$release"
  for package in $PACKAGES; do run cp -R "$package" "$APPLICATION/$release/"; done
  run cp -R docs LICENSE CHANGELOG.md "$APPLICATION/$release/"
  # The packages below the application change in place, so a running terminal is stopped first.
  ! service_is_running || run systemctl stop service-hall-terminal
  [ -x $python ] || run /usr/bin/python3 -m venv $APPLICATION/venv
  run $python -m pip install --quiet --require-hashes -r deploy/bootstrap.lock
  run $APPLICATION/venv/bin/uv pip sync --quiet --python $python --compile-bytecode --require-hashes deploy/terminal.lock
  run $python -m compileall -q "$APPLICATION/$release"
  run ln -sfn "$release" $APPLICATION/app.next
  run mv -T $APPLICATION/app.next $APPLICATION/app
  run env -C $APPLICATION/app SERVICE_HALL_FONTS=$APPLICATION/fonts $python -m drivers.fonts
}

install_settings() {
  run install -d -m 0750 -o root -g $ACCOUNT $SETTINGS
  [ -e $SETTINGS/terminal.toml ] ||
    run install -m 0640 -o root -g $ACCOUNT deploy/terminal.canteen.example.toml $SETTINGS/terminal.toml
  run install -D -m 0644 deploy/udev/70-service-hall.rules /etc/udev/rules.d/70-service-hall.rules
  run install -D -m 0644 deploy/modprobe/service-hall-nfc.conf /etc/modprobe.d/service-hall-nfc.conf
  run install -D -m 0644 deploy/polkit/50-service-hall.rules /etc/polkit-1/rules.d/50-service-hall.rules
  run install -D -m 0644 deploy/systemd/service-hall-terminal.service /etc/systemd/system/service-hall-terminal.service
}

# In an image that is being built nothing runs yet: the first start of the machine reads the new files by itself.
tell_the_running_system() {
  [ $dry_run = yes ] || [ -d /run/systemd/system ] || return 0
  run udevadm control --reload
  run udevadm trigger --subsystem-match=tty --subsystem-match=usbmisc --subsystem-match=gpio --subsystem-match=input
  # A module that was there before it was unwanted lets its reader go here; who holds it says no, until the next start.
  run modprobe --quiet --remove pn533_usb || true
  run systemctl daemon-reload
  ! service_is_enabled || run systemctl start service-hall-terminal
}

say_what_is_next() {
  local python="env -C $APPLICATION/app $APPLICATION/venv/bin/python"
  cat <<TEXT
Installed. Next:
  1. edit $SETTINGS/terminal.toml
  2. $python -m kiosk check-config --config $SETTINGS/terminal.toml
  3. runuser -u $ACCOUNT -- $python -m kiosk enrol --config $SETTINGS/terminal.toml --code CODE
  4. systemctl enable --now service-hall-terminal
TEXT
}

check_the_machine
install_packages
make_account
install_application
install_settings
tell_the_running_system
say_what_is_next
