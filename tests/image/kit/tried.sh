#!/bin/sh
# Inside the stock machine, as a user without rights: a compositor without a screen, `kiosk try` in it, and pictures of
# what it shows, until /shared/enough is there. Usage: tried.sh [OPTION OF kiosk try...]
set -eu
export XDG_RUNTIME_DIR="$HOME/run" WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1
mkdir -m 700 -p "$XDG_RUNTIME_DIR"
exec cage -- sh -euc '
    kiosk try --full-screen "$@" > /shared/said 2>&1 &
    until [ -e /shared/enough ]; do
        grim -t ppm /shared/new.ppm && mv /shared/new.ppm /shared/picture.ppm
        kiosk check --runtime "$XDG_RUNTIME_DIR/visit-kiosk" > /shared/check 2>&1 || true
        sleep 1
    done
    kill $!
    wait
' tried "$@"
