#!/bin/sh
# `make test`: every check there is, one after the other, and a last line that counts them.
#
# Each test of vitest counts as one; formatting and lint, types and dead code count as one each. Nothing stops at the first
# failure, so that one run shows all of them; the status is 1 if there was any.
set -u
cd "$(dirname "$0")/.." || exit 1
PATH="$PWD/node_modules/.bin:$PATH"

passed=0
failed=0

# check NAME COMMAND...
check() {
  echo
  echo "── $1"
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Tests that passed and failed, from vitest's report; a file that could not even be loaded counts as a failure.
count_tests() {
  node -e '
    const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    const broken = report.testResults.filter(({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed")).length;
    console.log(report.numPassedTests, report.numFailedTests + broken, report.numPendingTests);
  ' "$1" 2> /dev/null || echo 0 1 0
}

# Where a client cannot be had, its tests are left out; not in continuous integration, where that is a failure.
set --
if [ "${CI:-}" = true ]; then
  check 'clients' test/install-clients.sh
else
  test/install-clients.sh || set -- --exclude 'test/aws-cli/**' --exclude 'test/sdk/**'
fi
check 'format and lint' biome check .
check 'types' tsc
check 'types of the console' tsc -p console
check 'dead code' knip
check 'console' npm run --silent build:console -- --if-needed

echo
echo '── tests'
# Those tests skip themselves; among so many nobody would see why.
node --disable-warning=ExperimentalWarning --input-type=module -e '
  import { whyNoNamespaces } from "./test/netns/namespaces.ts";
  const reason = whyNoNamespaces();
  if (reason !== undefined) console.log(`Skipping what is in test/netns: ${reason}`);
'
report=$(mktemp)
vitest run --reporter=default --reporter=json --outputFile.json="$report" "$@"
status=$?
read -r tests_passed tests_failed skipped <<EOF
$(count_tests "$report")
EOF
rm -f "$report"
# Errors outside of any test, such as a promise that nobody waited for.
if [ "$status" -ne 0 ] && [ "$tests_failed" -eq 0 ]; then tests_failed=1; fi
passed=$((passed + tests_passed))
failed=$((failed + tests_failed))

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
