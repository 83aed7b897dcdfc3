#!/bin/sh
# Installs the AWS clients that the tests use, from Debian or Ubuntu, where one is missing and where it may.
#
# It says what it could not install, and ends with status 1 then.
set -u

# As the tests look for them: the system's own first.
PATH="/usr/bin:/bin:$PATH"

missing() {
  command -v aws > /dev/null || echo awscli
  command -v curl > /dev/null || echo curl
  command -v openssl > /dev/null || echo openssl
  command -v ec2-metadata > /dev/null || echo amazon-ec2-utils
  python3 -c 'import botocore' 2> /dev/null || echo python3-botocore
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

# One package that this system does not have must not keep the others away.
install() {
  as_root apt-get update -qq || echo 'apt-get update failed; going on with the lists that are there' >&2
  for package in "$@"; do
    as_root apt-get install -y -qq --no-install-recommends "$package" > /dev/null || echo "apt-get cannot install $package" >&2
  done
}

wanted=$(missing)
[ -n "$wanted" ] || exit 0
if command -v apt-get > /dev/null && as_root true 2> /dev/null; then
  echo "Installing" $wanted
  # shellcheck disable=SC2086 # one word each
  install $wanted
  wanted=$(missing)
fi
[ -n "$wanted" ] || exit 0
echo "Without" $wanted "the tests in test/aws-cli and test/sdk cannot run; on Debian, as root: apt-get install" $wanted >&2
exit 1
