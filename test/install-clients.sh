#!/bin/sh
# Installs the AWS clients that the tests use, from Debian or Ubuntu, where one is missing and where it may.
#
# cloud-init and Ansible's collection for AWS are only unpacked, into node_modules/.clients: an installed cloud-init would
# set this machine up anew at its next start, and of the 260 MB of Ansible's collections one is used.
# It says what it could not install, and ends with status 1 then.
set -u
cd "$(dirname "$0")/.." || exit 1

# As the tests look for them: the system's own first.
PATH="/usr/bin:/bin:$PATH:/usr/sbin:/sbin"
unpacked=node_modules/.clients
modules=usr/lib/python3/dist-packages

missing() {
  command -v aws > /dev/null || echo awscli
  command -v curl > /dev/null || echo curl
  command -v openssl > /dev/null || echo openssl
  command -v ec2-metadata > /dev/null || echo amazon-ec2-utils
  command -v ip > /dev/null || echo iproute2
  command -v ansible > /dev/null || echo ansible-core
  command -v chromium > /dev/null || echo chromium
  # Of no use to others: only root makes network namespaces with names.
  if [ "$(id -u)" -eq 0 ]; then
    command -v nft > /dev/null || echo nftables
    command -v tcpdump > /dev/null || echo tcpdump
  fi
  for module in botocore configobj oauthlib requests yaml; do
    python3 -c "import $module" 2> /dev/null || echo "python3-$module"
  done
  [ -d "$unpacked/$modules/cloudinit" ] || echo cloud-init
  [ -d "$unpacked/$modules/ansible_collections/amazon/aws" ] || echo ansible
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

# unpack PACKAGE FOLDER: one folder of a package, without installing it.
unpack() {
  downloads=$(mktemp -d)
  (cd "$downloads" && apt-get download -qq -o APT::Sandbox::User=root "$1") &&
    mkdir -p "$unpacked" &&
    dpkg-deb --fsys-tarfile "$downloads"/*.deb | tar -x -C "$unpacked" "./$modules/$2"
  status=$?
  rm -rf "$downloads"
  return $status
}

# One package that this system does not have must not keep the others away.
install() {
  as_root apt-get update -qq || echo 'apt-get update failed; going on with the lists that are there' >&2
  for package in "$@"; do
    case $package in
      cloud-init) unpack cloud-init cloudinit ;;
      ansible) unpack ansible ansible_collections/amazon ;;
      *) as_root apt-get install -y -qq --no-install-recommends "$package" > /dev/null ;;
    esac || echo "apt-get cannot install $package" >&2
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
echo "Without" $wanted "the tests in test/aws-cli, test/browser, test/sdk and test/netns cannot all run; on Debian, as root: $0" >&2
exit 1
