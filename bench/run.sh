#!/bin/sh
# Runs the benchmarks: `npm run bench` all of them, `npm run bench -- data-plane` one. Flags go through, as in
# `npm run bench -- --json`.
set -eu
cd "$(dirname "$0")/.."

case ${1:-} in
  '' | -*)
    for name in authorization control-plane data-plane netns policies store; do
      node --disable-warning=ExperimentalWarning "bench/$name.ts" "$@"
    done
    ;;
  *)
    name=$1
    shift
    exec node --disable-warning=ExperimentalWarning "bench/$name.ts" "$@"
    ;;
esac
