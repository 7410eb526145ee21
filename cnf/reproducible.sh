#!/bin/sh
# Whether two clean builds of the committed state give the same bytes: builds two fresh clones in
# folders of different names, and compares every jar and every image; then those of a third, built as
# 'armature up' does, without tests and checks.
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/armature-reproducible.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM HUP

build() { # NAME MAVEN-ARGUMENT…
  name=$1
  shift
  git clone -q "$checkout" "$folder/$name"
  mvn -B -ntp -q -f "$folder/$name/pom.xml" package "$@"
  (
    cd "$folder/$name"
    find bundles cnf firmware-profiles -type f \( -path '*/target/*.jar' -o -path '*/target/images/*' \) \
      -exec stat -c '%n %a' {} + -exec sha256sum {} + | LC_ALL=C sort
    find firmware-profiles/target/images -mindepth 1 -exec stat -c '%n %Y' {} + | LC_ALL=C sort
  ) >"$folder/$name.facts"
}

same() { # NAME NAME
  if ! diff "$folder/$1.facts" "$folder/$2.facts"; then
    echo "reproducible: the files above differ between two builds" >&2
    exit 1
  fi
}

build one -DskipTests -Darmature.fast=true
build another-name -DskipTests -Darmature.fast=true
same one another-name
build images -Darmature.image=true -P '!checks'
grep -v -e '-tests\.jar' "$folder/one.facts" >"$folder/shipped.facts"
same shipped images
echo "reproducible: $(grep -c '\.jar$' "$folder/one.facts") jars and images are the same in each build"
