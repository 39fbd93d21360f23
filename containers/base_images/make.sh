#!/usr/bin/env bash
# Provide the public base images of our Dockerfiles on this machine. What can be pulled is pulled; where no registry
# can be reached, a stand-in with the same contract is built from Debian and the Python package index and tagged with the
# public name, so that `docker build` works unchanged. An image that exists already is left alone. Stand-ins are for
# trying things out: they carry the label `stand-in`, by which `top50 deploy` refuses images built on them.
#
# Stand-ins need root and debootstrap. The mirror is the one apt uses (or DEBIAN_MIRROR), the package index pip's, the
# certificates the machine's.
set -euo pipefail
cd "$(dirname "$0")"

LAMBDA=public.ecr.aws/lambda/python:3.13
PYTHON=python:3.11-slim
# The Debian releases with these Pythons.
PYTHON_3_13=trixie
PYTHON_3_11=bookworm
CERTIFICATES=/etc/ssl/certs/ca-certificates.crt

main() {
    docker info >/dev/null || stop "the Docker engine does not answer: start it"
    is_there "$LAMBDA" || make_lambda
    is_there "$PYTHON" || debian "$PYTHON_3_11" "$PYTHON" /usr/local
}

is_there() {
    if docker image inspect "$1" >/dev/null 2>&1; then return; fi
    echo "$1: pulling it"
    if docker pull --quiet "$1"; then return; fi
    echo "$1: it cannot be pulled, making a stand-in"
    return 1
}

make_lambda() {
    local system="local/debian-$PYTHON_3_13"
    debian "$PYTHON_3_13" "$system" /var/lang
    docker build --quiet --build-arg "DEBIAN=$system" --label stand-in="$LAMBDA" --tag "$LAMBDA" lambda_python
}

# Debian $1 as the image $2, with a Python in $3 whose pip is free to install into it. debootstrap checks signatures.
debian() {
    [ "$(id -u)" = 0 ] || stop "making a stand-in needs root: sudo $0"
    command -v debootstrap >/dev/null || stop "making a stand-in needs debootstrap: apt-get install debootstrap"
    local mirror
    mirror=$(debian_mirror)
    mkdir "$work/$1"
    debootstrap --variant=minbase --include=ca-certificates,python3-venv \
        "$1" "$work/$1" "$mirror" >"$work/$1.log" || { tail "$work/$1.log"; stop "debootstrap $1 failed"; }
    rm -rf "$work/$1"/var/cache/apt/archives/*.deb "$work/$1"/var/lib/apt/lists/*
    chroot "$work/$1" python3 -m venv "$3"
    cp "${SSL_CERT_FILE:-$CERTIFICATES}" "$work/$1$CERTIFICATES"
    pip_settings >"$work/$1/etc/pip.conf"
    tar --create --directory "$work/$1" . |
        docker import --change "ENV PATH=$3/bin:/usr/local/bin:/usr/bin:/bin" \
            --change 'CMD ["python3"]' --change "LABEL stand-in=$2" - "$2"
    rm -rf "${work:?}/$1"
}

debian_mirror() {
    local release
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    local mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' \
        "Created-By: Packages" "Release: $release" "Component: main" | head -n 1)}
    [ -n "$mirror" ] || stop "apt's sources name no Debian mirror: name one with DEBIAN_MIRROR=..."
    echo "$mirror"
}

# Where pip on this machine gets packages, for pip in the image.
pip_settings() {
    printf '[global]\ncert = %s\n' "$CERTIFICATES"
    if python3 -m pip --version >/dev/null 2>&1; then
        python3 -m pip config list |
            sed -nE "s/^(global|:env:)\.(default-timeout|index-url|extra-index-url|trusted-host)='(.*)'$/\2 = \3/p"
    fi
}

stop() {
    echo "make.sh: $1" >&2
    exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
main
