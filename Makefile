# What there is to do here: `make run`, `make test`, `make bench`. Each sets up what it needs first.
#
# Needs make, Node 20 or newer with npm; the Node that runs OpenIMDS is among the dev dependencies.

.PHONY: run test bench

run: node_modules/.package-lock.json
	@npm run --silent build:console -- --if-needed
	@bin/openimds up

test: node_modules/.package-lock.json
	@test/run.sh

bench: node_modules/.package-lock.json
	@npm run --silent bench

# npm writes this file last; it is older than the lock file when the lock file has changed since.
node_modules/.package-lock.json: package-lock.json
	@command -v npm > /dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { \
	  echo 'make: needs Node 20 or newer with npm; on Debian 13 or Ubuntu: apt-get install nodejs npm, elsewhere: nodejs.org' >&2; \
	  exit 1; }
	npm ci --loglevel=error
	@touch $@
