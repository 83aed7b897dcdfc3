#!/bin/sh
# Runs the benchmarks: `npm run bench` all of them, `npm run bench -- data-plane` one. Flags go through, as in
# `npm run bench -- --json`.
set -eu
cd "$(dirname "$0")/.."

case ${1:-} in
  '' | -*)
    for file in bench/*.ts; do
      [ "$file" = bench/figures.ts ] || node --disable-warning=ExperimentalWarning "$file" "$@"
    done
    ;;
  *)
    name=$1
    shift
    exec node --disable-warning=ExperimentalWarning "bench/$name.ts" "$@"
    ;;
esac
