#!/bin/sh
# Fetches the kernel of the guests that tests run: Debian's for virtual machines, unpacked into
# target/guest and not installed, with its modules for what the tests need. Needs package lists; as
# root it fetches those that are missing.
set -eu
folder=$(cd "$(dirname "$0")/.." && pwd -P)/target/guest
modules="virtio_pci_legacy_dev virtio_pci_modern_dev virtio_ring virtio virtio_pci
  virtio_blk failover net_failover virtio_net sch_netem"
[ ! -f "$folder/vmlinuz" ] || [ ! -f "$folder/modules/sch_netem.ko" ] || exit 0

find_package() { # sets package to the newest kernel's
  package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null |
    sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p')
}

find_package
if [ -z "$package" ] && [ "$(id -u)" -eq 0 ]; then
  apt-get update -q
  find_package
fi
[ -n "$package" ] || {
  echo "armature: the package lists name no linux-image-cloud-amd64" >&2
  exit 1
}
rm -rf "$folder.new"
mkdir -p "$folder.new"
cd "$folder.new"
apt-get download -q "$package"
dpkg-deb -x ./*.deb package
mv package/boot/vmlinuz-* vmlinuz
mkdir modules
for module in $modules; do
  find package/lib/modules -name "$module.ko" -exec mv {} modules/ \;
done
rm -rf package ./*.deb "$folder"
mv "$folder.new" "$folder"
